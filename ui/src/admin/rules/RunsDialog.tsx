import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Dialog } from "../../parts/Dialog";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Listed } from "../parts/Listed";
import { useAdmin } from "../words";
import { type Rule, runsPage } from "./queries";

/** What a rule did, the latest first, and why it could not. */
export function RunsDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const asked = useInfiniteQuery({
    queryKey: ["automations", rule.id, "runs"],
    queryFn: ({ pageParam, signal }) => runsPage(rule.id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  return (
    <Dialog title={say("rule.runs.title", { name: shown(rule.name) })} onClose={onClose}>
      <Listed asked={asked} empty={say("rule.runs.none")}>
        {(runs) => (
          <table className="tbl stackable untick">
            <caption className="vh">{say("rule.runs")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("rule.run.when")}</th>
                <th scope="col">{say("rule.run.ticket")}</th>
                <th scope="col">{say("rule.run.what")}</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id} data-run={run.outcome}>
                  <td className="small">{moment(run.at, language, zone)}</td>
                  <td>
                    <Link to={`/dossiers/${run.reference}`}>{run.reference}</Link>
                  </td>
                  <td className="small">
                    {say(`rule.outcome.${run.outcome}`)}
                    {run.detail && <span className="err-m"> {run.detail}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Listed>
      <p className="muted small">{say("rule.runs.kept")}</p>
    </Dialog>
  );
}
