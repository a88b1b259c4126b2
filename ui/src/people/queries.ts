import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { actName, api, got, ifMatch, type Schemas } from "../api/client";

export type Person = Schemas["ContactDetail"];
export type Point = Schemas["PointOut"];
export type Pair = Schemas["ProposalOut"];
export type Merge = Schemas["PersonMergeOut"];
export type Preview = Schemas["PersonMergePreview"];
export type Restrictions = Schemas["RestrictionsOut"];

const PER_PAGE = 50;
const of = (id: string) => ({ path: { contact_id: id } });

export const peopleQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["people", q],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(q ? { q } : {}), limit: PER_PAGE, cursor: pageParam };
      return got(api.GET("/api/v1/contacts", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Who may be one person, of everybody or of one. */
export const pairsQuery = (contactId: string | null) =>
  queryOptions({
    queryKey: ["pairs", contactId],
    queryFn: async ({ signal }): Promise<Pair[]> => {
      const query = { limit: 20, ...(contactId ? { contact_id: contactId } : {}) };
      const page = await got(api.GET("/api/v1/contact-proposals", { params: { query }, signal }));
      return page.data.filter((pair) => pair.state === "open");
    },
  });

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) => got(api.GET("/api/v1/contacts/{contact_id}", { params: of(id), signal })),
  });

export const requestsQuery = (id: string) =>
  queryOptions({
    queryKey: ["others", id, "card"],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/tickets", { params: { query: { contact_id: id, limit: 20 } }, signal })),
  });

export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: ["person-merges", id],
    queryFn: async ({ signal }) => {
      const params = { ...of(id), query: { limit: 50 } };
      return (await got(api.GET("/api/v1/contacts/{contact_id}/merges", { params, signal }))).data;
    },
  });

export const restrictionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["restrictions", id],
    queryFn: ({ signal }) =>
      got(api.GET("/api/v1/contacts/{contact_id}/restrictions", { params: of(id), signal })),
  });

export const exportsQuery = (id: string) =>
  queryOptions({
    queryKey: ["person-exports", id],
    queryFn: async ({ signal }) => {
      const params = { ...of(id), query: { limit: 20 } };
      return (await got(api.GET("/api/v1/contacts/{contact_id}/exports", { params, signal }))).data;
    },
    refetchInterval: ({ state }) => (state.data?.some((one) => one.state === "asked") ? 3_000 : false),
  });

/** What a merge would move; nothing changes. */
export const previewQuery = (keptId: string, goneId: string) =>
  queryOptions({
    queryKey: ["merge-preview", keptId, goneId],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/contacts/{contact_id}/merge-previews", {
          params: of(keptId),
          body: { source_id: goneId, reason: "aperçu" },
          signal,
        }),
      ),
    staleTime: 0,
  });

export const merged = (kept: Person, goneId: string, reason: string, name: string) =>
  got(
    api.POST("/api/v1/contacts/{contact_id}/merges", {
      params: { ...of(kept.id), header: { ...ifMatch(kept.version), "idempotency-key": name } },
      body: { source_id: goneId, reason },
    }),
  );

export const parted = (keptId: string, version: number, mergeId: string) =>
  got(
    api.DELETE("/api/v1/contacts/{contact_id}/merges/{merge_id}", {
      params: { path: { contact_id: keptId, merge_id: mergeId }, header: ifMatch(version) },
    }),
  );

export const dismissed = (pairId: string) =>
  got(
    api.POST("/api/v1/contact-proposals/{proposal_id}/dismissal", {
      params: { path: { proposal_id: pairId }, header: { "idempotency-key": actName() } },
    }),
  );

export const renamed = (person: Person, display_name: string) =>
  got(
    api.PATCH("/api/v1/contacts/{contact_id}", {
      params: { ...of(person.id), header: ifMatch(person.version) },
      body: { display_name },
    }),
  );

export const pointAdded = (person: Person, address: string) =>
  got(
    api.POST("/api/v1/contacts/{contact_id}/points", {
      params: {
        ...of(person.id),
        header: { ...ifMatch(person.version), "idempotency-key": actName() },
      },
      body: { kind: address.includes("@") ? ("email" as const) : ("phone" as const), address },
    }),
  );

const atPoint = (person: Person, point: Point) => ({
  path: { contact_id: person.id, point_id: point.id },
  header: ifMatch(person.version),
});

export const attested = (person: Person, point: Point) =>
  got(
    api.PUT("/api/v1/contacts/{contact_id}/points/{point_id}/verification", {
      params: atPoint(person, point),
    }),
  );

export const doubted = (person: Person, point: Point) =>
  got(
    api.DELETE("/api/v1/contacts/{contact_id}/points/{point_id}/verification", {
      params: atPoint(person, point),
    }),
  );

export const pointRemoved = (person: Person, point: Point) =>
  got(api.DELETE("/api/v1/contacts/{contact_id}/points/{point_id}", { params: atPoint(person, point) }));

export const exportAsked = (id: string, reason: string, name: string) =>
  got(
    api.POST("/api/v1/contacts/{contact_id}/exports", {
      params: { ...of(id), header: { "idempotency-key": name } },
      body: { reason },
    }),
  );

export const restricted = (id: string, version: number, change: Schemas["RestrictionChange"]) =>
  got(
    api.PUT("/api/v1/contacts/{contact_id}/restrictions", {
      params: { ...of(id), header: ifMatch(version) },
      body: change,
    }),
  );

/** The file of a copy: the server gives it to who asked for it, and to nobody else. */
export const copyTaken = (id: string, exportId: string): Promise<Blob> =>
  got(
    api.GET("/api/v1/contacts/{contact_id}/exports/{export_id}/file", {
      params: { path: { contact_id: id, export_id: exportId } },
      parseAs: "blob",
    }),
  ) as Promise<Blob>;
