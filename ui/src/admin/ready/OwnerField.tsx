import { useQuery } from "@tanstack/react-query";
import { teamsQuery, useMe } from "../../api/house";
import { shown } from "../../text/unseen";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { mayKeep, type Owner } from "./queries";

const OWNERS = ["person", "team", "administration"] as const;

/** Whose it will be; that does not change afterwards. */
export function OwnerField({
  owner,
  team,
  wrong,
  onChange,
}: {
  owner: Owner;
  team: string;
  wrong: boolean;
  onChange: (owner: Owner, team: string) => void;
}) {
  const say = useAdmin();
  const me = useMe();
  const teams = (useQuery(teamsQuery).data ?? []).filter(
    (one) => !one.archived_at && mayKeep(me, "team", one.id),
  );
  const owners = OWNERS.filter((one) => (one === "team" ? teams.length > 0 : mayKeep(me, one, null)));
  return (
    <>
      <FormField label={say("ready.owner")} hint={say("ready.owner.hint")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={owner}
            onChange={(event) => onChange(event.target.value as Owner, team)}
          >
            {owners.map((one) => (
              <option key={one} value={one}>
                {say(`ready.owner.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {owner === "team" && (
        <FormField label={say("ready.team")} wrong={wrong && say("field.required")}>
          {(described) => (
            <select
              {...described}
              className="select"
              value={team}
              onChange={(event) => onChange(owner, event.target.value)}
            >
              <option value="">{say("ready.choose")}</option>
              {teams.map((one) => (
                <option key={one.id} value={one.id}>
                  {shown(one.name)}
                </option>
              ))}
            </select>
          )}
        </FormField>
      )}
    </>
  );
}
