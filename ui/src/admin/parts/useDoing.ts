import { useRef, useState } from "react";
import { actName, isAnswer } from "../../api/client";
import { Problem } from "../../api/problem";

/**
 * Runs an act of the API: busy while it is asked, its refusal kept to be shown. The same act sent again after a lost answer
 * bears the same name, so that it is done once.
 */
export function useDoing(): {
  run: (act: (name: string) => Promise<void>) => Promise<boolean>;
  busy: boolean;
  problem: Problem | null;
  clear: () => void;
} {
  const name = useRef<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function run(act: (name: string) => Promise<void>): Promise<boolean> {
    name.current ??= actName();
    setBusy(true);
    setProblem(null);
    try {
      await act(name.current);
      name.current = null;
      return true;
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (isAnswer(failure)) name.current = null;
      setProblem(failure);
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { run, busy, problem, clear: () => setProblem(null) };
}
