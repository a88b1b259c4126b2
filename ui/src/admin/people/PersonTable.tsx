import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useMe, useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { type AskedList, Listed } from "../parts/Listed";
import { Refusal } from "../parts/Refusal";
import { ShownOnce } from "../parts/ShownOnce";
import { useDoing } from "../parts/useDoing";
import { sayCode, useAdmin } from "../words";
import { PersonDialog } from "./PersonDialog";
import { changedUser, invitedAgain, type User } from "./queries";

/** The accounts: role, teams, what they see, and what an administrator may do of each. */
export function PersonTable({ asked }: { asked: AskedList<User> }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const me = useMe();
  const names = useNames();
  const client = useQueryClient();
  const tell = useTell();
  const may = useMay("users:admin");
  const doing = useDoing();
  const [changing, setChanging] = useState<User | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const reread = () => client.invalidateQueries({ queryKey: ["users"] });
  return (
    <>
      {doing.problem && (
        <div className="lane">
          <Refusal problem={doing.problem} />
        </div>
      )}
      <Listed asked={asked} empty={say("people.none")}>
        {(people) => (
          <table className="tbl stackable untick" id="liste">
            <caption className="vh">{say("people.tab.people")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("people.col.name")}</th>
                <th scope="col">{say("people.col.role")}</th>
                <th scope="col">{say("people.col.teams")}</th>
                <th scope="col">{say("people.col.state")}</th>
                {may && <th scope="col">{say("col.acts")}</th>}
              </tr>
            </thead>
            <tbody>
              {people.map((one) => (
                <tr key={one.id} data-person={one.id}>
                  <td>
                    <div className="two">
                      <b>{shown(one.name)}</b>
                      <span className="l2">{shown(one.email)}</span>
                    </div>
                  </td>
                  <td>
                    <div className="two">
                      <span>{sayCode(say, "role", one.role)}</span>
                      <span className="l2">{sayCode(say, "reach", one.reach)}</span>
                    </div>
                  </td>
                  <td>{one.teams.map((team) => shown(names(team))).join(", ") || "–"}</td>
                  <td>
                    {sayCode(say, "account", one.state)}
                    {one.seen_at && (
                      <span className="muted small">
                        {" "}
                        · {say("people.seen", { at: moment(one.seen_at, language, zone) })}
                      </span>
                    )}
                  </td>
                  {may && (
                    <td>
                      <span className="row decide">
                        <button
                          className="btn sm"
                          type="button"
                          aria-haspopup="dialog"
                          onClick={() => setChanging(one)}
                        >
                          {say("people.change")}
                        </button>
                        {one.state !== "suspended" && (
                          <button
                            className="btn sm"
                            type="button"
                            disabled={doing.busy}
                            onClick={() =>
                              void doing.run(async () => setLink((await invitedAgain(one)).invitation_url))
                            }
                          >
                            {say("people.link")}
                          </button>
                        )}
                        {one.id !== me.user_id && (
                          <button
                            className="btn sm"
                            type="button"
                            disabled={doing.busy}
                            onClick={() =>
                              void doing.run(async () => {
                                const suspended = one.state !== "suspended";
                                await changedUser(one, { suspended });
                                await reread();
                                tell(say(suspended ? "people.suspended" : "people.reopened"));
                              })
                            }
                          >
                            {say(one.state === "suspended" ? "people.reopen" : "people.suspend")}
                          </button>
                        )}
                      </span>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Listed>
      {changing && <PersonDialog person={changing} onClose={() => setChanging(null)} />}
      {link && <ShownOnce title={say("people.link.made")} secret={link} onClose={() => setLink(null)} />}
    </>
  );
}
