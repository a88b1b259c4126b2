import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, got } from "../api/client";
import { useNames } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Key } from "../i18n/fr";
import { type Change, changed } from "../inbox/changes";
import type { Ticket } from "../inbox/queries";
import { Dialog } from "../parts/Dialog";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { ticketQuery } from "./queries";

type Field = "subject" | "status" | "team_id" | "assignee_id" | "confidential";

interface Conflict {
  mine: Change;
  read: Ticket;
  theirs: Ticket;
}

/**
 * Changes the request at the version on screen. Nothing is shown as done before the API said so; a change decided on an
 * older version is shown beside what is there now, and its author chooses.
 */
export function useTicketChange(
  ticket: Ticket,
  onSaved?: () => void,
): {
  change: (what: Change) => void;
  busy: boolean;
  dialog: ReactNode;
} {
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Conflict | null>(null);

  async function run(what: Change, on: Ticket): Promise<void> {
    setBusy(true);
    setConflict(null);
    try {
      const now = await changed(on, what);
      client.setQueryData(ticketQuery(ticket.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
      onSaved?.();
      tell(t("ticket.saved"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 412) {
        const params = { path: { ticket_id: ticket.id } };
        const theirs = await got(api.GET("/api/v1/tickets/{ticket_id}", { params }));
        setConflict({ mine: what, read: on, theirs });
      } else {
        tell(refusalWords(error, t));
      }
    } finally {
      setBusy(false);
    }
  }

  const dialog = conflict && (
    <ConflictDialog
      conflict={conflict}
      onMine={() => void run(conflict.mine, conflict.theirs)}
      onTheirs={() => {
        client.setQueryData(ticketQuery(ticket.id).queryKey, conflict.theirs);
        setConflict(null);
      }}
    />
  );
  return { change: (what) => void run(what, ticket), busy, dialog };
}

function ConflictDialog({
  conflict: { mine, read, theirs },
  onMine,
  onTheirs,
}: {
  conflict: Conflict;
  onMine: () => void;
  onTheirs: () => void;
}) {
  const { t } = useWords();
  const nameOf = useNames();
  const fields = Object.keys(mine) as Field[];
  const moved = fields.some((field) => read[field] !== theirs[field]);

  function said(field: Field, value: Change[Field]): string {
    if (value === null || value === undefined) return "—";
    if (field === "status") return t(`status.${value as Ticket["status"]}`);
    if (field === "team_id" || field === "assignee_id") return shown(nameOf(String(value)));
    return shown(String(value));
  }

  return (
    <Dialog
      title={t("conflict.title")}
      onClose={onTheirs}
      foot={
        <>
          <button className="btn primary" type="button" onClick={onMine}>
            {t("conflict.take_mine")}
          </button>
          <button className="btn" type="button" onClick={onTheirs}>
            {t("conflict.take_theirs")}
          </button>
        </>
      }
    >
      <p>{t("conflict.words")}</p>
      {!moved && <p>{t("conflict.unchanged")}</p>}
      <table className="tbl plain compact">
        <thead>
          <tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.read")}</th>
            <th scope="col">{t("conflict.theirs")}</th>
            <th scope="col">{t("conflict.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{t(`field.${field}` as Key)}</th>
              <td>{said(field, read[field])}</td>
              <td>{said(field, theirs[field])}</td>
              <td>
                <b>{said(field, mine[field])}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
