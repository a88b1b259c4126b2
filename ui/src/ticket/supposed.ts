import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../api/client";
import type { Key, Language, Say } from "../i18n";
import { shortDay } from "../text/dates";

export type Supposed = Schemas["SupposedOut"];

/** What an act of today would change, for each saisine of a request; `piecesOn` is none for the day the server proposes. */
export const suppositionsQuery = (id: string, piecesOn: string | null) =>
  queryOptions({
    queryKey: ["ticket", id, "suppositions", piecesOn],
    queryFn: async ({ signal }) => {
      const query = { limit: 100, pieces_on: piecesOn };
      const params = { path: { ticket_id: id }, query };
      return (await got(api.GET("/api/v1/tickets/{ticket_id}/suppositions", { params, signal }))).data;
    },
    placeholderData: keepPreviousData,
  });

type Gift = Supposed["effect"];

const COMES: Readonly<Record<Gift, Key>> = {
  SVA: "whatif.grants",
  SVR: "whatif.rejects",
  renunciation: "whatif.renounces",
  lump_sum: "whatif.pays",
  UNKNOWN: "whatif.may_grant",
  none: "whatif.ends",
};

const CAME: Readonly<Record<Gift, Key>> = {
  SVA: "whatif.granted",
  SVR: "whatif.rejected",
  renunciation: "whatif.renounced",
  lump_sum: "whatif.paid",
  UNKNOWN: "whatif.may_grant",
  none: "whatif.ends",
};

/** « accord, lun. 14 déc. 2026, minuit ». Every day is the server's. */
export function sayOutcome({ outcome, effect, day, refused }: Supposed, t: Say, language: Language): string {
  if (refused) return t("whatif.impossible");
  if (outcome === "ends") return t("whatif.ends");
  if (outcome === "waits" || !day) return t("whatif.waits");
  const words = outcome === "decided" ? CAME : COMES;
  return t(words[effect], { day: shortDay(day, language) });
}

/** How it is to be looked at: a clock that ends is good news, an approval nobody wrote is not. */
export function heatOf({ outcome, effect, refused }: Supposed): "ok" | "danger" | "" {
  if (refused) return "";
  if (outcome === "ends") return "ok";
  return outcome === "decided" && effect !== "SVR" ? "danger" : "";
}
