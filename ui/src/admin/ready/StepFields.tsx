import { useQuery } from "@tanstack/react-query";
import { tagsQuery, teamsQuery, usersQuery } from "../../api/house";
import { useWords } from "../../i18n";
import { shown } from "../../text/unseen";
import { FormField, Tick } from "../parts/FormField";
import { MoveButtons } from "../parts/MoveButtons";
import { useAdmin } from "../words";
import { SnoozeFields } from "./SnoozeFields";
import { type AnyKind, ME, type Step } from "./steps";
import { WordsField } from "./WordsField";

const STATUSES = ["open", "waiting", "resolved", "closed"] as const;

/** One act of a macro or of an automation: what it does, with what words or to whom, and its place among the others. */
export function StepFields({
  step,
  place,
  last,
  wrong,
  unsigned = false,
  onType,
  onMove,
  onDrop,
}: {
  step: Step<AnyKind>;
  place: number;
  last: boolean;
  wrong: string | false | undefined;
  /** Nobody runs it: it is given to nobody's self. */
  unsigned?: boolean;
  onType: (changed: Partial<Pick<Step, "text" | "send" | "which" | "hours">>) => void;
  onMove: (by: -1 | 1) => void;
  onDrop: () => void;
}) {
  const say = useAdmin();
  const about = <span className="vh"> {say("macro.nth", { n: place + 1 })}</span>;
  return (
    <fieldset className="stack" data-step={step.kind}>
      <legend>
        {place + 1}. {say(`macro.kind.${step.kind}`)}
      </legend>
      {step.kind === "reply" || step.kind === "note" ? (
        <WordsField
          label={say("canned.words")}
          language={step.language}
          wrong={wrong}
          value={step.text}
          onChange={(text) => onType({ text })}
        />
      ) : step.kind === "snooze" ? (
        <SnoozeFields step={step} wrong={wrong} onType={onType} />
      ) : (
        <Which step={step} wrong={wrong} unsigned={unsigned} onType={onType} />
      )}
      {step.kind === "reply" && (
        <Tick
          label={say("macro.send")}
          hint={say("macro.send.hint")}
          checked={step.send}
          onChange={(send) => onType({ send })}
        />
      )}
      <p className="row">
        <MoveButtons place={place} last={last} about={about} onMove={onMove} />
        <button className="btn sm" type="button" onClick={onDrop}>
          {say("macro.drop")}
          {about}
        </button>
      </p>
    </fieldset>
  );
}

function Which({
  step,
  wrong,
  unsigned,
  onType,
}: {
  step: Step<AnyKind>;
  wrong: string | false | undefined;
  unsigned: boolean;
  onType: (changed: { which: string }) => void;
}) {
  const say = useAdmin();
  const choices = useChoices(step, unsigned);
  return (
    <FormField label={say(`macro.which.${step.kind as "team"}`)} wrong={wrong || undefined}>
      {(described) => (
        <select
          {...described}
          className="select"
          value={step.which}
          onChange={(event) => onType({ which: event.target.value })}
        >
          {choices.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </FormField>
  );
}

function useChoices({ kind, which }: Step<AnyKind>, unsigned: boolean): (readonly [string, string])[] {
  const say = useAdmin();
  const { t } = useWords();
  const tags = useQuery({ ...tagsQuery, enabled: kind.startsWith("tag_") }).data ?? [];
  const teams = useQuery(teamsQuery).data ?? [];
  const users = useQuery(usersQuery).data ?? [];
  switch (kind) {
    case "tag_on":
    case "tag_off":
      return [["", say("ready.choose")], ...tags.map((one) => [one.id, shown(one.name)] as const)];
    case "team":
    case "least_busy":
      return [
        ["", say(kind === "team" ? "macro.no_team" : "ready.choose")],
        ...teams
          .filter((one) => !one.archived_at || one.id === which)
          .map((one) => [one.id, shown(one.name)] as const),
      ];
    case "assignee":
      return [
        ...(unsigned ? [] : [[ME, say("macro.me")] as const]),
        ["", say("macro.nobody")],
        ...users
          .filter((one) => one.state !== "suspended" || one.id === which)
          .map((one) => [one.id, shown(one.name)] as const),
      ];
    default:
      return STATUSES.map((one) => [one, t(`status.${one}`)] as const);
  }
}
