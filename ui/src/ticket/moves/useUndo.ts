import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import { refusalWords } from "../../parts/refusalWords";
import { useTell } from "../../parts/toasts";
import { ticketQuery } from "../queries";
import { holderOf, type Move, undo } from "./queries";

/** Undoes a merge or a split, and says what came since and stayed where it was. */
export function useUndo(): { run: (move: Move, version?: number) => Promise<void>; busy: boolean } {
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const [busy, setBusy] = useState(false);
  async function run(move: Move, version?: number): Promise<void> {
    setBusy(true);
    try {
      const known =
        version ?? (await client.fetchQuery({ ...ticketQuery(holderOf(move)), staleTime: 0 })).version;
      const { stayed } = await undo(move, known);
      tell(stayed > 0 ? t("moves.undone_but", { n: stayed }) : t("moves.undone"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    } finally {
      for (const id of [move.source_id, move.target_id])
        void client.invalidateQueries({ queryKey: ["ticket", id] });
      setBusy(false);
    }
  }
  return { run, busy };
}
