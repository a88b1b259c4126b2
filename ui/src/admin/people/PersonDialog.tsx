import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { teamsQuery } from "../../api/house";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { ShownOnce } from "../parts/ShownOnce";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { sayCode, useAdmin } from "../words";
import { changedUser, invited, rolesQuery, type User } from "./queries";

/** Opens an account by an invitation, or changes who somebody is here: name, role, teams. */
export function PersonDialog({ person, onClose }: { person: User | null; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const roles = useQuery(rolesQuery).data ?? [];
  const teams = useQuery(teamsQuery).data ?? [];
  const [name, setName] = useState(person?.name ?? "");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<User["role"]>(person?.role ?? "agent");
  const [member, setMember] = useState<readonly string[]>(person?.teams ?? []);
  const [tried, setTried] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  if (link) return <ShownOnce title={say("people.link.made")} secret={link} onClose={onClose} />;

  async function save(): Promise<void> {
    setTried(true);
    if (!name.trim() || (!person && !email.trim())) return;
    let shows = false;
    const done = await doing.run(async () => {
      if (person) await changedUser(person, { name: name.trim(), role, teams: [...member] });
      else {
        const made = await invited({
          name: name.trim(),
          email: email.trim(),
          role,
          teams: [...member],
          by_mail: false,
        });
        setLink(made.invitation_url);
        shows = made.invitation_url !== null;
      }
      void client.invalidateQueries({ queryKey: ["users"] });
    });
    if (!done || shows) return;
    tell(say("people.saved"));
    onClose();
  }

  return (
    <ActDialog
      title={person ? say("people.change.title", { name: shown(person.name) }) : say("people.invite")}
      act={say(person ? "people.save" : "people.invite")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={say("people.name")}
        wrong={tried && !name.trim() && say("field.required")}
        value={name}
        onChange={setName}
      />
      {!person && (
        <TextField
          label={say("people.email")}
          hint={say("people.email.hint")}
          wrong={tried && !email.trim() && say("field.required")}
          type="email"
          value={email}
          onChange={setEmail}
        />
      )}
      <FormField label={say("people.col.role")} hint={roles.find((one) => one.role === role)?.description}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={role}
            onChange={(event) => setRole(event.target.value as User["role"])}
          >
            {roles.map((one) => (
              <option key={one.role} value={one.role}>
                {sayCode(say, "role", one.role)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {teams.length > 0 && (
        <fieldset>
          <legend>{say("people.col.teams")}</legend>
          {teams
            .filter((team) => !team.archived_at || member.includes(team.id))
            .map((team) => (
              <Tick
                key={team.id}
                label={shown(team.name)}
                checked={member.includes(team.id)}
                onChange={(on) =>
                  setMember((all) => (on ? [...all, team.id] : all.filter((had) => had !== team.id)))
                }
              />
            ))}
        </fieldset>
      )}
    </ActDialog>
  );
}
