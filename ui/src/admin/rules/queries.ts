import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas, whole } from "../../api/client";

export type Rule = Schemas["AutomationOut"];
export type NewRule = Schemas["NewAutomation"];
export type Run = Schemas["AutomationRunOut"];
export type DryRun = Schemas["DryRunOut"];

const one = (id: string) => ({ path: { automation_id: id } });

export const rulesQuery = queryOptions({
  queryKey: ["automations"],
  queryFn: ({ signal }) =>
    whole((cursor) =>
      got(api.GET("/api/v1/automations", { params: { query: { limit: 200, cursor } }, signal })),
    ),
});

export const madeRule = (body: NewRule, name: string) =>
  got(api.POST("/api/v1/automations", { params: { header: { "idempotency-key": name } }, body }));

export const readRule = (id: string) =>
  got(api.GET("/api/v1/automations/{automation_id}", { params: one(id) }));

export const changedRule = (on: Rule, body: Schemas["AutomationChange"]) =>
  got(
    api.PATCH("/api/v1/automations/{automation_id}", {
      params: { ...one(on.id), header: ifMatch(on.version) },
      body,
    }),
  );

export const removedRule = (on: Rule) =>
  got(
    api.DELETE("/api/v1/automations/{automation_id}", {
      params: { ...one(on.id), header: ifMatch(on.version) },
    }),
  );

export const triedRule = (body: NewRule) => got(api.POST("/api/v1/automations/dry-runs", { body }));

export const runsPage = (id: string, cursor: string | null, signal: AbortSignal) =>
  got(
    api.GET("/api/v1/automations/{automation_id}/runs", {
      params: { ...one(id), query: { limit: 50, cursor } },
      signal,
    }),
  );
