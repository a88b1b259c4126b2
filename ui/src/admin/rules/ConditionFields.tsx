import { useQuery } from "@tanstack/react-query";
import { tagsQuery, teamsQuery, usersQuery } from "../../api/house";
import { useWords } from "../../i18n";
import { CHANNELS, STATUSES } from "../../inbox/filterNames";
import { useChannelWord } from "../../parts/Channel";
import { RISK_LOOKS, type Risk } from "../../parts/RiskBadge";
import { shown } from "../../text/unseen";
import { FormField, Tick } from "../parts/FormField";
import { useAdmin } from "../words";
import { type Conditions, keptUnseen, narrowed } from "./rules";

const NOBODY = "nobody";

/** On which requests a rule acts: the filters of the inbox, one word each. */
export function ConditionFields({
  filter,
  wrong,
  onChange,
}: {
  filter: Conditions;
  wrong: string | undefined;
  onChange: (filter: Conditions) => void;
}) {
  const say = useAdmin();
  const { t } = useWords();
  const channelWord = useChannelWord();
  const tags = useQuery(tagsQuery).data ?? [];
  const teams = useQuery(teamsQuery).data ?? [];
  const users = useQuery(usersQuery).data ?? [];
  const unseen = keptUnseen(filter);
  const statuses = (filter.status ?? "").split(",").filter(Boolean);
  const set = (name: keyof Conditions) => (value: string) => onChange(narrowed(filter, name, value));
  return (
    <fieldset className="stack">
      <legend>{say("rule.if")}</legend>
      {wrong && <p className="err-m">{wrong}</p>}
      <fieldset className="field w">
        <legend className="small">{t("inbox.filter.status")}</legend>
        <div className="row">
          {STATUSES.map((one) => (
            <Tick
              key={one}
              label={t(`status.${one}`)}
              checked={statuses.includes(one)}
              onChange={(on) =>
                set("status")(
                  STATUSES.filter((each) => (each === one ? on : statuses.includes(each))).join(","),
                )
              }
            />
          ))}
        </div>
      </fieldset>
      <Choice
        label={t("inbox.filter.risk")}
        value={filter.risk ?? ""}
        choices={(Object.keys(RISK_LOOKS) as Risk[]).map((risk) => [risk, t(`risk.${risk}`)])}
        onChange={set("risk")}
      />
      <Choice
        label={t("inbox.filter.channel")}
        value={filter.channel ?? ""}
        choices={CHANNELS.map((one) => [one, channelWord(one)])}
        onChange={set("channel")}
      />
      <Choice
        label={t("inbox.filter.team")}
        value={filter.team_id ?? ""}
        choices={teams.map((one) => [one.id, shown(one.name)])}
        onChange={set("team_id")}
      />
      <Choice
        label={t("inbox.filter.agent")}
        value={filter.unassigned ? NOBODY : (filter.assignee_id ?? "")}
        choices={[[NOBODY, say("rule.nobody")], ...users.map((one) => [one.id, shown(one.name)] as const)]}
        onChange={(value) => {
          const free = narrowed(narrowed(filter, "unassigned", ""), "assignee_id", "");
          onChange(
            value === NOBODY ? narrowed(free, "unassigned", true) : narrowed(free, "assignee_id", value),
          );
        }}
      />
      <Choice
        label={t("inbox.filter.tag")}
        value={filter.tag ?? ""}
        choices={tags.map((one) => [one.id, shown(one.name)])}
        onChange={set("tag")}
      />
      <Choice
        label={say("rule.snoozed")}
        value={filter.snoozed === undefined || filter.snoozed === null ? "" : String(filter.snoozed)}
        choices={[
          ["true", t("inbox.filter.snoozed.only")],
          ["false", t("inbox.filter.snoozed.without")],
        ]}
        onChange={(value) => onChange(narrowed(filter, "snoozed", value === "" ? "" : value === "true"))}
      />
      {unseen.length > 0 && <p className="small">{say("rule.if.more", { which: unseen.join(", ") })}</p>}
    </fieldset>
  );
}

function Choice({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  const say = useAdmin();
  const known = value === "" || choices.some(([one]) => one === value);
  return (
    <FormField label={label}>
      {(described) => (
        <select
          {...described}
          className="select"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{say("rule.any")}</option>
          {!known && <option value={value}>{value}</option>}
          {choices.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}
