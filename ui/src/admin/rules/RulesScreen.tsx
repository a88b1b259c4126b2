import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { begin } from "../../api/begin";
import { actName } from "../../api/client";
import { beginNames, tagsQuery, useMay } from "../../api/house";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { moved } from "../ready/steps";
import { useRestoring } from "../ready/useRestoring";
import { useAdmin } from "../words";
import { changedRule, madeRule, type Rule, removedRule, rulesQuery } from "./queries";
import { RuleDialog } from "./RuleDialog";
import { RulesTable } from "./RulesTable";
import { RunsDialog } from "./RunsDialog";
import { type Conditions, asked as narrowing, ruleAct, ruleSteps } from "./rules";

const STEP = 10;
const MOST_RANK = 10_000;

/** S10: the automations of the administration, in the order in which they act. */
export default function RulesScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const may = useMay("users:admin");
  if (may) {
    begin(client, rulesQuery);
    beginNames(client);
    begin(client, tagsQuery);
  }
  const asked = useQuery({ ...rulesQuery, enabled: may });
  const [opened, setOpened] = useState<Rule | "new" | null>(null);
  const [logged, setLogged] = useState<Rule | null>(null);
  const restored = useRestoring(rulesQuery.queryKey);
  const reread = () => client.invalidateQueries({ queryKey: rulesQuery.queryKey });

  /** Does it and reads what is there now, whether or not it was done. */
  async function act(what: () => Promise<unknown>): Promise<boolean> {
    const done = await doing.run(async () => {
      await what();
    });
    await reread();
    return done;
  }

  async function remove(one: Rule): Promise<void> {
    if (!(await act(() => removedRule(one)))) return;
    const { name, enabled, rank, trigger, delay, business_hours } = one;
    const again = {
      ...{ name, enabled, rank, trigger, delay, business_hours },
      filter: narrowing(one.filter as Conditions),
      acts: ruleSteps(one).map(ruleAct),
    };
    const named = actName();
    tell(say("rule.removed", { name: shown(one.name) }), {
      words: say("ready.undo"),
      run: () => restored(() => madeRule(again, named)),
    });
  }

  /** Ranks are given anew where two rules bore the same, or stood too near. */
  const reorder = (all: readonly Rule[], place: number, by: -1 | 1) =>
    act(async () => {
      for (const [at, one] of moved(all, place, by).entries()) {
        const rank = (at + 1) * STEP;
        if (one.rank !== rank) await changedRule(one, { rank });
      }
    });

  const last = Math.max(0, ...(asked.data ?? []).map((one) => one.rank));
  return (
    <Frame
      title={say("part.rules")}
      scope="users:admin"
      under={<p className="muted small">{say("rules.under")}</p>}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setOpened("new")}>
          <Icon name="plus" />
          {say("rule.make")}
        </button>
      }
    >
      <div className="scroll">
        {doing.problem && (
          <div className="lane">
            <Refusal problem={doing.problem} />
          </div>
        )}
        <Waiting asked={asked}>
          {(all) =>
            all.length === 0 ? (
              <Empty title={say("rules.none")} advice={say("rules.none.advice")} />
            ) : (
              <RulesTable
                rules={all}
                busy={doing.busy}
                onChange={setOpened}
                onLog={setLogged}
                onSwitch={(one) => void act(() => changedRule(one, { enabled: !one.enabled }))}
                onMove={(place, by) => void reorder(all, place, by)}
                onRemove={(one) => void remove(one)}
              />
            )
          }
        </Waiting>
      </div>
      {opened && (
        <RuleDialog
          rule={opened === "new" ? null : opened}
          rank={Math.min(last + STEP, MOST_RANK)}
          onClose={() => setOpened(null)}
        />
      )}
      {logged && <RunsDialog rule={logged} onClose={() => setLogged(null)} />}
    </Frame>
  );
}
