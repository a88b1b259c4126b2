import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useWords } from "../i18n";
import { ReasonDialog } from "../parts/ReasonDialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { PointWords } from "./PointWords";
import { merged, type Person, type Preview, parted, previewQuery } from "./queries";

/** Both people side by side, what would move and where answers will go; then the merge, which may be undone. */
export function MergeDialog({
  person,
  otherId,
  onClose,
}: {
  person: Person;
  otherId: string;
  onClose: () => void;
}) {
  const { t } = useWords();
  const tell = useTell();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [turned, setTurned] = useState(false);
  const [keptId, goneId] = turned ? [otherId, person.id] : [person.id, otherId];
  const preview = useQuery(previewQuery(keptId, goneId));
  const again = () =>
    void client.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(String(queryKey[0])) });

  async function merge(reason: string, name: string): Promise<void> {
    if (!preview.data) return;
    try {
      const { contact, merge } = await merged(preview.data.kept.contact, goneId, reason, name);
      tell(t("people.merged"), {
        words: t("people.undo"),
        run: () =>
          void parted(contact.id, contact.version, merge.id).then(
            () => {
              again();
              tell(t("people.parted"));
            },
            () => {
              again();
              tell(t("people.undo.failed"));
            },
          ),
      });
      if (turned) navigate(`/personnes/${keptId}`);
    } finally {
      again();
    }
  }

  return (
    <ReasonDialog title={t("people.merge.title")} act={t("people.merge")} onAct={merge} onClose={onClose}>
      {preview.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : !preview.data ? (
        <Trouble error={preview.error} retry={() => void preview.refetch()} plain />
      ) : (
        <>
          <div className="sides">
            <Side title={t("people.merge.kept")} side={preview.data.kept} />
            <Side title={t("people.merge.gone")} side={preview.data.gone} />
          </div>
          <p>
            <button className="btn sm" type="button" onClick={() => setTurned(!turned)}>
              {t("people.merge.turn")}
            </button>
          </p>
          <p>
            {t("people.merge.moves", {
              points: t("people.some.points", { n: preview.data.gone.contact.points.length }),
              tickets: t("people.some.requests", { n: preview.data.gone.tickets }),
            })}{" "}
            {t("people.merge.answers")}
          </p>
        </>
      )}
    </ReasonDialog>
  );
}

/** What changes with a merge, or when it is undone. */
export const CHANGED: ReadonlySet<string> = new Set([
  "people",
  "pairs",
  "contact",
  "others",
  "person-merges",
  "merge-preview",
  "restrictions",
  "tickets",
]);

function Side({ title, side }: { title: string; side: Preview["kept"] }) {
  const { t } = useWords();
  return (
    <section className="panel">
      <h3>
        {title} <b>{shown(side.contact.display_name) || t("inbox.no_name")}</b>
      </h3>
      <p>{t("people.requests.of", { n: side.tickets, open: side.open_tickets })}</p>
      <ul className="small">
        {side.contact.points.map((point) => (
          <li key={point.id}>
            <PointWords point={point} />
          </li>
        ))}
      </ul>
      {side.contact.points.length === 0 && <p className="muted small">{t("people.points.none")}</p>}
    </section>
  );
}
