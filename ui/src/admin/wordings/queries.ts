import { queryOptions } from "@tanstack/react-query";
import { api, got, ifMatch, type Schemas } from "../../api/client";

export type Wording = Schemas["LetterKindOut"];
export type Edition = Schemas["LetterWordingOut"];
export type Words = Pick<Wording, "opening" | "closing">;

/** Every kind of letter with the words in force, and the places they may bear. */
export const wordingsQuery = queryOptions({
  queryKey: ["letter-wordings"],
  queryFn: ({ signal }) => got(api.GET("/api/v1/tenant/letter-wordings", { signal })),
});

export const readWording = (kind: Wording["kind"]): Promise<Wording> =>
  got(api.GET("/api/v1/tenant/letter-wordings/{kind}", { params: { path: { kind } } }));

/** The last editions of a kind: whoever looks for an older one asks the API. */
export const editionsQuery = (kind: Wording["kind"]) =>
  queryOptions({
    queryKey: ["letter-wordings", kind],
    queryFn: async ({ signal }) => {
      const params = { path: { kind }, query: { limit: 20 } };
      return (await got(api.GET("/api/v1/tenant/letter-wordings/{kind}/editions", { params, signal }))).data;
    },
  });

export const written = (read: Wording, words: Words): Promise<Wording> =>
  got(
    api.PUT("/api/v1/tenant/letter-wordings/{kind}", {
      params: { path: { kind: read.kind }, header: ifMatch(read.edition) },
      body: words,
    }),
  );

/** The letter a fictional request would get with these words, `typed` as their body; nothing is written. */
export const previewQuery = (kind: Wording["kind"], typed: string) =>
  queryOptions({
    queryKey: ["letter-wording-preview", kind, typed],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/tenant/letter-wordings/{kind}/previews", {
          params: { path: { kind } },
          body: JSON.parse(typed) as Words,
          signal,
        }),
      ),
    retry: false,
    gcTime: 0,
  });
