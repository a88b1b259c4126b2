import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWords } from "../i18n";
import { ReasonDialog } from "../parts/ReasonDialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { replayed, replayQuery } from "./queries";

/** Failures sent again together: how many would leave, why the others would not, then with a reason. */
export function ReplayDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const looked = useQuery(replayQuery);
  const lines = looked.data?.data ?? [];
  const leaving = lines.filter((line) => line.leaves).length;
  const staying = new Map<string, number>();
  for (const { because } of lines) if (because) staying.set(because, (staying.get(because) ?? 0) + 1);

  return (
    <ReasonDialog
      title={t("outbox.replay.title")}
      act={t("outbox.resend")}
      onClose={onClose}
      onAct={async (reason, name) => {
        const done = await replayed(reason, name);
        for (const key of ["sendings", "waiting", "lanes"])
          void client.invalidateQueries({ queryKey: [key] });
        tell(t("outbox.replay.done", { n: done.data.filter((line) => line.leaves).length }));
      }}
    >
      {looked.error ? (
        <Trouble error={looked.error} plain retry={() => void looked.refetch()} />
      ) : looked.data ? (
        <>
          <p>{t("outbox.replay.leaving", { n: leaving })}</p>
          {[...staying].map(([because, number]) => (
            <p key={because} className="small">
              {t("bulk.refused", { n: number, why: because })}
            </p>
          ))}
          {looked.data.more && <p className="small muted">{t("outbox.replay.more")}</p>}
          <p className="small muted">{t("outbox.replay.doubt")}</p>
        </>
      ) : (
        <p role="status">{t("app.loading")}</p>
      )}
    </ReasonDialog>
  );
}
