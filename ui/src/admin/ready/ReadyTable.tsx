import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useMe, useNames } from "../../api/house";
import { Empty } from "../../parts/Empty";
import { shown } from "../../text/unseen";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { mayKeep, type Owner } from "./queries";

interface Ready {
  id: string;
  name: string;
  owner: Owner;
  team_id: string | null;
}

/** Ready-made answers or macros: whose each is, what it holds, and what one may do with it. */
export function ReadyTable<T extends Ready>({
  asked,
  caption,
  holds,
  empty,
  advice,
  show,
  onChange,
  onRemove,
}: {
  asked: UseQueryResult<T[]>;
  caption: string;
  holds: string;
  empty: string;
  advice: string;
  show: (one: T) => ReactNode;
  onChange: (one: T) => void;
  onRemove: (one: T) => Promise<void>;
}) {
  const say = useAdmin();
  const me = useMe();
  const names = useNames();
  const doing = useDoing();
  return (
    <>
      {doing.problem && (
        <div className="lane">
          <Refusal problem={doing.problem} />
        </div>
      )}
      <Waiting asked={asked}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={empty} advice={advice} />
          ) : (
            <table className="tbl stackable untick" id="liste">
              <caption className="vh">{caption}</caption>
              <thead>
                <tr>
                  <th scope="col">{say("ready.name")}</th>
                  <th scope="col">{holds}</th>
                  <th scope="col">{say("ready.owner")}</th>
                  <th scope="col">{say("col.acts")}</th>
                </tr>
              </thead>
              <tbody>
                {all.map((one) => (
                  <tr key={one.id} data-ready={one.id}>
                    <td>
                      <b>{shown(one.name)}</b>
                    </td>
                    <td className="small">{show(one)}</td>
                    <td className="small">
                      {one.team_id ? shown(names(one.team_id)) : say(`ready.owner.${one.owner}`)}
                    </td>
                    <td>
                      {mayKeep(me, one.owner, one.team_id) ? (
                        <div className="row">
                          <button
                            className="btn sm"
                            type="button"
                            aria-haspopup="dialog"
                            onClick={() => onChange(one)}
                          >
                            {say("people.change")}
                            <span className="vh"> {shown(one.name)}</span>
                          </button>
                          <button
                            className="btn sm"
                            type="button"
                            disabled={doing.busy}
                            onClick={() =>
                              void doing
                                .run(() => onRemove(one))
                                .then(async (done) => {
                                  if (!done) await asked.refetch(); // what is there now is what may be removed
                                })
                            }
                          >
                            {say("ready.remove")}
                            <span className="vh"> {shown(one.name)}</span>
                          </button>
                        </div>
                      ) : (
                        <span className="muted small">{say("ready.read_only")}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Waiting>
    </>
  );
}
