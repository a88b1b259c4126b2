import { useRef, useState } from "react";
import { actName, isAnswer } from "../api/client";
import { Problem } from "../api/problem";
import type { Act, Bulk, Over } from "./acts";
import { begun } from "./queries";

/** Begins an act once: until an answer comes it keeps its name, also when it was changed meanwhile. A refusal is thrown. */
export function useBegin(over: Over): {
  begin: (act: Act, onBegun: (bulk: Bulk) => void) => Promise<void>;
  busy: boolean;
} {
  const named = useRef<string | null>(null);
  const [busy, setBusy] = useState(false);
  async function begin(act: Act, onBegun: (bulk: Bulk) => void): Promise<void> {
    named.current ??= actName();
    setBusy(true);
    try {
      const bulk = await begun(act, over, named.current);
      named.current = null;
      onBegun(bulk);
    } catch (error) {
      if (error instanceof Problem && isAnswer(error)) named.current = null;
      throw error;
    } finally {
      setBusy(false);
    }
  }
  return { begin, busy };
}
