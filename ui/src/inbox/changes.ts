import { api, got, ifMatch, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import type { Ticket } from "./queries";

export type Change = Schemas["TicketChange"];

/** What a change of several requests came to; `undo` are the changes that put things back. */
export interface Outcome {
  done: number;
  refused: Map<string, number>;
  undo: { ticket: Ticket; change: Change }[];
}

export const changed = (ticket: Pick<Ticket, "id" | "version">, change: Change): Promise<Ticket> =>
  got(
    api.PATCH("/api/v1/tickets/{ticket_id}", {
      params: { path: { ticket_id: ticket.id }, header: ifMatch(ticket.version) },
      body: change,
    }),
  );

/** Changes requests one after the other, each at the version that was read; a refusal of one holds no other back. */
export async function changeEach(
  asked: readonly { ticket: Ticket; change: Change }[],
  onStep: (done: number) => void,
): Promise<Outcome> {
  const outcome: Outcome = { done: 0, refused: new Map(), undo: [] };
  for (const [index, { ticket, change }] of asked.entries()) {
    try {
      const now = await changed(ticket, change);
      outcome.done += 1;
      outcome.undo.push({ ticket: now, change: opposite(ticket, change) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const why = error.title || error.code;
      outcome.refused.set(why, (outcome.refused.get(why) ?? 0) + 1);
    }
    onStep(index + 1);
  }
  return outcome;
}

/** The change that puts a request back as it was read. */
export function opposite(ticket: Ticket, change: Change): Change {
  const back: Change = {};
  if ("assignee_id" in change) back.assignee_id = ticket.assignee_id;
  if ("team_id" in change) back.team_id = ticket.team_id;
  if ("status" in change) back.status = ticket.status;
  if ("subject" in change) back.subject = ticket.subject;
  return back;
}
