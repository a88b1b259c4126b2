import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { beginNames, useMay, useMe, useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { civilDay, shortDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Heads } from "../parts/Heads";
import { Listed } from "../parts/Listed";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { AbsenceDialog } from "./AbsenceDialog";
import { type Absence, absencesQuery, cancelled, standingOf } from "./queries";

/** S10: who is away and who stands in; a delegation of sight, never of signature. */
export default function AbsencesScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("tickets:read");
  if (may) beginNames(client);
  const asked = useInfiniteQuery({ ...absencesQuery, enabled: may });
  const [opened, setOpened] = useState<Absence | "new" | null>(null);
  return (
    <Frame
      title={say("part.absences")}
      scope="tickets:read"
      under={<p className="muted small">{say("absence.under")}</p>}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setOpened("new")}>
          <Icon name="plus" />
          {say("absence.make")}
        </button>
      }
    >
      <div className="scroll">
        <Listed asked={asked} empty={say("absence.none")} advice={say("absence.none.advice")}>
          {(rows) => <Table rows={rows} onChange={setOpened} />}
        </Listed>
      </div>
      {opened && <AbsenceDialog absence={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </Frame>
  );
}

const TONES = { now: "tag warn", coming: "tag info", over: "tag", cancelled: "tag" } as const;

function Table({ rows, onChange }: { rows: readonly Absence[]; onChange: (one: Absence) => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const names = useNames();
  const me = useMe();
  const all = useMay("absences:admin");
  const today = civilDay(new Date(), useZone());
  const doing = useDoing();
  return (
    <>
      {doing.problem && (
        <div className="lane">
          <Refusal problem={doing.problem} />
        </div>
      )}
      <table className="tbl stackable untick" id="liste">
        <caption className="vh">{say("part.absences")}</caption>
        <Heads
          words={[
            ...(["who", "days", "stand_in", "state"] as const).map((one) => say(`absence.col.${one}`)),
            say("col.acts"),
          ]}
        />
        <tbody>
          {rows.toReversed().map((one) => {
            const standing = standingOf(one, today);
            const who = shown(names(one.user_id));
            const mine = all || one.user_id === me.user_id;
            return (
              <tr key={one.id} data-absence={one.id}>
                <td>
                  <b>{who}</b>
                </td>
                <td>
                  {say("absence.days", {
                    from: shortDay(one.from_on, language),
                    until: shortDay(one.until_on, language),
                  })}
                </td>
                <td className="small">
                  {one.stand_in_id ? shown(names(one.stand_in_id)) : say("absence.stand_in.none")}
                  {one.confidential && <span className="tag"> {say("absence.lent")}</span>}
                </td>
                <td>
                  <span className={TONES[standing]}>{say(`absence.state.${standing}`)}</span>
                </td>
                <td>
                  {mine && (standing === "now" || standing === "coming") && (
                    <div className="row">
                      <button
                        className="btn sm"
                        type="button"
                        aria-haspopup="dialog"
                        onClick={() => onChange(one)}
                      >
                        {say("people.change")}
                        <span className="vh"> {who}</span>
                      </button>
                      <button
                        className="btn sm"
                        type="button"
                        disabled={doing.busy}
                        onClick={() =>
                          void doing
                            .run(async () => {
                              await cancelled(one);
                              tell(say("absence.ended"));
                            })
                            .then(() => client.invalidateQueries({ queryKey: absencesQuery.queryKey }))
                        }
                      >
                        {say(standing === "now" ? "absence.end" : "absence.cancel")}
                        <span className="vh"> {who}</span>
                      </button>
                    </div>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
