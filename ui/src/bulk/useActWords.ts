import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../api/client";
import { tagsQuery, useNames, useZone } from "../api/house";
import { useWords } from "../i18n";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { useBulkWords } from "./words";

type Told = Readonly<Record<string, unknown>>;

/** Says an act in words: what the API keeps of it, or what is being chosen. */
export function useActWords(): (act: Told) => string {
  const { t, language } = useWords();
  const say = useBulkWords();
  const nameOf = useNames();
  const zone = useZone();
  const tags = useQuery(tagsQuery).data;
  const tagged = (id: string) => shown(tags?.find((tag) => tag.id === id)?.name ?? "…");
  return (act) => {
    const word = (name: string): string => (typeof act[name] === "string" ? act[name] : "");
    switch (act.kind) {
      case "assign":
        return word("assignee_id")
          ? say("act.assign", { name: shown(nameOf(word("assignee_id"))) })
          : say("act.assign.nobody");
      case "team":
        return word("team_id")
          ? say("act.team", { name: shown(nameOf(word("team_id"))) })
          : say("act.team.none");
      case "tag":
      case "untag":
        return say(`act.${act.kind}`, { name: tagged(word("tag_id")) });
      case "status":
        return say("act.status", { name: t(`status.${word("status") as Schemas["Status"]}`) });
      case "snooze":
        return word("until_at")
          ? say("act.snooze", { name: moment(word("until_at"), language, zone) })
          : say("act.snooze.answer");
      case "qualify":
        return say("act.qualify", { name: word("procedure") });
      default:
        return say("act.note");
    }
  };
}
