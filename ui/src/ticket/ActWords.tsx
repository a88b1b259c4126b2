import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../api/client";
import { tagsQuery, useNames } from "../api/house";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";

/** One act of a macro or of an automation in words: « Donner à l’équipe Voirie ». */
export function ActWords({ act }: { act: Schemas["ActOut"] | Schemas["RuleActOut"] }) {
  const { t } = useWords();
  const nameOf = useNames();
  const tags = useQuery({ ...tagsQuery, enabled: act.tag_id !== null }).data ?? [];
  const tag = shown(tags.find((one) => one.id === act.tag_id)?.name);
  switch (act.kind) {
    case "reply":
      return t("send" in act && act.send ? "macros.kind.reply" : "macros.kind.draft");
    case "note":
      return t("macros.kind.note");
    case "tag_on":
      return t("macros.kind.tag_on", { name: tag });
    case "tag_off":
      return t("macros.kind.tag_off", { name: tag });
    case "team":
      return act.team_id
        ? t("macros.kind.team", { name: shown(nameOf(act.team_id)) })
        : t("macros.kind.no_team");
    case "assignee":
      if ("me" in act && act.me) return t("macros.kind.me");
      return act.assignee_id
        ? t("macros.kind.assignee", { name: shown(nameOf(act.assignee_id)) })
        : t("macros.kind.nobody");
    case "least_busy":
      return t("macros.kind.least_busy", { name: shown(nameOf(act.team_id)) });
    case "snooze":
      if (!("hours" in act) || act.hours === null) return t("macros.kind.snooze_answer");
      return t(act.business_hours ? "macros.kind.snooze_open" : "macros.kind.snooze", { n: act.hours });
    case "status":
      return t("macros.kind.status", { status: t(`status.${act.status ?? "open"}`) });
  }
}
