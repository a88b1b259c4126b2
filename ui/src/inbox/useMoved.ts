import { useCallback, useEffect, useRef, useState } from "react";
import { type Fact, ticketOf, useFacts } from "../api/live";

// What reading does, or what changes no line of a list.
const SILENT = /^(?:audit|draft|reading|house|channel|form|contact|webhook)\./;

/** The requests that moved since the list was read. Nothing is moved on screen: their reader asks to see them. */
export function useMoved(readAt: number): { moved: number; forget: () => void } {
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
  return { moved, forget };
}
