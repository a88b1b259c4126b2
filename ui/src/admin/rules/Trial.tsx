import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useNames, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { useAdmin } from "../words";
import type { DryRun } from "./queries";

type Tried = DryRun["tickets"][number];

/** What a rule would do to the last requests; nothing was done. */
export function Trial({ found }: { found: DryRun }) {
  const say = useAdmin();
  const here = useRef<HTMLElement>(null);
  // It stands below the form: whoever asked for it sees that it came.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each trial is shown anew
  useEffect(() => {
    here.current?.scrollIntoView({ block: "nearest" });
  }, [found]);
  return (
    <section ref={here} className="notice stack" role="status" data-trial={found.matched}>
      <div className="grow">
        <b>{say("rule.trial", { looked: found.looked })}</b>
        <p>
          {found.matched > 0 ? say("rule.trial.some", { matched: found.matched }) : say("rule.trial.none")}
        </p>
        {found.tickets.length > 0 && (
          <ul>
            {found.tickets.map((one) => (
              <li key={one.ticket_id}>
                <Link to={`/dossiers/${one.reference}`}>{one.reference}</Link> {shown(one.subject)}
                <Would tried={one} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Would({ tried }: { tried: Tried }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const nameOf = useNames();
  function said(act: Tried["acts"][number]): string {
    const what = say(`macro.kind.${act.kind as "team"}`);
    if (act.kind === "snooze") {
      const until = act.until_at && moment(act.until_at, language, zone);
      return say("rule.if.one", {
        what,
        held: until ? say("rule.trial.until", { until }) : say("rule.snooze.answer"),
      });
    }
    const whom = act.assignee_id ?? act.team_id;
    return whom ? say("rule.if.one", { what, held: shown(nameOf(whom)) }) : what;
  }
  if (tried.possible === null) return <p className="muted small">{say("rule.trial.untried")}</p>;
  return (
    <ol className="small">
      {tried.acts.map((act, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
        <li key={at}>
          {said(act)}
          {act.outcome === "unchanged" && ` (${say("rule.trial.unchanged")})`}
          {act.outcome === "refused" && <b className="err-m"> {act.detail ?? act.code}</b>}
        </li>
      ))}
    </ol>
  );
}
