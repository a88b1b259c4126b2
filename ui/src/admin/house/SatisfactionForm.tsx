import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMay } from "../../api/house";
import { satisfactionSettingsQuery } from "../../satisfaction/queries";
import { FormField, Tick } from "../parts/FormField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Kept } from "./Kept";
import { chosenSatisfaction, type SatisfactionSettings } from "./queries";

const WAYS = ["mail", "sms"] as const;
const DELAYS = [4, 24, 48, 72, 120, 168, 336] as const;

/** Whether people are asked how satisfied they are, when, by what, and how rarely. */
export function SatisfactionForm() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("users:admin");
  const asked = useQuery(satisfactionSettingsQuery);
  const delay = (hours: number) =>
    hours === 24
      ? say("asking.day")
      : hours % 24 === 0
        ? say("asking.days", { n: hours / 24 })
        : say("asking.hours", { n: hours });
  return (
    <Waiting asked={asked}>
      {(found) => (
        <Kept
          title={say("asking.title")}
          about={say("asking.about")}
          found={found}
          may={may}
          typedOf={({ asked, delay_hours, ways, rest_days }: SatisfactionSettings) => ({
            asked,
            delay_hours,
            ways,
            rest_days,
          })}
          save={chosenSatisfaction}
          reread={() => client.fetchQuery({ ...satisfactionSettingsQuery, staleTime: 0 })}
          theirs={(there) =>
            there.asked
              ? [
                  delay(there.delay_hours),
                  ...there.ways.map((way) => say(`asking.way.${way}`)),
                  say("asking.rest_of", { n: there.rest_days }),
                ].join(" ; ")
              : say("asking.off")
          }
          onSaved={(out) => client.setQueryData(satisfactionSettingsQuery.queryKey, out)}
        >
          {({ typed, change, wrong }) => (
            <>
              <Tick
                label={say("asking.asked")}
                hint={say("asking.asked.hint")}
                checked={typed.asked}
                onChange={(on) => change({ asked: on })}
              />
              <fieldset>
                <legend>{say("asking.ways")}</legend>
                {wrong("/ways") && <p className="err-m">{wrong("/ways")}</p>}
                {WAYS.map((way) => (
                  <Tick
                    key={way}
                    label={say(`asking.way.${way}`)}
                    checked={typed.ways.includes(way)}
                    onChange={(on) =>
                      change({ ways: WAYS.filter((one) => (one === way ? on : typed.ways.includes(one))) })
                    }
                  />
                ))}
              </fieldset>
              <div className="form-2">
                <FormField label={say("asking.delay")} wrong={wrong("/delay_hours")}>
                  {(described) => (
                    <select
                      {...described}
                      className="select"
                      value={typed.delay_hours}
                      onChange={(event) => change({ delay_hours: Number(event.target.value) })}
                    >
                      {[...new Set([...DELAYS, found.delay_hours])]
                        .sort((one, other) => one - other)
                        .map((one) => (
                          <option key={one} value={one}>
                            {delay(one)}
                          </option>
                        ))}
                    </select>
                  )}
                </FormField>
                <FormField
                  label={say("asking.rest")}
                  hint={say("asking.rest.hint")}
                  wrong={wrong("/rest_days")}
                >
                  {(described) => (
                    <input
                      {...described}
                      className="input"
                      type="number"
                      min={1}
                      max={365}
                      value={typed.rest_days}
                      onChange={(event) => change({ rest_days: Number(event.target.value) })}
                    />
                  )}
                </FormField>
              </div>
            </>
          )}
        </Kept>
      )}
    </Waiting>
  );
}
