import { expect, test } from "vitest";
import { opposite } from "./changes";
import type { Ticket } from "./queries";

test("what undoes a change is what was read, and touches nothing else", () => {
  const ticket = { status: "new", assignee_id: null, team_id: "tea_1", subject: "Objet" } as Ticket;
  expect(opposite(ticket, { assignee_id: "usr_1" })).toEqual({ assignee_id: null });
  expect(opposite(ticket, { status: "open", subject: "Autre" })).toEqual({ status: "new", subject: "Objet" });
});
