import { afterEach, expect, test } from "vitest";
import { ACTS, actOf, chooseKeys, keyOf, listenToKeys, turnKeys } from "./keys";

afterEach(() => localStorage.clear());

test("no key is given twice, and none begins another", () => {
  const keys = Object.values(ACTS) as string[];
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) for (const other of keys) expect(other.startsWith(`${key} `)).toBe(false);
});

test("keys are letters of every keyboard, without Alt, a dot or a slash", () => {
  for (const key of Object.values(ACTS)) expect(key).toMatch(/^[a-z]( [a-z])?$/);
});

test("a chosen key replaces the first one, and g waits for its second letter", () => {
  expect(actOf("j")).toBe("next");
  expect(actOf("g")).toBe("begun");
  expect(actOf("g i")).toBe("go_inbox");
  chooseKeys({ next: "b" });
  expect([actOf("b"), actOf("j"), keyOf("previous")]).toEqual(["next", null, "k"]);
});

test("what was kept badly is as nothing kept", () => {
  localStorage.setItem("parvis.touches", "{");
  expect(keyOf("next")).toBe("j");
});

test("a listener that was stopped hears no more, and letters may be switched off", () => {
  turnKeys(false);
  const stop = listenToKeys();
  const typed = new KeyboardEvent("keydown", { key: "j", cancelable: true });
  document.dispatchEvent(typed);
  expect(typed.defaultPrevented).toBe(false);
  stop();
});
