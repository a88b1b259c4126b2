import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { customFieldsQuery, tagsQuery, teamsQuery, useMe, usersQuery } from "../api/house";
import { useWords } from "../i18n";
import { useChannelWord } from "../parts/Channel";
import Picker, { type Choice } from "../parts/Picker";
import { RISK_LOOKS, type Risk } from "../parts/RiskBadge";
import { shown } from "../text/unseen";
import { type CustomField, labelOf } from "../ticket/customFields";
import { useHeldWords } from "../ticket/useHeldWords";
import { FieldRangeDialog } from "./FieldRangeDialog";
import { FieldValueDialog } from "./FieldValueDialog";
import { heldOf, isRanged, isTyped, valuesOf, withFieldValue } from "./fieldFilter";
import { CHANNELS, NAMED, STATUSES } from "./filterNames";
import { type Filter, type View, type Wanted, withFilter } from "./views";

/** Everything a list may be narrowed to, in one list one types into; a value that is no choice is typed in a dialog. */
export default function FilterPicker({
  view,
  wanted,
  onClose,
}: {
  view: View;
  wanted: Wanted;
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const me = useMe();
  const [address, setAddress] = useSearchParams();
  const channelWord = useChannelWord();
  const teams = useQuery(teamsQuery).data ?? [];
  const users = useQuery(usersQuery).data ?? [];
  const tags = useQuery(tagsQuery).data ?? [];
  const fields = (useQuery(customFieldsQuery).data ?? []).filter((one) => one.archived_at === null);
  const [picking, setPicking] = useState(true);
  const [typed, setTyped] = useState<CustomField | null>(null);
  const heldWords = useHeldWords();
  const choice = (filter: Filter, value: string, words: string): Choice => ({
    id: `${filter}:${value}`,
    words,
    section: t(NAMED[filter]),
  });
  const ofField = (field: CustomField): Choice[] => {
    const section = shown(labelOf(field, language));
    if (isTyped(field))
      return [
        {
          id: `custom_field:${field.key}`,
          words: t(isRanged(field) ? "inbox.filter.ranged" : "inbox.filter.typed", { name: section }),
          section,
        },
      ];
    return valuesOf(field).map((value) => ({
      id: `custom_field:${field.key}:${value}`,
      words: shown(heldWords(field, heldOf(field, value))),
      section,
    }));
  };

  // The list closes first, then tells what was picked: whatever is still to be typed is asked for in its place.
  useEffect(() => {
    if (!picking && !typed) onClose();
  }, [picking, typed, onClose]);

  function narrow(filter: Filter, value: string): void {
    setAddress(withFilter(address, view, filter, value));
    onClose();
  }
  function pick(id: string): void {
    const [filter = "", ...rest] = id.split(":");
    const [key = "", ...chosen] = rest;
    if (filter !== "custom_field") narrow(filter as Filter, rest.join(":"));
    else if (chosen.length > 0)
      narrow("custom_field", withFieldValue(wanted.custom_field, key, chosen.join(":")));
    else setTyped(fields.find((one) => one.key === key) ?? null);
  }

  if (typed) {
    const Asked = isRanged(typed) ? FieldRangeDialog : FieldValueDialog;
    return (
      <Asked
        field={typed}
        onGive={(value) => narrow("custom_field", withFieldValue(wanted.custom_field, typed.key, value))}
        onClose={onClose}
      />
    );
  }
  if (!picking) return null;
  return (
    <Picker
      title={t("inbox.filters")}
      search={t("inbox.filter.add")}
      choices={[
        ...STATUSES.map((status) => choice("status", status, t(`status.${status}`))),
        ...(Object.keys(RISK_LOOKS) as Risk[]).map((risk) => choice("risk", risk, t(`risk.${risk}`))),
        ...teams.map((team) => choice("team_id", team.id, shown(team.name))),
        ...users.map((user) =>
          choice("assignee_id", user.id, user.id === me.user_id ? t("assign.me") : shown(user.name)),
        ),
        ...tags.map((tag) => choice("tag", tag.id, shown(tag.name))),
        ...fields.flatMap(ofField),
        choice("snoozed", "true", t("inbox.filter.snoozed.only")),
        choice("snoozed", "false", t("inbox.filter.snoozed.without")),
        ...CHANNELS.map((channel) => choice("channel", channel, channelWord(channel))),
      ]}
      onPick={pick}
      onClose={() => setPicking(false)}
    />
  );
}
