import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/house";
import { FormField } from "../parts/FormField";
import { TextField } from "../parts/TextField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Kept } from "./Kept";
import { chosenHours, type Hours, hoursQuery } from "./queries";
import { daysOf, linesOf, weekOf } from "./week";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** The week of the administration and the days it is shut; no legal delay reads them. */
export function HoursForm() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("users:admin");
  const asked = useQuery(hoursQuery);
  const [tried, setTried] = useState(false);
  return (
    <Waiting asked={asked}>
      {(found) => (
        <Kept
          title={say("hours.title")}
          about={say("hours.about")}
          found={found}
          may={may}
          typedOf={(one: Hours) => ({ days: daysOf(one.week), closed: one.closed_on.join("\n") })}
          ready={({ days }) => {
            setTried(true);
            const { week, unread } = weekOf(days);
            return week.length > 0 && unread.length === 0;
          }}
          save={(version, { days, closed }) =>
            chosenHours(version, { week: [...weekOf(days).week], closed_on: linesOf(closed) })
          }
          reread={() => client.fetchQuery({ ...hoursQuery, staleTime: 0 })}
          theirs={(there) =>
            [
              ...daysOf(there.week).map(
                (one, place) => `${say(`day.${(place + 1) as 1}`)} ${one || say("hours.shut")}`,
              ),
              `${say("hours.closed")} : ${there.closed_on.join(", ") || "–"}`,
            ].join(" ; ")
          }
          onSaved={(out) => client.setQueryData(hoursQuery.queryKey, out)}
        >
          {({ typed, change, wrong }) => {
            const { week, unread } = weekOf(typed.days);
            return (
              <>
                {tried && week.length === 0 && unread.length === 0 && (
                  <p className="err-m" role="alert">
                    {say("hours.missing")}
                  </p>
                )}
                {DAYS.map((day, place) => (
                  <TextField
                    key={day}
                    label={say(`day.${day}`)}
                    hint={day === 1 && say("hours.hint")}
                    wrong={
                      (tried && unread.includes(place) && say("hours.wrong")) ||
                      week
                        .map((one, at) => (one.weekday === day ? wrong(`/week/${at}`) : undefined))
                        .find(Boolean)
                    }
                    value={typed.days[place] ?? ""}
                    onChange={(value) =>
                      change({ days: typed.days.map((one, at) => (at === place ? value : one)) })
                    }
                  />
                ))}
                <FormField
                  label={say("hours.closed")}
                  hint={say("hours.closed.hint")}
                  wrong={wrong("/closed_on")}
                >
                  {(described) => (
                    <textarea
                      {...described}
                      className="area narrow"
                      rows={3}
                      value={typed.closed}
                      onChange={(event) => change({ closed: event.target.value })}
                    />
                  )}
                </FormField>
              </>
            );
          }}
        </Kept>
      )}
    </Waiting>
  );
}
