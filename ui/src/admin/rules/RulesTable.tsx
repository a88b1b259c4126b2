import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { MoveButtons } from "../parts/MoveButtons";
import { useAdmin } from "../words";
import type { Rule } from "./queries";
import { ConditionWords, TriggerWords } from "./RuleWords";

/** Automations in the order in which they act: when, on what, what they do, and whether they run. */
export function RulesTable({
  rules,
  busy,
  onChange,
  onLog,
  onSwitch,
  onMove,
  onRemove,
}: {
  rules: readonly Rule[];
  busy: boolean;
  onChange: (one: Rule) => void;
  onLog: (one: Rule) => void;
  onSwitch: (one: Rule) => void;
  onMove: (place: number, by: -1 | 1) => void;
  onRemove: (one: Rule) => void;
}) {
  const say = useAdmin();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{say("part.rules")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("ready.name")}</th>
          <th scope="col">{say("rule.when")}</th>
          <th scope="col">{say("rule.then")}</th>
          <th scope="col">{say("rule.state")}</th>
          <th scope="col">{say("col.acts")}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((one, place) => {
          const about = <span className="vh"> {shown(one.name)}</span>;
          return (
            <tr key={one.id} data-rule={one.id}>
              <td>
                <b>{shown(one.name)}</b>
              </td>
              <td className="small">
                <p>
                  <TriggerWords rule={one} />
                </p>
                <ConditionWords filter={one.filter} />
              </td>
              <td className="small">
                <ol>
                  {one.acts.map((act, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
                    <li key={at}>
                      <ActWords act={act} />
                    </li>
                  ))}
                </ol>
              </td>
              <td className="small">
                {one.enabled ? <b>{say("rule.is_on")}</b> : one.stopped_at ? null : say("rule.is_off")}
                {one.stopped_at && (
                  <span className="err-m">
                    {say("rule.stopped")} ({say("rule.stopped.why", { code: one.stopped_code ?? "" })})
                  </span>
                )}
              </td>
              <td>
                <div className="row">
                  <button className="btn sm" type="button" disabled={busy} onClick={() => onSwitch(one)}>
                    {say(one.enabled ? "rule.stop" : "rule.start")}
                    {about}
                  </button>
                  <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => onLog(one)}>
                    {say("rule.runs")}
                    {about}
                  </button>
                  <button
                    className="btn sm"
                    type="button"
                    aria-haspopup="dialog"
                    onClick={() => onChange(one)}
                  >
                    {say("people.change")}
                    {about}
                  </button>
                  <MoveButtons
                    place={place}
                    last={place === rules.length - 1}
                    busy={busy}
                    about={about}
                    onMove={(by) => onMove(place, by)}
                  />
                  <button className="btn sm" type="button" disabled={busy} onClick={() => onRemove(one)}>
                    {say("ready.remove")}
                    {about}
                  </button>
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
