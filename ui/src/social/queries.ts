import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import { queryOf, type Ticket } from "../inbox/queries";
import { LIVE, type Wanted } from "../inbox/views";

export type Message = Schemas["MessageOut"];
export type Account = Schemas["ChannelOut"];

/** Where people write in public or to an account: a column each. */
export const NETWORKS = [
  "meta.messenger",
  "meta.instagram",
  "meta.whatsapp",
  "mastodon",
  "bluesky",
  "x",
  "telegram",
] as const;
export type Network = (typeof NETWORKS)[number];
export const PER_COLUMN = 20;

/** The same requests as a list of the inbox, which is sorted there by term or by activity. */
export const listOf = (channel: string): Wanted => ({ sort: "-last_activity_at", status: LIVE, channel });

/** A column; its reader says when it is read again, so that no card moves under a hand. */
export const columnQuery = (channel: Network) =>
  queryOptions({
    queryKey: ["social", channel],
    queryFn: ({ signal }) => {
      const query = { ...queryOf(listOf(channel)), limit: PER_COLUMN };
      return got(api.GET("/api/v1/tickets", { params: { query }, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What moved last on every network, as it is now: of these, each column shows its own. */
export const latest = async (): Promise<readonly Ticket[]> => {
  const query = { ...queryOf(listOf(NETWORKS.join(","))), limit: PER_COLUMN };
  return (await got(api.GET("/api/v1/tickets", { params: { query } }))).data;
};

/** The first messages of a request, as they came. */
export const wordsQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ["ticket", ticketId, "words"],
    queryFn: ({ signal }) => {
      const params = { path: { ticket_id: ticketId }, query: { limit: 20 } };
      return got(api.GET("/api/v1/tickets/{ticket_id}/messages", { params, signal }));
    },
  });

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: async ({ signal }): Promise<Account[]> => {
    const page = await got(api.GET("/api/v1/channels", { params: { query: { limit: 200 } }, signal }));
    return page.data.filter((one) => (NETWORKS as readonly string[]).includes(one.type));
  },
  staleTime: 60_000,
});

/** The address of a message on its network: of the web, or none. It was written by somebody else. */
export function placeOf({ fields }: Pick<Message, "fields">): string | null {
  const said = fields.permalink ?? fields.url;
  if (typeof said !== "string" || !URL.canParse(said)) return null;
  return new URL(said).protocol === "https:" ? said : null;
}
