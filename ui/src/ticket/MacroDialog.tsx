import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDoing } from "../admin/parts/useDoing";
import { api, got, ifMatch, type Schemas } from "../api/client";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Dialog } from "../parts/Dialog";
import { Icon, type IconName } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { ActWords } from "./ActWords";
import { rereadDraft, settleDraft } from "./drafts";
import type { Macro } from "./readyWords";

type Done = Schemas["ActDoneOut"];
const MARKS: Readonly<Record<Done["outcome"], IconName>> = {
  done: "check",
  unchanged: "equal",
  refused: "warn",
};

/** What a macro would do here, act by act; the server did it and took it back. Then it does it, all or nothing. */
export default function MacroDialog({
  ticket,
  macro,
  onClose,
}: {
  ticket: Ticket;
  macro: Macro;
  onClose: () => void;
}) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const { run, busy, problem } = useDoing();
  const path = { ticket_id: ticket.id, macro_id: macro.id };
  const tried = useQuery({
    queryKey: ["macro", macro.id, macro.version, ticket.id, ticket.version],
    retry: false,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      await settleDraft(ticket.id, "reply"); // what is being written stands in the way of an answer, and is told so
      const where = "/api/v1/tickets/{ticket_id}/macros/{macro_id}/previews" as const;
      return got(api.POST(where, { params: { path }, signal }));
    },
  });

  async function go(): Promise<void> {
    const done = await run(async (name) => {
      await settleDraft(ticket.id, "reply");
      const header = { ...ifMatch(ticket.version), "idempotency-key": name };
      await got(api.POST("/api/v1/tickets/{ticket_id}/macros/{macro_id}/runs", { params: { path, header } }));
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    if (!done) return;
    rereadDraft(ticket.id, "reply");
    tell(t("macros.done", { name: shown(macro.name) }));
    onClose();
  }

  return (
    <Dialog
      title={t("macros.one", { name: shown(macro.name) })}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button
            className="btn primary"
            type="button"
            disabled={busy || !tried.data?.possible}
            onClick={() => void go()}
          >
            {busy ? t("app.loading") : t("macros.run")}
          </button>
        </>
      }
    >
      <div aria-live="polite">
        {tried.isPending && <p className="muted">{t("app.loading")}</p>}
        {tried.error && <Trouble error={tried.error} plain retry={() => void tried.refetch()} />}
        {tried.data && (
          <>
            <p>{t(tried.data.possible ? "macros.would" : "macros.would_not")}</p>
            <ol className="stack-2">
              {tried.data.acts.map((done, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
                <Act key={at} done={done} />
              ))}
            </ol>
          </>
        )}
        {problem && <Trouble error={problem} plain />}
      </div>
    </Dialog>
  );
}

function Act({ done }: { done: Done }) {
  const { t } = useWords();
  return (
    <li>
      <span className={done.outcome === "refused" ? "danger" : undefined}>
        <Icon name={MARKS[done.outcome]} /> <ActWords act={done.act} />{" "}
        <b className="small">{t(`macros.outcome.${done.outcome}`)}</b>
      </span>
      {done.detail && <p className="danger small">{done.detail}</p>}
      {done.text && <blockquote className="small words">{shown(done.text)}</blockquote>}
    </li>
  );
}
