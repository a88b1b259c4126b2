import { expect, test } from "vitest";
import { type Channel, type Check, healthOf, stepsOf, worstFirst } from "./health";

const NOW = new Date("2026-03-02T09:00:00Z");
const one = (more: Partial<Channel>): Channel => ({
  id: "cha_1",
  type: "email",
  name: "Accueil",
  address: null,
  state: "active",
  state_reason: null,
  hook_url: null,
  config: {},
  secrets_set: [],
  capabilities: null,
  last_inbound_at: null,
  silent_since: null,
  check: null,
  credentials_expire_at: null,
  connection: null,
  created_at: "2026-01-01T00:00:00Z",
  version: 1,
  ...more,
});
const check = (state: Check["state"]): Check => ({
  ok: state === "ready" || state === "limited",
  state,
  words: "",
  words_en: "",
  detail: null,
  checked_at: "2026-03-02T08:00:00Z",
});
const says = (more: Partial<Channel>) => healthOf(one(more), NOW, "Europe/Paris").says;

test("the worst is said: what must be done before what may be", () => {
  expect(says({})).toBe("health.active");
  expect(says({ state: "needs_reauth", silent_since: "2026-03-01T00:00:00Z" })).toBe("health.needs_reauth");
  expect(says({ credentials_expire_at: "2026-03-01T00:00:00Z" })).toBe("health.expired");
  expect(says({ credentials_expire_at: "2026-03-10T00:00:00Z" })).toBe("health.expires");
  expect(says({ credentials_expire_at: "2026-06-10T00:00:00Z" })).toBe("health.active");
  expect(says({ check: check("unreachable") })).toBe("health.unreachable");
  expect(says({ check: check("limited"), state_reason: "boîte pleine" })).toBe("health.trouble");
});

test("what asks for somebody stands first", () => {
  const list = [one({ name: "B" }), one({ name: "C", state: "broken" }), one({ name: "A", state: "paused" })];
  expect(worstFirst(list, NOW, "Europe/Paris").map((channel) => channel.name)).toEqual(["C", "A", "B"]);
});

test("a test is told as far as it went", () => {
  const looks = (state: Check["state"]) => stepsOf(check(state)).map((step) => step.look);
  expect(looks("ready")).toEqual(["ok", "ok", "ok", "ok"]);
  expect(looks("limited")).toEqual(["ok", "ok", "ok", "warn"]);
  expect(looks("incomplete")).toEqual(["warn", "none", "none", "none"]);
  expect(looks("unreachable")).toEqual(["ok", "bad", "none", "none"]);
  expect(looks("refused")).toEqual(["ok", "ok", "bad", "none"]);
  expect(looks("unsure")).toEqual(["ok", "ok", "ok", "warn"]);
});
