import { queryOptions } from "@tanstack/react-query";
import { api, got, type Schemas, whole } from "../api/client";

export type Form = Schemas["LetterFormOut"];
export type Field = Schemas["LetterFieldOut"];
export type Preview = Schemas["LetterPreviewOut"];
export type Missing = Schemas["MissingOut"];
export type Letter = Schemas["LetterOut"];
export type Way = Letter["way"];
export type Asked = Schemas["LetterAsked"];

const inSaisine = (id: string) => ({ path: { saisine_id: id } });

/** Which letters a saisine may be answered with; its version is in the key: what happens to it changes them. */
export const formsQuery = (saisine: { id: string; version: number }) =>
  queryOptions({
    queryKey: ["letter-forms", saisine.id, saisine.version],
    queryFn: async ({ signal }) =>
      (
        await got(
          api.GET("/api/v1/saisines/{saisine_id}/letter-forms", { params: inSaisine(saisine.id), signal }),
        )
      ).data,
    staleTime: 0,
  });

/** The letters of a saisine that left, the latest first. */
export const lettersQuery = (saisineId: string) =>
  queryOptions({
    queryKey: ["letters", saisineId],
    queryFn: async ({ signal }) => {
      const read = (cursor: string | null) =>
        got(
          api.GET("/api/v1/saisines/{saisine_id}/letters", {
            params: { ...inSaisine(saisineId), query: { limit: 100, cursor } },
            signal,
          }),
        );
      return (await whole(read)).reverse();
    },
  });

/** A letter as it would leave now; `asked` is its question as it was typed, so that only the latest is shown. */
export const previewQuery = (saisine: { id: string; version: number }, asked: string) =>
  queryOptions({
    queryKey: ["letter-preview", saisine.id, saisine.version, asked],
    queryFn: ({ signal }) =>
      got(
        api.POST("/api/v1/saisines/{saisine_id}/letters/previews", {
          params: inSaisine(saisine.id),
          body: JSON.parse(asked) as Asked,
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** The page of a letter, marked as a draft. */
export const pageOf = (saisineId: string, asked: Asked): Promise<Blob> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/letters/previews.pdf", {
      params: inSaisine(saisineId),
      body: asked,
      parseAs: "blob",
    }),
  ) as Promise<Blob>;

export const letterSent = (
  saisineId: string,
  body: Asked & { way: Way; to_contact_point_id: string | null },
  name: string,
): Promise<Letter> =>
  got(
    api.POST("/api/v1/saisines/{saisine_id}/letters", {
      params: { ...inSaisine(saisineId), header: { "idempotency-key": name } },
      body,
    }),
  );
