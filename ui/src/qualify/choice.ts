import type { Asked, Dismissal, Proposed, Regime } from "./queries";

/** What an agent has chosen: a procedure, the effect of silence itself, or that nothing is asked. */
export type Choice =
  | { by: "procedure"; procedure: Proposed }
  | { by: "regime"; regime: Regime }
  | { by: "dismissal" };

export const REGIMES = ["SVA", "SVR", "none"] as const satisfies readonly Regime[];

/** Without `duplicate`: whoever calls it a double must name the other, on the page of the request. */
export const DISMISSALS = [
  "thanks",
  "information",
  "spam",
  "elsewhere",
  "other",
] as const satisfies readonly Dismissal[];

export const LEAST_WORDS = 3;

export const keyOf = (choice: Choice): string =>
  choice.by === "procedure"
    ? `procedure:${choice.procedure.code}`
    : choice.by === "regime"
      ? choice.regime
      : choice.by;

/** The qualification a choice comes to, nothing when it is none. */
export function askedOf(choice: Choice | null, delay: string | null): Asked | null {
  if (choice === null || choice.by === "dismissal") return null;
  const by = choice.by === "procedure" ? { procedure: choice.procedure.code } : { regime: choice.regime };
  return delay ? { ...by, delay } : by;
}
