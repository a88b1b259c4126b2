import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { customFieldsQuery, useMay } from "../../api/house";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Tick } from "../parts/FormField";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { moved } from "../ready/steps";
import { useRestoring } from "../ready/useRestoring";
import { useAdmin } from "../words";
import { FieldDialog } from "./FieldDialog";
import { FieldsTable } from "./FieldsTable";
import { type CustomField, changedField, FIELDS, readField } from "./fields";

const STEP = 10;

/** S10: the fields the administration adds to its requests, in the order in which they are filled in. */
export default function FieldsScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const asked = useQuery({ ...customFieldsQuery, enabled: useMay("users:admin") });
  const [opened, setOpened] = useState<CustomField | "new" | null>(null);
  const [archived, setArchived] = useState(false);
  const restored = useRestoring(FIELDS);

  /** Does it and reads what is there now, whether or not it was done. */
  async function act(what: () => Promise<unknown>): Promise<boolean> {
    const done = await doing.run(async () => {
      await what();
    });
    await client.invalidateQueries({ queryKey: FIELDS });
    return done;
  }

  async function archive(one: CustomField): Promise<void> {
    const away = one.archived_at === null;
    if (!(await act(() => changedField(one, { archived: away }))) || !away) return;
    tell(say("field.archived", { name: shown(one.label) }), {
      words: say("ready.undo"),
      run: () => restored(async () => changedField(await readField(one.id), { archived: false })),
    });
  }

  const reorder = (shownOnes: readonly CustomField[], place: number, by: -1 | 1) =>
    act(async () => {
      for (const [at, one] of moved(shownOnes, place, by).entries()) {
        const rank = (at + 1) * STEP;
        if (one.rank !== rank) await changedField(one, { rank });
      }
    });

  return (
    <Frame
      title={say("part.fields")}
      scope="users:admin"
      under={<p className="muted small">{say("fields.under")}</p>}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setOpened("new")}>
          <Icon name="plus" />
          {say("field.make")}
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
          {(all) => {
            const shownOnes = all.filter((one) => archived || one.archived_at === null);
            return (
              <>
                {all.some((one) => one.archived_at !== null) && (
                  <div className="lane">
                    <Tick label={say("fields.archived")} checked={archived} onChange={setArchived} />
                  </div>
                )}
                {shownOnes.length === 0 ? (
                  <Empty title={say("fields.none")} advice={say("fields.none.advice")} />
                ) : (
                  <FieldsTable
                    fields={shownOnes}
                    busy={doing.busy}
                    onChange={setOpened}
                    onMove={(place, by) => void reorder(shownOnes, place, by)}
                    onArchive={(one) => void archive(one)}
                  />
                )}
              </>
            );
          }}
        </Waiting>
      </div>
      {opened && <FieldDialog field={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </Frame>
  );
}
