import { useCallback, useEffect, useRef, useState } from "react";
import { type Fact, ticketOf, useBegun, useFacts } from "../api/live";
import type { Ticket } from "./queries";

// What reading does, or what changes no line of a list.
const SILENT = /^(?:audit|draft|reading|house|channel|form|contact|webhook)\./;

interface Shown {
  tickets: readonly Ticket[];
  /** Reads the beginning of the list anew, beside what is shown. */
  anew: () => Promise<readonly Ticket[]>;
}

/** The requests that moved since the list was read. Nothing is moved on screen: their reader asks to see them. */
export function useMoved(readAt: number, shown?: Shown): { moved: number; forget: () => void } {
  const ids = useRef(new Set<string>());
  const [moved, setMoved] = useState(0);
  const forget = useCallback(() => {
    ids.current.clear();
    setMoved(0);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list read again has seen them all
  useEffect(forget, [readAt]);
  useFacts(
    useCallback((fact: Fact) => {
      const ticket = ticketOf(fact);
      if (!ticket || SILENT.test(fact.type)) return;
      ids.current.add(ticket);
      setMoved(ids.current.size);
    }, []),
  );
  // What moved after the list was read and before the link began was told to nobody: it is looked for.
  const begun = useBegun();
  const known = useRef(begun);
  const latest = useRef({ readAt, shown });
  latest.current = { readAt, shown };
  useEffect(() => {
    if (readAt === 0 || known.current === begun) return;
    known.current = begun;
    void latest.current.shown?.anew().then(
      (tickets) => {
        if (latest.current.readAt !== readAt) return;
        const seen = new Map(latest.current.shown?.tickets.map((one) => [one.id, one.version]));
        for (const one of tickets) if (seen.get(one.id) !== one.version) ids.current.add(one.id);
        setMoved(ids.current.size);
      },
      () => undefined, // the list itself says when it cannot be read
    );
  }, [readAt, begun]);
  return { moved, forget };
}
