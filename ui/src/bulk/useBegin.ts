import { useRef, useState } from "react";
import { actName, isAnswer } from "../api/client";
import { Problem } from "../api/problem";
import type { Act, Bulk, Over } from "./acts";
import { begun } from "./queries";

/** Begins an act once: sent again after a lost answer, the same act has the same name. A refusal is thrown. */
export function useBegin(over: Over): {
  begin: (act: Act, onBegun: (bulk: Bulk) => void) => Promise<void>;
  busy: boolean;
} {
  const named = useRef<{ what: string; name: string } | null>(null);
  const [busy, setBusy] = useState(false);
  async function begin(act: Act, onBegun: (bulk: Bulk) => void): Promise<void> {
    const what = JSON.stringify([act, over]);
    if (named.current?.what !== what) named.current = { what, name: actName() };
    setBusy(true);
    try {
      const bulk = await begun(act, over, named.current.name);
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
