import { api, got, ifMatch, type Schemas } from "../api/client";
import type { Ticket } from "./queries";

export type Change = Schemas["TicketChange"];

export const changed = (ticket: Pick<Ticket, "id" | "version">, change: Change): Promise<Ticket> =>
  got(
    api.PATCH("/api/v1/tickets/{ticket_id}", {
      params: { path: { ticket_id: ticket.id }, header: ifMatch(ticket.version) },
      body: change,
    }),
  );
