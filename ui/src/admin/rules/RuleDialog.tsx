import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { ActDialog } from "../parts/ActDialog";
import { FormField, Tick } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { Refusal } from "../parts/Refusal";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { StepsFields } from "../ready/StepsFields";
import { lacks } from "../ready/steps";
import { useAdmin } from "../words";
import { ConditionFields } from "./ConditionFields";
import {
  changedRule,
  type DryRun,
  madeRule,
  type NewRule,
  type Rule,
  readRule,
  rulesQuery,
  triedRule,
} from "./queries";
import { ConditionWords, TriggerWords } from "./RuleWords";
import {
  type Conditions,
  delayOf,
  mostOf,
  asked as narrowing,
  newRuleStep,
  RULE_KINDS,
  type RuleStep,
  ruleAct,
  ruleSteps,
  TRIGGERS,
  unitOf,
} from "./rules";
import { Trial } from "./Trial";

/** Writes an automation, or changes one: when, on which requests, what it does; tried before it is kept. */
export function RuleDialog({
  rule,
  rank,
  onClose,
}: {
  rule: Rule | null;
  rank: number;
  onClose: () => void;
}) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const trying = useDoing();
  const [read, setRead] = useState(rule);
  const [name, setName] = useState(rule?.name ?? "");
  const [enabled, setEnabled] = useState(rule?.enabled ?? true);
  const [trigger, setTrigger] = useState<Rule["trigger"]>(rule?.trigger ?? "opened");
  const [delay, setDelay] = useState(String(rule?.delay ?? ""));
  const [opening, setOpening] = useState(rule?.business_hours ?? false);
  const [filter, setFilter] = useState<Conditions>((rule?.filter as Conditions | undefined) ?? {});
  const [steps, setSteps] = useState<readonly RuleStep[]>(() => ruleSteps(rule));
  const [asked, setAsked] = useState(false);
  const [trial, setTrial] = useState<DryRun | null>(null);
  const timed = unitOf(trigger);
  const waits = delayOf(trigger, delay);
  const refused = doing.problem ?? trying.problem;
  const wrongAt = (pointer: string) => refused?.places.find((one) => one.pointer.startsWith(pointer))?.detail;

  /** The rule as it is typed; null as long as something lacks, which is then said beside it. */
  function typed(): NewRule | null {
    setAsked(true);
    if (!name.trim() || steps.length === 0 || steps.some(lacks) || (timed && waits === null)) return null;
    const when = { trigger, delay: timed ? waits : null, business_hours: timed === "hours" && opening };
    return {
      name: name.trim(),
      enabled,
      rank: rule?.rank ?? rank,
      ...when,
      filter: narrowing(filter),
      acts: steps.map(ruleAct),
    };
  }

  async function save(): Promise<void> {
    const body = typed();
    if (!body) return;
    const done = await doing.run(async (act) => {
      if (read) await changedRule(read, body);
      else await madeRule(body, act);
      await client.invalidateQueries({ queryKey: rulesQuery.queryKey });
    });
    if (!done) return;
    tell(say("ready.saved"));
    onClose();
  }

  async function tryOut(): Promise<void> {
    const body = typed();
    setTrial(null);
    if (body) await trying.run(async () => setTrial(await triedRule(body)));
  }

  function takeOver(there: Rule): void {
    setRead(there);
    setName(there.name);
    setEnabled(there.enabled);
    setTrigger(there.trigger);
    setDelay(String(there.delay ?? ""));
    setOpening(there.business_hours);
    setFilter(there.filter as Conditions);
    setSteps(ruleSteps(there));
    doing.clear();
  }

  return (
    <ActDialog
      title={rule ? say("rule.change", { name: shown(rule.name) }) : say("rule.make")}
      act={say("people.save")}
      busy={doing.busy}
      problem={doing.problem?.status === 412 ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {rule && doing.problem?.status === 412 && (
        <Moved
          problem={doing.problem}
          reread={() => readRule(rule.id)}
          theirs={(there) => <RuleThere rule={there} />}
          onTheirs={takeOver}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <TextField
        label={say("ready.name")}
        wrong={asked && !name.trim() && say("field.required")}
        value={name}
        maxLength={80}
        onChange={setName}
      />
      <FormField label={say("rule.when")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={trigger}
            onChange={(event) => setTrigger(event.target.value as Rule["trigger"])}
          >
            {TRIGGERS.map((one) => (
              <option key={one} value={one}>
                {say(`rule.trigger.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {timed && (
        <TextField
          label={say(`rule.delay.${timed}`)}
          wrong={
            (asked && waits === null && say("rule.delay.wrong", { most: mostOf(trigger) })) ||
            wrongAt("/delay")
          }
          value={delay}
          maxLength={4}
          onChange={setDelay}
        />
      )}
      {timed === "hours" && (
        <FormField label={say("rule.hours")} hint={say("rule.hours.hint")} wrong={wrongAt("/business_hours")}>
          {(described) => (
            <select
              {...described}
              className="select"
              value={opening ? "open" : "all"}
              onChange={(event) => setOpening(event.target.value === "open")}
            >
              <option value="all">{say("rule.hours.all")}</option>
              <option value="open">{say("rule.hours.open")}</option>
            </select>
          )}
        </FormField>
      )}
      <ConditionFields filter={filter} wrong={wrongAt("/filter")} onChange={setFilter} />
      <p>
        <b>{say("rule.then")}</b>
      </p>
      <StepsFields
        unsigned
        steps={steps}
        kinds={RULE_KINDS}
        first="team"
        make={newRuleStep}
        tried={asked}
        refused={wrongAt}
        onChange={setSteps}
      />
      <Tick label={say("rule.on")} hint={say("rule.on.hint")} checked={enabled} onChange={setEnabled} />
      <p>
        <button className="btn" type="button" disabled={trying.busy} onClick={() => void tryOut()}>
          {say("rule.try")}
        </button>
      </p>
      {trying.problem && <Refusal problem={trying.problem} />}
      {trial && <Trial found={trial} />}
    </ActDialog>
  );
}

function RuleThere({ rule }: { rule: Rule }) {
  return (
    <>
      <p>
        {shown(rule.name)} : <TriggerWords rule={rule} />
      </p>
      <ConditionWords filter={rule.filter} />
      <ol>
        {rule.acts.map((act, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
          <li key={at}>
            <ActWords act={act} />
          </li>
        ))}
      </ol>
    </>
  );
}
