import type { QueryClient } from "@tanstack/react-query";
import { matchPath } from "react-router";
import { channelQuery } from "./admin/channels/queries";
import { procedureQuery } from "./admin/procedures/queries";
import { begin } from "./api/begin";
import { savedViewsQuery } from "./inbox/savedViews";
import { identifierQuery } from "./ticket/identifier";
import { ticketQuery } from "./ticket/queries";

const isOwnView = (search: string): boolean =>
  new URLSearchParams(search).get("vue")?.startsWith("vue_") ?? false;

/** What an address shows may name what is to be asked next: it is begun while it is found out who is here, neither waits for the other. */
export function lookAhead(client: QueryClient, address: { pathname: string; search: string }): void {
  const named = (pattern: string): string | undefined => {
    const { part } = matchPath(`/bureau/${pattern}`, address.pathname)?.params ?? {};
    return part === "nouveau" || part === "nouvelle" ? undefined : part;
  };
  if (matchPath("/bureau/boite", address.pathname) && isOwnView(address.search))
    begin(client, savedViewsQuery);
  const channel = named("reglages/canaux/:part");
  if (channel) begin(client, channelQuery(channel));
  const procedure = named("reglages/demarches/:part");
  if (procedure) begin(client, procedureQuery(procedure));
  const reference = named("dossiers/:part");
  if (!reference) return;
  begin(client, identifierQuery(reference));
  if (reference.startsWith("tkt_")) begin(client, ticketQuery(reference));
  import("./ticket/TicketScreen").catch(() => undefined); // the screen itself says when it does not come
}
