import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { teamsQuery, useMay, useNames } from "../../api/house";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { type AskedList, Listed } from "../parts/Listed";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { changedTeam, madeTeam, type Team } from "./queries";

/** Services and teams: of which service each is, how many people, put away or not. */
export function TeamTable({ asked }: { asked: AskedList<Team> }) {
  const say = useAdmin();
  const names = useNames();
  const may = useMay("users:admin");
  const [changing, setChanging] = useState<Team | null>(null);
  return (
    <>
      <Listed asked={asked} empty={say("teams.none")} advice={say("teams.none.advice")}>
        {(teams) => (
          <table className="tbl stackable untick" id="liste">
            <caption className="vh">{say("people.tab.teams")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("teams.col.name")}</th>
                <th scope="col">{say("teams.col.parent")}</th>
                <th scope="col">{say("teams.col.members")}</th>
                {may && <th scope="col">{say("col.acts")}</th>}
              </tr>
            </thead>
            <tbody>
              {teams.map((team) => (
                <tr key={team.id} data-team={team.id}>
                  <td>
                    <b>{shown(team.name)}</b>
                    {team.archived_at && <span className="tag"> {say("teams.archived")}</span>}
                  </td>
                  <td>{team.parent_id ? shown(names(team.parent_id)) : "–"}</td>
                  <td>{say("teams.members", { n: team.members })}</td>
                  {may && (
                    <td>
                      <button
                        className="btn sm"
                        type="button"
                        aria-haspopup="dialog"
                        onClick={() => setChanging(team)}
                      >
                        {say("people.change")}
                      </button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Listed>
      {changing && <TeamDialog team={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

export function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const doing = useDoing();
  const teams = useQuery(teamsQuery).data ?? [];
  const [name, setName] = useState(team?.name ?? "");
  const [parent, setParent] = useState(team?.parent_id ?? "");
  const [archived, setArchived] = useState(team?.archived_at != null);
  const [tried, setTried] = useState(false);

  async function save(): Promise<void> {
    setTried(true);
    if (!name.trim()) return;
    const done = await doing.run(async (act) => {
      const said = { name: name.trim(), parent_id: parent || null };
      if (!team) await madeTeam(said, act);
      else await changedTeam(team, { ...said, archived });
      void client.invalidateQueries({ queryKey: ["teams"] });
    });
    if (done) onClose();
  }

  return (
    <ActDialog
      title={team ? say("teams.change", { name: shown(team.name) }) : say("teams.make")}
      act={say(team ? "people.save" : "teams.make")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={say("teams.name")}
        wrong={tried && !name.trim() && say("field.required")}
        value={name}
        onChange={setName}
      />
      <FormField label={say("teams.col.parent")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={parent}
            onChange={(event) => setParent(event.target.value)}
          >
            <option value="">{say("field.none")}</option>
            {teams
              .filter((one) => one.id !== team?.id)
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {shown(one.name)}
                </option>
              ))}
          </select>
        )}
      </FormField>
      {team && (
        <Tick
          label={say("teams.put_away")}
          hint={say("teams.put_away.hint")}
          checked={archived}
          onChange={setArchived}
        />
      )}
    </ActDialog>
  );
}
