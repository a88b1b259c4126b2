import type { QueryClient } from "@tanstack/react-query";
import { begin, beginList } from "../api/begin";
import { beginNames, customFieldsQuery, type useMe } from "../api/house";
import { beginDrafts, sharedDraftsQuery } from "./drafts";
import { followersQuery } from "./Follow";
import type { Found } from "./identifier";
import { linksQuery } from "./LinksPanel";
import { movesQuery } from "./moves/queries";
import { piecesQuery } from "./pieces";
import { contactQuery, othersQuery, saisinesQuery, threadQuery, ticketQuery } from "./queries";
import { suppositionsQuery } from "./supposed";

/**
 * Asks at once for all that a request shows, rather than for each part after the other: a render is before every effect, and a
 * browser has six questions under way at most, so that what it is opened for comes before what stands around it.
 */
export function askTogether(
  client: QueryClient,
  { id, contactId }: Found,
  me: Pick<ReturnType<typeof useMe>, "scopes" | "user_id">,
): void {
  const law = me.scopes.includes("sve:read");
  begin(client, ticketQuery(id));
  beginList(client, threadQuery(id));
  if (law) begin(client, saisinesQuery(id));
  if (contactId) {
    begin(client, contactQuery(contactId));
    begin(client, othersQuery(contactId));
  }
  if (me.scopes.includes("tickets:write")) {
    beginDrafts(id);
    for (const kind of ["reply", "note"] as const) begin(client, piecesQuery(id, kind));
    begin(client, sharedDraftsQuery(id));
  }
  if (law) begin(client, suppositionsQuery(id, null));
  beginNames(client);
  begin(client, customFieldsQuery);
  begin(client, linksQuery(id));
  begin(client, movesQuery(id));
  if (me.user_id !== null) begin(client, followersQuery(id));
}
