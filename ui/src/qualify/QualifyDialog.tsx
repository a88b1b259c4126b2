import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Saisine, saisinesQuery, ticketQuery } from "../ticket/queries";
import { QualifyForm } from "./QualifyForm";

/** S3: says which procedure a request is, what that changes, and why; nothing is recorded before its author says so. */
export default function QualifyDialog({
  ticketId,
  saisineId,
  onClose,
}: {
  ticketId: string;
  saisineId?: string;
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const zone = useZone();
  const ticket = useQuery(ticketQuery(ticketId));
  const saisines = useQuery(saisinesQuery(ticketId));
  const [picked, setPicked] = useState(saisineId);
  const open = saisines.data?.filter((one) => !one.closed_at && !one.dismissed && !one.joined_to) ?? [];
  const saisine = open.find((one) => one.id === picked) ?? first(open);
  const error = ticket.error ?? saisines.error;
  const title = ticket.data ? t("qualify.title", { reference: ticket.data.reference }) : t("legal.qualify");

  if (ticket.data && saisine)
    return (
      <QualifyForm key={saisine.id} ticket={ticket.data} saisine={saisine} title={title} onClose={onClose}>
        <p className="muted small">
          {[
            shown(ticket.data.contact?.display_name) || t("inbox.no_name"),
            shown(ticket.data.subject),
            t("qualify.received", { at: moment(saisine.received_at, language, zone) }),
          ].join(" · ")}
        </p>
        {open.length > 1 && (
          <div className="field">
            <label htmlFor="saisine">{t("qualify.which")}</label>
            <select
              id="saisine"
              className="select"
              value={saisine.id}
              onChange={(event) => setPicked(event.target.value)}
            >
              {open.map((one, index) => (
                <option key={one.id} value={one.id}>
                  {[
                    t("legal.several", { n: index + 1, total: open.length }),
                    moment(one.received_at, language, zone),
                    shown(one.asks),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </option>
              ))}
            </select>
          </div>
        )}
      </QualifyForm>
    );
  return (
    <Dialog title={title} onClose={onClose}>
      {error ? (
        <Trouble
          error={error}
          plain
          retry={() => void (ticket.error ? ticket.refetch() : saisines.refetch())}
        />
      ) : saisines.data && ticket.data ? (
        <p>{t("qualify.none")}</p>
      ) : (
        <p className="wait" role="status">
          {t("legal.loading")}
        </p>
      )}
    </Dialog>
  );
}

/** The one nobody has qualified comes first. */
const first = (open: readonly Saisine[]): Saisine | undefined =>
  open.find((one) => one.regime === "UNKNOWN") ?? open[0];
