import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { actName } from "../../api/client";
import { useMay } from "../../api/house";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { useAdmin } from "../words";
import { CannedDialog } from "./CannedDialog";
import { type Canned, cannedQuery, madeCanned, removedCanned } from "./queries";
import { ReadyTable } from "./ReadyTable";
import { useRestoring } from "./useRestoring";

/** S10: the ready-made answers one may call, one's own, one's teams' and everybody's. */
export default function CannedScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const asked = useQuery({ ...cannedQuery, enabled: useMay("tickets:read") });
  const [opened, setOpened] = useState<Canned | "new" | null>(null);
  const restored = useRestoring(cannedQuery.queryKey);

  async function remove(one: Canned): Promise<void> {
    await removedCanned(one);
    await client.invalidateQueries({ queryKey: cannedQuery.queryKey });
    const { name, shortcut, texts, owner, team_id, rank } = one;
    const act = actName();
    tell(say("ready.removed", { name: shown(name) }), {
      words: say("ready.undo"),
      run: () => restored(() => madeCanned({ name, shortcut, texts, owner, team_id, rank }, act)),
    });
  }

  return (
    <Frame
      title={say("part.canned")}
      scope="tickets:read"
      under={<p className="muted small">{say("canned.under")}</p>}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setOpened("new")}>
          <Icon name="plus" />
          {say("canned.make")}
        </button>
      }
    >
      <div className="scroll">
        <ReadyTable
          asked={asked}
          caption={say("part.canned")}
          holds={say("canned.call")}
          empty={say("canned.none")}
          advice={say("canned.none.advice")}
          show={(one) => (
            <>
              <code>::{one.shortcut}</code>{" "}
              <span className="muted">{one.texts.map((text) => text.language).join(", ")}</span>
              <div className="soft clip">{shown(one.texts[0]?.text ?? "")}</div>
            </>
          )}
          onChange={setOpened}
          onRemove={remove}
        />
      </div>
      {opened && <CannedDialog canned={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </Frame>
  );
}
