import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";

export type Letterhead = Schemas["LetterheadOut"];
export type Edition = Schemas["LetterheadEditionOut"];
export type Wording = Pick<
  Letterhead,
  "place" | "signatory_name" | "signatory_title" | "court" | "court_address" | "footer"
>;

export const NOTHING: Wording = {
  place: "",
  signatory_name: "",
  signatory_title: "",
  court: "",
  court_address: "",
  footer: "",
};

/** The edition in force, or nothing while nobody wrote one. */
export const letterheadQuery = queryOptions({
  queryKey: ["letterhead"],
  queryFn: async ({ signal }): Promise<Letterhead | null> => {
    try {
      return await got(api.GET("/api/v1/tenant/letterhead", { signal }));
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 404) return null;
      throw failure;
    }
  },
});

/** Every edition there was, the last first; under the one in force, so that a new writing asks for both again. */
export const editionsQuery = infiniteQueryOptions({
  queryKey: [...letterheadQuery.queryKey, "editions"],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) };
    return got(api.GET("/api/v1/tenant/letterhead/editions", { params: { query }, signal }));
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const wordingOf = (one: Letterhead | null): Wording =>
  one
    ? {
        place: one.place,
        signatory_name: one.signatory_name,
        signatory_title: one.signatory_title,
        court: one.court,
        court_address: one.court_address,
        footer: one.footer,
      }
    : NOTHING;

export const written = (wording: Wording, keepLogo: boolean, name: string) =>
  got(
    api.POST("/api/v1/tenant/letterhead", {
      params: { header: { "idempotency-key": name } },
      body: { ...wording, keep_logo: keepLogo },
    }),
  );

/** Where the picture of an edition is; its print makes another address of another picture. */
export const logoOf = (one: Letterhead | null): string | null =>
  one?.logo_sha256 ? `/api/v1/tenant/letterhead/logo?${one.logo_sha256.slice(0, 12)}` : null;
