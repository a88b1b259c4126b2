import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { PolicyEffect } from "./PolicyEffect";
import { type Duration, decidedPolicy, monthsOf, type Policy, policiesQuery, readPolicy } from "./queries";

const COUNTED: readonly Policy["counted_from"][] = ["closure", "last_effect"];
const FATES: readonly Policy["fate"][] = ["undecided", "destroy", "transfer"];
const MONTHS = ["active_months", "archive_months"] as const;

interface Typed {
  active_months: string;
  archive_months: string;
  counted_from: Policy["counted_from"];
  fate: Policy["fate"];
  legal_basis: string;
}

const typedOf = (one: Policy): Typed => ({
  active_months: String(one.active_months),
  archive_months: String(one.archive_months),
  counted_from: one.counted_from,
  fate: one.fate,
  legal_basis: one.legal_basis,
});

/** What is typed as a duration; null while its months are none. */
function durationOf({ active_months, archive_months, counted_from, fate }: Typed): Duration | null {
  const [active, archive] = [monthsOf(active_months), monthsOf(archive_months)];
  if (active === null || archive === null) return null;
  return { active_months: active, archive_months: archive, counted_from, fate };
}

/** Decides how long one kind of request is kept: nothing leaves by this alone. */
export function PolicyDialog({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [read, setRead] = useState(policy);
  const [typed, setTyped] = useState(() => typedOf(policy));
  const [tried, setTried] = useState(false);
  const stale = doing.problem?.status === 412 ? doing.problem : null;
  const change = (changed: Partial<Typed>) => setTyped((all) => ({ ...all, ...changed }));
  const wrongAt = (pointer: string) => doing.problem?.places.find((one) => one.pointer === pointer)?.detail;

  async function decide(): Promise<void> {
    setTried(true);
    const duration = durationOf(typed);
    const legal_basis = typed.legal_basis.trim();
    if (!duration || !legal_basis) return;
    const done = await doing.run(async () => {
      await decidedPolicy(read, { ...duration, legal_basis });
      await client.invalidateQueries({ queryKey: policiesQuery.queryKey });
    });
    if (!done) return;
    tell(say("retention.done"));
    onClose();
  }

  return (
    <ActDialog
      title={say("retention.title", { name: policy.name })}
      act={say("retention.decide")}
      busy={doing.busy}
      problem={stale ? null : doing.problem}
      onAct={() => void decide()}
      onClose={onClose}
    >
      {stale && (
        <Moved
          problem={stale}
          reread={() => readPolicy(policy.category)}
          theirs={(there) => (
            <p>
              {say("retention.kept", { active: there.active_months, archive: there.archive_months })} ·{" "}
              {say(`retention.from.${there.counted_from}`)} · {say(`retention.fate.${there.fate}`)} ·{" "}
              {shown(there.legal_basis)}
            </p>
          )}
          onTheirs={(there) => {
            setRead(there);
            setTyped(typedOf(there));
            doing.clear();
          }}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <p>{say("retention.effect")}</p>
      {MONTHS.map((one) => (
        <TextField
          key={one}
          label={say(`retention.${one}`)}
          hint={say(`retention.${one}.hint`)}
          wrong={
            (tried && monthsOf(typed[one]) === null && say("retention.months.wrong")) || wrongAt(`/${one}`)
          }
          value={typed[one]}
          maxLength={4}
          onChange={(value) => change({ [one]: value })}
        />
      ))}
      <FormField label={say("retention.counted")} hint={say("retention.counted.hint")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={typed.counted_from}
            onChange={(event) => change({ counted_from: event.target.value as Policy["counted_from"] })}
          >
            {COUNTED.map((one) => (
              <option key={one} value={one}>
                {say(`retention.from.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <FormField label={say("retention.col.fate")}>
        {(described) => (
          <select
            {...described}
            className="select"
            value={typed.fate}
            onChange={(event) => change({ fate: event.target.value as Policy["fate"] })}
          >
            {FATES.map((one) => (
              <option key={one} value={one}>
                {say(`retention.fate.${one}`)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <PolicyEffect category={policy.category} duration={durationOf(typed)} />
      <FormField
        label={say("retention.col.source")}
        hint={say("retention.source.hint")}
        wrong={
          (tried && !typed.legal_basis.trim() && say("retention.source.missing")) || wrongAt("/legal_basis")
        }
      >
        {(described) => (
          <textarea
            {...described}
            className="area"
            rows={3}
            maxLength={1000}
            value={typed.legal_basis}
            onChange={(event) => change({ legal_basis: event.target.value })}
          />
        )}
      </FormField>
    </ActDialog>
  );
}
