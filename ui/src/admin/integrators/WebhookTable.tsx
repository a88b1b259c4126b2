import { Link } from "react-router";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Shape } from "../channels/HealthMark";
import { type AskedList, Listed } from "../parts/Listed";
import { useAdmin } from "../words";
import type { Webhook } from "./queries";

const LOOKS = { active: "ok", paused: "warn", disabled: "bad" } as const;

export function WebhookMark({ of }: { of: Webhook }) {
  const say = useAdmin();
  const look = of.state === "active" && of.failures > 0 ? "warn" : LOOKS[of.state];
  return (
    <span className={`h ${look}`}>
      <Shape look={look} />
      {look === "warn" && of.state === "active"
        ? say("webhooks.failing", { n: of.failures })
        : say(`webhooks.state.${of.state}`)}
    </span>
  );
}

/** The webhooks, each with how its calls fare. */
export function WebhookTable({ asked }: { asked: AskedList<Webhook> }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  return (
    <Listed asked={asked} empty={say("webhooks.none")} advice={say("webhooks.none.advice")}>
      {(webhooks) => (
        <table className="tbl stackable untick" id="liste">
          <caption className="vh">{say("webhooks.tab")}</caption>
          <thead>
            <tr>
              <th scope="col">{say("webhooks.col.name")}</th>
              <th scope="col">{say("webhooks.col.state")}</th>
              <th scope="col">{say("webhooks.col.types")}</th>
              <th scope="col">{say("webhooks.col.last")}</th>
            </tr>
          </thead>
          <tbody>
            {webhooks.map((one) => (
              <tr key={one.id} data-webhook={one.id}>
                <td>
                  <div className="two">
                    <Link to={`/reglages/integrateurs/${one.id}`}>{shown(one.name)}</Link>
                    <span className="l2">{shown(one.url)}</span>
                  </div>
                </td>
                <td>
                  <WebhookMark of={one} />
                  {one.reason && <p className="small soft">{one.reason}</p>}
                </td>
                <td className="small">{one.types.join(", ") || say("webhooks.all")}</td>
                <td>
                  <span className="inline-label">{say("webhooks.col.last")} </span>
                  {one.last_success_at ? moment(one.last_success_at, language, zone) : say("webhooks.never")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Listed>
  );
}
