import { useState } from "react";
import { Problem } from "../api/problem";

/** Does an act of a screen: busy while it lasts, its refusal kept to be said. */
export function useTry(after?: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Problem | null>(null);
  async function run(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
      after?.();
    }
  }
  return { busy, error, run: (act: () => Promise<void>) => void run(act) };
}
