import { useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Heads } from "../parts/Heads";
import { useAdmin } from "../words";
import type { Policy } from "./queries";

/** How long each kind of request is kept, on what ground, and whether anybody decided it. */
export function PolicyTable({
  policies,
  onOpen,
}: {
  policies: readonly Policy[];
  onOpen: (one: Policy) => void;
}) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const decides = useMay("archives:admin");
  return (
    <table className="tbl stackable untick">
      <caption className="vh">{say("retention.policies")}</caption>
      <Heads
        words={[
          ...(["kind", "kept", "fate", "source", "state"] as const).map((one) => say(`retention.col.${one}`)),
          ...(decides ? [say("col.acts")] : []),
        ]}
      />
      <tbody>
        {policies.map((one) => (
          <tr key={one.category} data-policy={one.category}>
            <td>
              <b>{one.name}</b>
            </td>
            <td>
              {say("retention.kept", { active: one.active_months, archive: one.archive_months })}
              <br />
              <span className="muted small">{say(`retention.from.${one.counted_from}`)}</span>
            </td>
            <td>{say(`retention.fate.${one.fate}`)}</td>
            <td className="small">{shown(one.legal_basis)}</td>
            <td>
              <span className={one.decided ? "tag ok" : "tag"}>
                {say(one.decided ? "retention.decided" : "retention.proposed")}
              </span>
              {one.decided_at && (
                <>
                  <br />
                  <span className="muted small">{moment(one.decided_at, language, zone)}</span>
                </>
              )}
            </td>
            {decides && (
              <td>
                <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => onOpen(one)}>
                  {say(one.decided ? "people.change" : "retention.decide")}
                  <span className="vh"> {one.name}</span>
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
