import { useQueryClient } from "@tanstack/react-query";
import { useDoing } from "../admin/parts/useDoing";
import { useWords } from "../i18n";
import { useTell } from "../parts/toasts";
import type { Saisine } from "../ticket/queries";
import { type LegalEvent, recorded } from "./queries";

/**
 * Records an event at the version that was read. What changed meanwhile is read again under the form: its author sees the new
 * dates and decides anew.
 */
export function useRecording(ticketId: string, saisine: Saisine, onDone: () => void) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const { run, busy, problem } = useDoing();
  async function record(event: LegalEvent): Promise<void> {
    const done = await run(async (name) => {
      await recorded(saisine, event, name);
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticketId] });
    if (!done) return;
    tell(t("legal.recorded"));
    onDone();
  }
  return { record: (event: LegalEvent) => void record(event), busy, problem };
}
