import { expect, test } from "vitest";
import { bearsOnWaiting } from "./useWaitingSendings";

test("what goes wrong is always counted anew", () => {
  for (const number of [undefined, "0", "3", "100+"]) {
    expect(bearsOnWaiting("reply.failed", number)).toBe(true);
    expect(bearsOnWaiting("reply.unknown", number)).toBe(true);
  }
});

test("what goes well is counted anew where something waits, or where nobody knows", () => {
  for (const type of ["reply.accepted", "reply.delivered", "reply.abandoned", "reply.queued"]) {
    expect(bearsOnWaiting(type, "0")).toBe(false);
    expect(bearsOnWaiting(type, "2")).toBe(true);
    expect(bearsOnWaiting(type, undefined)).toBe(true);
  }
});

test("what is no sending changes nothing", () => {
  for (const type of ["ticket.updated", "message.received", "reply.complained", "replyx.failed"])
    expect(bearsOnWaiting(type, "2")).toBe(false);
});
