import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMay } from "../../api/house";
import { FormField, Tick } from "../parts/FormField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Kept } from "./Kept";
import { chosenSending, type Sending, sendingQuery } from "./queries";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** When information leaves; answers, letters and receipts leave at any hour. */
export function SendingForm() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("channels:admin");
  const asked = useQuery(sendingQuery);
  return (
    <Waiting asked={asked}>
      {(found) => (
        <Kept
          title={say("sendings.title")}
          about={say("sendings.about")}
          found={found}
          may={may}
          typedOf={({ weekdays, opens, closes, holidays, public_acknowledgement }: Sending) => ({
            weekdays,
            opens,
            closes,
            holidays,
            public_acknowledgement,
          })}
          save={chosenSending}
          reread={() => client.fetchQuery({ ...sendingQuery, staleTime: 0 })}
          theirs={(there) =>
            [
              `${there.weekdays.map((day) => say(`day.${day as 1}`)).join(", ")} : ${there.opens} – ${there.closes}`,
              ...(there.holidays ? [say("sendings.holidays")] : []),
              ...(there.public_acknowledgement ? [say("sendings.public")] : []),
            ].join(" ; ")
          }
          onSaved={(out) => client.setQueryData(sendingQuery.queryKey, out)}
        >
          {({ typed, change, wrong }) => (
            <>
              <fieldset>
                <legend>{say("sendings.days")}</legend>
                {wrong("/weekdays") && <p className="err-m">{wrong("/weekdays")}</p>}
                {DAYS.map((day) => (
                  <Tick
                    key={day}
                    label={say(`day.${day}`)}
                    checked={typed.weekdays.includes(day)}
                    onChange={(on) =>
                      change({
                        weekdays: DAYS.filter((one) => (one === day ? on : typed.weekdays.includes(one))),
                      })
                    }
                  />
                ))}
              </fieldset>
              <div className="form-2">
                {(["opens", "closes"] as const).map((one) => (
                  <FormField key={one} label={say(`sendings.${one}`)} wrong={wrong(`/${one}`)}>
                    {(described) => (
                      <input
                        {...described}
                        className="input"
                        type="time"
                        value={typed[one]}
                        onChange={(event) => change({ [one]: event.target.value })}
                      />
                    )}
                  </FormField>
                ))}
              </div>
              <Tick
                label={say("sendings.holidays")}
                checked={typed.holidays}
                onChange={(holidays) => change({ holidays })}
              />
              <Tick
                label={say("sendings.public")}
                hint={say("sendings.public.hint")}
                checked={typed.public_acknowledgement}
                onChange={(public_acknowledgement) => change({ public_acknowledgement })}
              />
            </>
          )}
        </Kept>
      )}
    </Waiting>
  );
}
