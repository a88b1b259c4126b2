/** A stop of the tour: where it is, what is shown there, and the right without which it is left out. */
export interface Step {
  name: "welcome" | "inbox" | "views" | "risk" | "law" | "answer" | "calendar" | "help";
  /** The address; `request` is that of the request whose term is nearest. The welcome is wherever one is. */
  at?: string;
  request?: true;
  /** What is shown, as a selector. */
  shows?: string;
  scope?: string;
}

const AT_RISK = "/boite?vue=risque";
const STEPS: readonly Step[] = [
  { name: "welcome" },
  { name: "inbox", at: "/boite", shows: "#liste", scope: "tickets:read" },
  { name: "views", at: AT_RISK, shows: "nav.side", scope: "tickets:read" },
  { name: "risk", at: AT_RISK, shows: "#liste tr[data-ticket], #liste .state", scope: "tickets:read" },
  { name: "law", request: true, shows: "#legal", scope: "sve:read" },
  { name: "answer", request: true, shows: "#reponse", scope: "tickets:write" },
  { name: "calendar", at: "/echeances", shows: "main table", scope: "sve:read" },
  { name: "help", at: "/aide", shows: "main nav" },
];

export const stepsFor = (scopes: readonly string[]): readonly Step[] =>
  STEPS.filter((step) => !step.scope || scopes.includes(step.scope));
