import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMay } from "../../api/house";
import { shown } from "../../text/unseen";
import { FormField } from "../parts/FormField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Kept } from "./Kept";
import { chosenWatch, type Watch, watchQuery } from "./queries";
import { linesOf } from "./week";

/** Whom the watch tells of the day, and of alerts nobody took up. */
export function WatchForm() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("sve:write");
  const asked = useQuery(watchQuery);
  return (
    <Waiting asked={asked}>
      {(found) => (
        <Kept
          title={say("watch.title")}
          about={say("watch.about")}
          found={found}
          may={may}
          typedOf={(one: Watch) => ({
            digest_to: one.digest_to.join("\n"),
            digest_hour: String(one.digest_hour),
            escalate_to: one.escalate_to.join("\n"),
            escalate_after: String(one.escalate_after),
          })}
          save={(version, typed) =>
            chosenWatch(version, {
              digest_to: linesOf(typed.digest_to),
              digest_hour: Number.parseInt(typed.digest_hour, 10), // an emptied one is refused beside it, not midnight
              escalate_to: linesOf(typed.escalate_to),
              escalate_after: Number.parseInt(typed.escalate_after, 10),
            })
          }
          reread={() => client.fetchQuery({ ...watchQuery, staleTime: 0 })}
          theirs={(there) => [...there.digest_to, ...there.escalate_to].map(shown).join(", ") || "–"}
          onSaved={(out) => client.setQueryData(watchQuery.queryKey, out)}
        >
          {({ typed, change, wrong }) => (
            <>
              {(["digest_to", "escalate_to"] as const).map((one) => {
                const number = one === "digest_to" ? "digest_hour" : "escalate_after";
                return (
                  <div key={one} className="form-2">
                    <FormField
                      label={say(`watch.${one}`)}
                      hint={say("watch.to.hint")}
                      wrong={wrong(`/${one}`)}
                    >
                      {(described) => (
                        <textarea
                          {...described}
                          className="area"
                          rows={2}
                          value={typed[one]}
                          onChange={(event) => change({ [one]: event.target.value })}
                        />
                      )}
                    </FormField>
                    <FormField label={say(`watch.${number}`)} wrong={wrong(`/${number}`)}>
                      {(described) => (
                        <input
                          {...described}
                          className="input"
                          type="number"
                          min={0}
                          value={typed[number]}
                          onChange={(event) => change({ [number]: event.target.value })}
                        />
                      )}
                    </FormField>
                  </div>
                );
              })}
            </>
          )}
        </Kept>
      )}
    </Waiting>
  );
}
