import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Problem } from "../../api/problem";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { Moved } from "../parts/Moved";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { OwnerField } from "./OwnerField";
import type { Owner } from "./queries";

/** What the fields of a kind of ready-made words need of their dialog. */
export interface Typing {
  name: string;
  /** Whether it was to be saved once: what lacks is then said. */
  tried: boolean;
  problem: Problem | null;
}

export interface Kept {
  name: string;
  owner: Owner;
  team_id: string | null;
  rank: number;
}

/**
 * Keeps ready-made words of one kind, or changes some: their name, whose they are, their own fields; what somebody changed
 * meanwhile is seen beside one's own before either stands.
 */
export function ReadyDialog<T extends { id: string; name: string }>({
  one,
  title,
  isWhole,
  make,
  change,
  reread,
  theirs,
  take,
  listed,
  call,
  onClose,
  children,
}: {
  one: T | null;
  /** The name of the dialog when there is none yet. */
  title: string;
  isWhole: (name: string) => boolean;
  make: (kept: Kept, act: string) => Promise<unknown>;
  change: (read: T, name: string) => Promise<unknown>;
  reread: (id: string) => Promise<T>;
  theirs: (there: T) => ReactNode;
  /** Puts somebody's fields in place of one's own. */
  take: (there: T) => void;
  /** The list that is read again. */
  listed: QueryKey;
  /** What it is called by, under its name. */
  call?: (typing: Typing) => ReactNode;
  onClose: () => void;
  children: (typing: Typing) => ReactNode;
}) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const { run, busy, problem, clear } = useDoing();
  const [read, setRead] = useState(one);
  const [name, setName] = useState(one?.name ?? "");
  const [owner, setOwner] = useState<Owner>("person");
  const [team, setTeam] = useState("");
  const [tried, setTried] = useState(false);
  const stale = problem?.status === 412;
  const typing = { name, tried, problem };

  async function save(): Promise<void> {
    setTried(true);
    const called = name.trim();
    if (!called || !isWhole(called) || (!read && owner === "team" && !team)) return;
    const done = await run(async (act) => {
      if (read) await change(read, called);
      else await make({ name: called, owner, team_id: owner === "team" ? team : null, rank: 0 }, act);
      await client.invalidateQueries({ queryKey: listed });
    });
    if (!done) return;
    tell(say("ready.saved"));
    onClose();
  }
  function goOn(there: T): void {
    setRead(there);
    clear();
  }

  return (
    <ActDialog
      title={one ? say("ready.change", { name: shown(one.name) }) : title}
      act={say("people.save")}
      busy={busy}
      problem={stale ? null : problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {one && problem && stale && (
        <Moved
          problem={problem}
          reread={() => reread(one.id)}
          theirs={theirs}
          onTheirs={(there) => {
            setName(there.name);
            take(there);
            goOn(there);
          }}
          onMine={goOn}
        />
      )}
      <TextField
        label={say("ready.name")}
        wrong={tried && !name.trim() && say("field.required")}
        value={name}
        maxLength={80}
        onChange={setName}
      />
      {call?.(typing)}
      {!one && (
        <OwnerField
          owner={owner}
          team={team}
          wrong={tried && !team}
          onChange={(to, which) => {
            setOwner(to);
            setTeam(which);
          }}
        />
      )}
      {children(typing)}
    </ActDialog>
  );
}
