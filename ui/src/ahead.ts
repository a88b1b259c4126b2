import type { QueryClient } from "@tanstack/react-query";
import { matchPath } from "react-router";
import { identifierQuery } from "./ticket/identifier";

/** Begins what an address needs while it is found out who is here: neither waits for the other. */
export function lookAhead(client: QueryClient, path: string): void {
  const reference = matchPath("/bureau/dossiers/:reference", path)?.params.reference;
  if (!reference) return;
  void client.prefetchQuery(identifierQuery(reference));
  import("./ticket/TicketScreen").catch(() => undefined); // the screen itself says when it does not come
}
