import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { Shape } from "../channels/HealthMark";
import { Listed } from "../parts/Listed";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { sayCode, useAdmin } from "../words";
import { deliveriesQuery, redelivered, type Webhook } from "./queries";

const LOOKS = { pending: "warn", delivered: "ok", failed: "bad" } as const;
const STATES = [null, "failed", "pending", "delivered"] as const;

/** Which calls an address shows. */
export const stateOf = (address: URLSearchParams) =>
  STATES.find((one) => one === address.get("etat")) ?? null;

/** Each call of a webhook: what became of it, why, and one more try. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [address] = useSearchParams();
  const state = stateOf(address);
  const asked = useInfiniteQuery(deliveriesQuery(webhook.id, state));
  return (
    <>
      <nav className="tabs" aria-label={say("delivery.title")}>
        {STATES.map((one) => (
          <Link
            key={one ?? "all"}
            to={one ? `?etat=${one}` : "?"}
            aria-current={one === state ? "page" : undefined}
          >
            {say(`delivery.tab.${one ?? "all"}`)}
          </Link>
        ))}
      </nav>
      {doing.problem && (
        <div className="lane">
          <Refusal problem={doing.problem} />
        </div>
      )}
      <Listed asked={asked} empty={say("delivery.none")}>
        {(rows) => (
          <table className="tbl stackable untick" id="liste">
            <caption className="vh">{say("delivery.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("delivery.col.state")}</th>
                <th scope="col">{say("delivery.col.fact")}</th>
                <th scope="col">{say("delivery.col.answer")}</th>
                <th scope="col">{say("delivery.col.when")}</th>
                <th scope="col">{say("col.acts")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} data-delivery={row.id}>
                  <td>
                    <span className={`h ${LOOKS[row.state]}`}>
                      <Shape look={LOOKS[row.state]} />
                      {say(`delivery.${row.state}`)}
                    </span>
                  </td>
                  <td>
                    <div className="two">
                      <code>{row.event_type}</code>
                      <span className="l2">
                        {sayCode(say, "origin", row.origin)} · {say("delivery.tries", { n: row.attempts })}
                      </span>
                    </div>
                  </td>
                  <td className="small">
                    {row.last_status ?? ""} {row.last_error ?? ""}
                    {row.response && (
                      <details>
                        <summary>{say("delivery.response")}</summary>
                        <pre className="raw">{row.response}</pre>
                      </details>
                    )}
                  </td>
                  <td>
                    {moment(row.delivered_at ?? row.last_at ?? row.created_at, language, zone)}
                    {row.next_at && row.state === "pending" && (
                      <p className="small muted">
                        {say("delivery.next", { at: moment(row.next_at, language, zone) })}
                      </p>
                    )}
                  </td>
                  <td>
                    <button
                      className="btn sm"
                      type="button"
                      disabled={doing.busy}
                      onClick={() =>
                        void doing.run(async (name) => {
                          await redelivered(webhook, row, name);
                          await client.invalidateQueries({ queryKey: ["webhooks", webhook.id] });
                          tell(say("delivery.again.done"));
                        })
                      }
                    >
                      {say("delivery.again")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Listed>
    </>
  );
}
