import { expect, test } from "vitest";
import { sayer } from "../i18n";
import { fr } from "../i18n/fr";
import { sayDuration, share } from "./figures";

const t = sayer(fr, "fr");
const plain = (words: string | null) => words?.replace(/\s/g, " ");

test.each([
  [20, "0 min"],
  [1500, "25 min"],
  [3599, "1 h 00"],
  [15_000, "4 h 10"],
  [3 * 86_400, "3 jours"],
])("%d seconds are said as people say them", (seconds, words) => {
  expect(plain(sayDuration(seconds, t))).toBe(words);
});

test("nearly all is not all, and of nothing there is no share", () => {
  expect(plain(share(359, 367, "fr"))).toBe("97,8 %");
  expect(plain(share(9_999, 10_000, "fr"))).toBe("99,9 %");
  expect(plain(share(3, 3, "fr"))).toBe("100 %");
  expect(share(0, 0, "fr")).toBeNull();
});
