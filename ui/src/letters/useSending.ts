import { useQueryClient } from "@tanstack/react-query";
import { useDoing } from "../admin/parts/useDoing";
import type { Problem } from "../api/problem";
import type { Ticket } from "../inbox/queries";
import { useTell } from "../parts/toasts";
import type { Saisine } from "../ticket/queries";
import { letterSent } from "./queries";
import { useLetterWords } from "./words";

type Sent = Parameters<typeof letterSent>[1];

/** Sends a letter once, whatever becomes of the answer; the request, its law and its story are read again after it. */
export function useSending(
  ticket: Ticket,
  saisine: Saisine,
  onDone: () => void,
): { send: (letter: Sent) => Promise<void>; busy: boolean; problem: Problem | null; clear: () => void } {
  const client = useQueryClient();
  const tell = useTell();
  const say = useLetterWords();
  const { run, busy, problem, clear } = useDoing();

  async function send(letter: Sent): Promise<void> {
    const done = await run(async (name) => {
      await letterSent(saisine.id, letter, name);
    });
    void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    void client.invalidateQueries({ queryKey: ["letters", saisine.id] });
    void client.invalidateQueries({ queryKey: ["letter-forms", saisine.id] });
    if (!done) return;
    tell(say(`letter.sent.${letter.way}`));
    onDone();
  }
  return { send, busy, problem, clear };
}
