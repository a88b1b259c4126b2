import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type Absence = Schemas["AbsenceOut"];

export const absencesQuery = infiniteQueryOptions({
  queryKey: ["absences"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) };
    return got(api.GET("/api/v1/absences", { params: { query }, signal }));
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const declared = (body: Schemas["NewAbsence"], name: string) =>
  got(api.POST("/api/v1/absences", { params: { header: { "idempotency-key": name } }, body }));

const of = (one: Absence) => ({ path: { absence_id: one.id }, header: ifMatch(one.version) });

export const changedAbsence = (one: Absence, body: Schemas["AbsenceChange"]) =>
  got(api.PATCH("/api/v1/absences/{absence_id}", { params: of(one), body }));

export const readAbsence = (id: string) =>
  got(api.GET("/api/v1/absences/{absence_id}", { params: { path: { absence_id: id } } }));

export const cancelled = (one: Absence) =>
  got(api.DELETE("/api/v1/absences/{absence_id}", { params: of(one) }));

export type Standing = "now" | "coming" | "over" | "cancelled";

/** How an absence stands on a day, both its ends included. */
export function standingOf(
  one: Pick<Absence, "from_on" | "until_on" | "cancelled_at">,
  today: string,
): Standing {
  if (one.cancelled_at) return "cancelled";
  if (one.until_on < today) return "over";
  return one.from_on <= today ? "now" : "coming";
}
