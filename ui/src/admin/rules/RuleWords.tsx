import { useQuery } from "@tanstack/react-query";
import { tagsQuery, useNames } from "../../api/house";
import { useWords } from "../../i18n";
import { useChannelWord } from "../../parts/Channel";
import type { Risk } from "../../parts/RiskBadge";
import { shown } from "../../text/unseen";
import { useAdmin } from "../words";
import type { Rule } from "./queries";

/** What makes a rule act, in words. */
export function TriggerWords({ rule }: { rule: Pick<Rule, "trigger" | "delay" | "business_hours"> }) {
  const say = useAdmin();
  switch (rule.trigger) {
    case "idle":
    case "aged":
      return say(`rule.after.${rule.trigger}${rule.business_hours ? ".open" : ""}`, { n: rule.delay ?? 0 });
    case "term":
      return say("rule.after.term", { n: rule.delay ?? 0 });
    default:
      return say(`rule.trigger.${rule.trigger}`);
  }
}

/** On which requests a rule acts, a chip each. */
export function ConditionWords({ filter }: { filter: Rule["filter"] }) {
  const say = useAdmin();
  const { t } = useWords();
  const nameOf = useNames();
  const channelWord = useChannelWord();
  const tags = useQuery({ ...tagsQuery, enabled: "tag" in filter }).data ?? [];
  const tagName = (id: string) => shown(tags.find((one) => one.id === id)?.name ?? "…");
  const pair = (what: string, held: string) => say("rule.if.one", { what, held });
  const said = Object.entries(filter).map(([name, value]) => {
    const words = String(value).split(",");
    switch (name) {
      case "status":
        return pair(t("inbox.filter.status"), words.map((one) => t(`status.${one as "new"}`)).join(", "));
      case "risk":
        return pair(t("inbox.filter.risk"), words.map((one) => t(`risk.${one as Risk}`)).join(", "));
      case "channel":
        return pair(t("inbox.filter.channel"), words.map(channelWord).join(", "));
      case "team_id":
        return pair(t("inbox.filter.team"), shown(nameOf(String(value))));
      case "assignee_id":
        return pair(t("inbox.filter.agent"), shown(nameOf(String(value))));
      case "unassigned":
        return pair(t("inbox.filter.agent"), say("rule.nobody"));
      case "tag":
        return pair(t("inbox.filter.tag"), words.map(tagName).join(", "));
      case "snoozed":
        return t(value ? "inbox.filter.snoozed.only" : "inbox.filter.snoozed.without");
      default:
        return pair(name, words.join(", "));
    }
  });
  if (said.length === 0) return <span className="muted">{say("rule.if.any")}</span>;
  return (
    <span className="row">
      {said.map((one) => (
        <span className="chip" key={one}>
          <span>{one}</span>
        </span>
      ))}
    </span>
  );
}
