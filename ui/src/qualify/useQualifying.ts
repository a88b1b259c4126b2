import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { actName, isAnswer } from "../api/client";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { useTell } from "../parts/toasts";
import type { Saisine } from "../ticket/queries";
import { type Asked, type Dismissal, dismissed, qualified } from "./queries";

export type Act = { asked: Asked; reason: string } | { dismissal: Dismissal; words: string };

/**
 * Records what was chosen, at the version that was read. What changed meanwhile is read again under the form: its author
 * sees the new dates and decides anew.
 */
export function useQualifying(
  ticketId: string,
  saisine: Saisine,
  onDone: () => void,
): { run: (act: Act) => void; busy: boolean; error: Problem | null } {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const [name, setName] = useState(actName);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Problem | null>(null);

  async function record(act: Act): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      if ("asked" in act) await qualified(saisine, act.asked, act.reason);
      else await dismissed(saisine, act.dismissal, act.words, name);
      void client.invalidateQueries({ queryKey: ["ticket", ticketId] });
      tell(t("asked" in act ? "qualify.done" : "qualify.dismissed"));
      onDone();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (isAnswer(failure)) setName(actName());
      if (failure.status === 412) await client.invalidateQueries({ queryKey: ["ticket", ticketId] });
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  return { run: (act) => void record(act), busy, error };
}
