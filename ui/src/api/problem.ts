import type { components } from "./schema";

type Written = Partial<components["schemas"]["Problem"]>;

/** A refusal of the API (RFC 9457), or a server that could not be reached (`status` 0). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What is wrong, a field each, in words for people. */
  readonly flaws: readonly string[];
  /** The same, each with where it stands (RFC 6901). */
  readonly places: readonly { readonly pointer: string; readonly detail: string }[];
  readonly requestId: string;

  constructor(status: number, written: Written = {}, requestId = "") {
    super(`${status} ${written.code ?? ""}`);
    this.status = status;
    this.code = written.code ?? (status === 0 ? "unreachable" : "unknown");
    this.title = written.title ?? "";
    this.detail = written.detail ?? "";
    this.flaws = written.errors?.map((flaw) => flaw.detail) ?? [];
    this.places = written.errors ?? [];
    this.requestId = requestId;
  }
}

/** Whether other words were sent under the name of an act that was done: its answer was lost, its effect was not. */
export const doneBefore = (problem: Problem): boolean => problem.code === "idempotency-key-reused";

/** Reads a refusal; an answer that is no problem document keeps its status alone. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("x-request-id") ?? "";
  try {
    return new Problem(response.status, (await response.clone().json()) as Written, requestId);
  } catch {
    return new Problem(response.status, {}, requestId);
  }
}
