import { renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { ACTS, actOf, chooseKeys, keyOf, listenToKeys, turnKeys, useAct } from "./keys";

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

test("two letters make one key when they were struck together, however late the page hears of them", () => {
  turnKeys(true);
  const stop = listenToKeys();
  const heard: string[] = [];
  function strike(key: string, timeStamp: number): void {
    const event = new KeyboardEvent("keydown", { key, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: timeStamp });
    document.dispatchEvent(event);
  }
  const { unmount } = renderHook(() => useAct("go_calendar", (event) => heard.push(String(event.timeStamp))));
  strike("g", 1_000);
  strike("c", 2_000);
  strike("g", 10_000);
  strike("c", 12_000);
  expect(heard).toEqual(["2000"]);
  unmount();
  stop();
});
