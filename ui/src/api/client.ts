import createClient, { type Middleware } from "openapi-fetch";
import { wishedLanguage } from "../i18n";
import { doneBefore, Problem, problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

type Listener = () => void;
const ended = new Set<Listener>();

/** Calls back when the API no longer knows who we are. */
export function onSessionEnd(listener: Listener): () => void {
  ended.add(listener);
  return () => ended.delete(listener);
}

export function sessionEnded(): void {
  for (const listener of ended) listener();
}

const lost = new Set<Listener>();

/** Calls back when an act whose answer was lost turns out to have been done: what is shown is older than it. */
export function onDoneBefore(listener: Listener): () => void {
  lost.add(listener);
  return () => lost.delete(listener);
}

const refusals: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", wishedLanguage());
  },
  async onResponse({ response }) {
    if (response.ok) return;
    if (response.status === 401) sessionEnded();
    const problem = await problemOf(response);
    if (doneBefore(problem)) for (const listener of lost) listener();
    throw problem;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new Problem(0);
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });
api.use(refusals);

/** Gives the body of an answer. A refusal was thrown before, as a `Problem`. */
export async function got<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** Reads a list of the API to its end, page after page. */
export async function whole<T>(
  page: (cursor: string | null) => Promise<{ data: readonly T[]; next_cursor: string | null }>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const read: { data: readonly T[]; next_cursor: string | null } = await page(cursor);
    found.push(...read.data);
    cursor = read.next_cursor;
  } while (cursor);
  return found;
}

/** The headers of a change decided on the version that was read. */
export const ifMatch = (version: number) => ({ "if-match": `"${version}"` });

/** A name for one act: sent again with the same name, it is done once. */
export const actName = (): string => crypto.randomUUID();

/** Whether a refusal is an answer; without one, or while the first is under way, the act is sent again under the same name. */
export const isAnswer = (problem: Problem): boolean =>
  problem.status !== 0 && problem.status < 500 && problem.code !== "in-progress";
