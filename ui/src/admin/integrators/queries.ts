import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type ApiKey = Schemas["KeyOut"];
export type KeyShown = Schemas["KeyShown"];
export type Scope = Schemas["Scope"];
export type Webhook = Schemas["WebhookOut"];
export type Delivery = Schemas["app__webhooks__schemas__DeliveryOut"];

const first = null as string | null;
const page = (cursor: string | null) => ({ limit: 50, ...(cursor ? { cursor } : {}) });

export const keysQuery = infiniteQueryOptions({
  queryKey: ["keys"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/keys", { params: { query: page(pageParam) }, signal })),
  initialPageParam: first,
  getNextPageParam: (last) => last.next_cursor,
});

// No name for the act here: an answer kept to be given again would keep the secret.
export const made = (body: Schemas["NewKey"]): Promise<KeyShown> => got(api.POST("/api/v1/keys", { body }));

export const replaced = (key: ApiKey, overlap_hours: number): Promise<KeyShown> =>
  got(
    api.POST("/api/v1/keys/{key_id}/replacements", {
      params: { path: { key_id: key.id } },
      body: { overlap_hours },
    }),
  );

export const revoked = (key: ApiKey) =>
  got(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: key.id } } }));

export type KeyState = "live" | "ending" | "ended" | "revoked";
const SOON_MS = 14 * 86_400_000;

/** How a key stands: what was revoked or has ended opens nothing any more. */
export function stateOf(key: Pick<ApiKey, "revoked_at" | "expires_at">, now: Date): KeyState {
  if (key.revoked_at) return "revoked";
  if (!key.expires_at) return "live";
  const left = new Date(key.expires_at).getTime() - now.getTime();
  if (left <= 0) return "ended";
  return left <= SOON_MS ? "ending" : "live";
}

export const webhooksQuery = infiniteQueryOptions({
  queryKey: ["webhooks"],
  queryFn: ({ pageParam, signal }) =>
    got(api.GET("/api/v1/webhook-endpoints", { params: { query: page(pageParam) }, signal })),
  initialPageParam: first,
  getNextPageParam: (last) => last.next_cursor,
});

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ["webhooks", id],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/webhook-endpoints/{endpoint_id}", { params: on(id), signal })),
  });

export const deliveriesQuery = (id: string, state: Schemas["DeliveryState"] | null) =>
  infiniteQueryOptions({
    queryKey: ["webhooks", id, "deliveries", state],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...page(pageParam), ...(state ? { state } : {}) };
      return got(
        api.GET("/api/v1/webhook-endpoints/{endpoint_id}/deliveries", {
          params: { ...on(id), query },
          signal,
        }),
      );
    },
    initialPageParam: first,
    getNextPageParam: (last) => last.next_cursor,
  });

const on = (id: string) => ({ path: { endpoint_id: id } });

export const hooked = (body: Schemas["NewWebhook"]) => got(api.POST("/api/v1/webhook-endpoints", { body }));

export const changedWebhook = (webhook: Webhook, body: Schemas["WebhookChange"]) =>
  got(
    api.PATCH("/api/v1/webhook-endpoints/{endpoint_id}", {
      params: { ...on(webhook.id), header: ifMatch(webhook.version) },
      body,
    }),
  );

export const unhooked = (webhook: Webhook) =>
  got(
    api.DELETE("/api/v1/webhook-endpoints/{endpoint_id}", {
      params: { ...on(webhook.id), header: ifMatch(webhook.version) },
    }),
  );

export const rotatedWebhook = (webhook: Webhook, overlap_hours: number) =>
  got(
    api.POST("/api/v1/webhook-endpoints/{endpoint_id}/secrets", {
      params: on(webhook.id),
      body: { overlap_hours },
    }),
  );

export const triedWebhook = (webhook: Webhook) =>
  got(api.POST("/api/v1/webhook-endpoints/{endpoint_id}/tests", { params: on(webhook.id) }));

export const redelivered = (webhook: Webhook, delivery: Delivery, name: string) =>
  got(
    api.POST("/api/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/redeliveries", {
      params: {
        path: { endpoint_id: webhook.id, delivery_id: delivery.id },
        header: { "idempotency-key": name },
      },
    }),
  );

export const replayedPeriod = (webhook: Webhook, body: Schemas["Replay"], name: string) =>
  got(
    api.POST("/api/v1/webhook-endpoints/{endpoint_id}/replays", {
      params: { ...on(webhook.id), header: { "idempotency-key": name } },
      body,
    }),
  );
