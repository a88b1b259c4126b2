import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useMay } from "../../api/house";
import { Icon } from "../../parts/Icon";
import { Frame } from "../Frame";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { PersonDialog } from "./PersonDialog";
import { PersonTable } from "./PersonTable";
import { peopleQuery, rolesQuery, teamPagesQuery } from "./queries";
import { RoleTable } from "./RoleTable";
import { TeamDialog, TeamTable } from "./TeamTable";

const TABS = ["people", "teams", "roles"] as const;

/** S10: who works here, in which teams, and what each role may do, in words. */
export default function PeopleScreen() {
  const say = useAdmin();
  const [address] = useSearchParams();
  const tab = TABS.find((one) => one === address.get("vue")) ?? "people";
  const may = useMay("tickets:read");
  const changes = useMay("users:admin");
  const people = useInfiniteQuery({ ...peopleQuery, enabled: may && tab === "people" });
  const teams = useInfiniteQuery({ ...teamPagesQuery, enabled: may });
  const roles = useQuery({ ...rolesQuery, enabled: may });
  const [making, setMaking] = useState(false);
  return (
    <Frame
      title={say("part.people")}
      scope="tickets:read"
      under={!changes && <p className="muted small">{say("people.read_only")}</p>}
      acts={
        changes &&
        tab !== "roles" && (
          <button
            className="btn primary"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setMaking(true)}
          >
            <Icon name="plus" />
            {say(tab === "people" ? "people.invite" : "teams.make")}
          </button>
        )
      }
      tabs={
        <nav className="tabs" aria-label={say("part.people")}>
          {TABS.map((one) => (
            <Link
              key={one}
              to={`/reglages/equipes?vue=${one}`}
              aria-current={one === tab ? "page" : undefined}
            >
              {say(`people.tab.${one}`)}
            </Link>
          ))}
        </nav>
      }
    >
      <div className="scroll">
        {tab === "people" && <PersonTable asked={people} />}
        {tab === "teams" && <TeamTable asked={teams} />}
        {tab === "roles" && <Waiting asked={roles}>{(found) => <RoleTable roles={found} />}</Waiting>}
      </div>
      {making && tab === "people" && <PersonDialog person={null} onClose={() => setMaking(false)} />}
      {making && tab === "teams" && <TeamDialog team={null} onClose={() => setMaking(false)} />}
    </Frame>
  );
}
