import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { ReasonDialog } from "../../parts/ReasonDialog";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Heads } from "../parts/Heads";
import { useAdmin } from "../words";
import { type Hold, holdsQuery, liftedHold } from "./queries";

/** What is kept whatever is asked, and why; each is lifted with its reason. */
export function HoldTable({ rows }: { rows: readonly Hold[] }) {
  const say = useAdmin();
  const { language } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const zone = useZone();
  const [opened, setOpened] = useState<Hold | null>(null);
  return (
    <>
      <table className="tbl stackable untick">
        <caption className="vh">{say("retention.holds")}</caption>
        <Heads
          words={[
            ...(["held", "reason", "since"] as const).map((one) => say(`retention.col.${one}`)),
            say("col.acts"),
          ]}
        />
        <tbody>
          {rows.map((one) => (
            <tr key={one.id} data-hold={one.id}>
              <td>
                {one.ticket_id ? (
                  <Link to={`/dossiers/${one.ticket_id}`}>{say("retention.held.ticket")}</Link>
                ) : (
                  <Link to={`/personnes/${one.contact_id}`}>{say("retention.held.contact")}</Link>
                )}
              </td>
              <td>{shown(one.reason)}</td>
              <td className="small">{moment(one.since_at, language, zone)}</td>
              <td>
                <button
                  className="btn sm"
                  type="button"
                  aria-haspopup="dialog"
                  onClick={() => setOpened(one)}
                >
                  {say("retention.lift")}
                  <span className="vh"> {shown(one.reason)}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {opened && (
        <ReasonDialog
          title={say("retention.lift.title")}
          act={say("retention.lift")}
          onClose={() => setOpened(null)}
          onAct={async (reason) => {
            await liftedHold(opened, reason);
            await client.invalidateQueries({ queryKey: holdsQuery.queryKey });
            tell(say("retention.lifted"));
          }}
        >
          <p>{say("retention.lift.effect")}</p>
        </ReasonDialog>
      )}
    </>
  );
}
