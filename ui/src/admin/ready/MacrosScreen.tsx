import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { begin } from "../../api/begin";
import { actName } from "../../api/client";
import { beginNames, tagsQuery, useMay } from "../../api/house";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActWords } from "../../ticket/ActWords";
import { Frame } from "../Frame";
import { useAdmin } from "../words";
import { MacroDialog } from "./MacroDialog";
import { type Macro, macrosQuery, madeMacro, removedMacro } from "./queries";
import { ReadyTable } from "./ReadyTable";
import { actOf, stepsOf } from "./steps";
import { useRestoring } from "./useRestoring";

/** S10: the macros one may run, each with its acts in words. */
export default function MacrosScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const may = useMay("tickets:read");
  if (may) {
    begin(client, macrosQuery);
    beginNames(client);
    begin(client, tagsQuery);
  }
  const asked = useQuery({ ...macrosQuery, enabled: may });
  const [opened, setOpened] = useState<Macro | "new" | null>(null);
  const restored = useRestoring(macrosQuery.queryKey);

  async function remove(one: Macro): Promise<void> {
    await removedMacro(one);
    await client.invalidateQueries({ queryKey: macrosQuery.queryKey });
    const { name, owner, team_id, rank } = one;
    const act = actName();
    tell(say("ready.removed", { name: shown(name) }), {
      words: say("ready.undo"),
      run: () =>
        restored(() => madeMacro({ name, owner, team_id, rank, acts: stepsOf(one).map(actOf) }, act)),
    });
  }

  return (
    <Frame
      title={say("part.macros")}
      scope="tickets:read"
      under={<p className="muted small">{say("macros.under")}</p>}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setOpened("new")}>
          <Icon name="plus" />
          {say("macro.make")}
        </button>
      }
    >
      <div className="scroll">
        <ReadyTable
          asked={asked}
          caption={say("part.macros")}
          holds={say("macro.acts")}
          empty={say("macro.none")}
          advice={say("macro.none.advice")}
          show={(one) => <Acts of={one} />}
          onChange={setOpened}
          onRemove={remove}
        />
      </div>
      {opened && <MacroDialog macro={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </Frame>
  );
}

function Acts({ of }: { of: Macro }) {
  return (
    <ol>
      {of.acts.map((act, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: acts are known by their place, and do not move
        <li key={at}>
          <ActWords act={act} />
        </li>
      ))}
    </ol>
  );
}
