import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";
import type { Canned, Macro } from "../../ticket/readyWords";

export { mayKeep } from "../../inbox/savedViews";
export { type Canned, cannedQuery, type Macro, macrosQuery } from "../../ticket/readyWords";

export type NewCanned = Schemas["NewCannedReply"];
export type NewMacro = Schemas["NewMacro"];
export type Owner = Canned["owner"];

/** What may stand between braces in a text, and what fills it. */
export const placesQuery = queryOptions({
  queryKey: ["canned-places"],
  queryFn: async ({ signal }) => (await got(api.GET("/api/v1/canned-replies/variables", { signal }))).data,
  staleTime: Number.POSITIVE_INFINITY,
});

const named = (name: string) => ({ header: { "idempotency-key": name } });
const canned = (id: string) => ({ path: { canned_reply_id: id } });
const macro = (id: string) => ({ path: { macro_id: id } });

export const madeCanned = (body: NewCanned, name: string) =>
  got(api.POST("/api/v1/canned-replies", { params: named(name), body }));

export const readCanned = (id: string) =>
  got(api.GET("/api/v1/canned-replies/{canned_reply_id}", { params: canned(id) }));

export const changedCanned = (on: Canned, body: Schemas["CannedReplyChange"]) =>
  got(
    api.PATCH("/api/v1/canned-replies/{canned_reply_id}", {
      params: { ...canned(on.id), header: ifMatch(on.version) },
      body,
    }),
  );

export const removedCanned = (on: Canned) =>
  got(
    api.DELETE("/api/v1/canned-replies/{canned_reply_id}", {
      params: { ...canned(on.id), header: ifMatch(on.version) },
    }),
  );

export const madeMacro = (body: NewMacro, name: string) =>
  got(api.POST("/api/v1/macros", { params: named(name), body }));

export const readMacro = (id: string) => got(api.GET("/api/v1/macros/{macro_id}", { params: macro(id) }));

export const changedMacro = (on: Macro, body: Schemas["MacroChange"]) =>
  got(
    api.PATCH("/api/v1/macros/{macro_id}", {
      params: { ...macro(on.id), header: ifMatch(on.version) },
      body,
    }),
  );

export const removedMacro = (on: Macro) =>
  got(api.DELETE("/api/v1/macros/{macro_id}", { params: { ...macro(on.id), header: ifMatch(on.version) } }));
