import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import type { Ticket } from "../../inbox/queries";
import { Icon } from "../../parts/Icon";
import { Trouble } from "../../parts/Trouble";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { type Move, movesQuery } from "./queries";
import { useUndo } from "./useUndo";

/** What was merged here or split from here, why, and its undoing; nothing is shown where nothing moved. */
export function MovesMade({ ticket }: { ticket: Ticket }) {
  const { t, language } = useWords();
  const zone = useZone();
  const may = useMay("tickets:write");
  const moves = useQuery(movesQuery(ticket.id));
  const { run, busy } = useUndo();
  if (moves.error && !moves.data) {
    return (
      <div className="ctx">
        <h3>{t("moves.title")}</h3>
        <Trouble error={moves.error} plain retry={() => void moves.refetch()} />
      </div>
    );
  }
  if (!moves.data?.length) return null;
  const words = (move: Move) => {
    const gave = move.source_id === ticket.id;
    const reference = gave ? move.target_reference : move.source_reference;
    const key = `moves.${move.kind}.${gave ? "gave" : "took"}` as const;
    return <Link to={`/dossiers/${reference}`}>{t(key, { reference, n: move.messages })}</Link>;
  };
  return (
    <div className="ctx">
      <h3>{t("moves.title")}</h3>
      <ul className="small stack-2 bare">
        {moves.data.map((move) => (
          <li key={move.id}>
            {words(move)} <span className="muted">{moment(move.at, language, zone)}</span>
            <p className="muted">{shown(move.reason)}</p>
            {move.undone_at ? (
              <p className="muted">{t("thread.undone", { at: moment(move.undone_at, language, zone) })}</p>
            ) : (
              may && (
                <button
                  className="btn sm"
                  type="button"
                  disabled={busy}
                  aria-label={t(`moves.undo.${move.kind}`, {
                    reference: move.source_id === ticket.id ? move.target_reference : move.source_reference,
                  })}
                  onClick={() => void run(move)}
                >
                  <Icon name="back" />
                  {t("bulk.undo")}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
