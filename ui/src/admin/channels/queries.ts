import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";
import type { Channel } from "./health";
import type { Shape } from "./schema";

export type ChannelType = Schemas["ChannelTypeOut"];
export type Entry = Schemas["AuditEntryOut"];

const MOST_PAGES = 20;

export const channelsQuery = queryOptions({
  queryKey: ["channels"],
  queryFn: async ({ signal }) => {
    const found: Channel[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor ? { cursor } : {}) };
      const read: Schemas["Page_ChannelOut_"] = await got(
        api.GET("/api/v1/channels", { params: { query }, signal }),
      );
      found.push(...read.data);
      cursor = read.next_cursor;
      if (!cursor) break;
    }
    return found;
  },
});

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: ["channels", id],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/channels/{channel_id}", { params: { path: { channel_id: id } }, signal })),
  });

export const typesQuery = queryOptions({
  queryKey: ["channel-types"],
  queryFn: async ({ signal }) => (await got(api.GET("/api/v1/channel-types", { signal }))).data,
  staleTime: 5 * 60_000,
});

/** What happened to a channel, for who reads the journal. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ["channels", id, "history"],
    queryFn: async ({ signal }) =>
      (await got(api.GET("/api/v1/audit", { params: { query: { object: id, limit: 20 } }, signal }))).data,
  });

export const nameOf = (type: ChannelType, language: "fr" | "en"): string =>
  (language === "fr" ? type.name_fr : type.name_en) ?? type.type;

export const schemaOf = (type: ChannelType): Shape => (type.config_schema ?? {}) as Shape;

export function connected(
  body: Schemas["NewChannel"],
  { test, name }: { test: boolean; name: string },
): Promise<Channel> {
  return got(
    api.POST("/api/v1/channels", {
      params: { query: { test }, header: { "idempotency-key": name } },
      body,
    }),
  );
}

export function changedChannel(
  channel: Channel,
  body: Schemas["ChannelChange"],
  { test = false }: { test?: boolean } = {},
): Promise<Channel> {
  return got(
    api.PATCH("/api/v1/channels/{channel_id}", {
      params: { path: { channel_id: channel.id }, query: { test }, header: ifMatch(channel.version) },
      body,
    }),
  );
}

export function renewed(
  channel: Channel,
  body: Schemas["Reauthentication"],
  { test, name }: { test: boolean; name: string },
): Promise<Channel> {
  return got(
    api.POST("/api/v1/channels/{channel_id}/reauthentications", {
      params: {
        path: { channel_id: channel.id },
        query: { test },
        header: { "idempotency-key": name, ...ifMatch(channel.version) },
      },
      body,
    }),
  );
}

const on = (channel: Channel) => ({ params: { path: { channel_id: channel.id } } });

export const tested = (channel: Channel) => got(api.POST("/api/v1/channels/{channel_id}/tests", on(channel)));

export const registered = (channel: Channel) =>
  got(api.POST("/api/v1/channels/{channel_id}/registrations", on(channel)));

export const unregistered = (channel: Channel) =>
  got(api.DELETE("/api/v1/channels/{channel_id}/registrations", on(channel)));

export const removed = (channel: Channel) =>
  got(
    api.DELETE("/api/v1/channels/{channel_id}", {
      params: { path: { channel_id: channel.id }, header: ifMatch(channel.version) },
    }),
  );
