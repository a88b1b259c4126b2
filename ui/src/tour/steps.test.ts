import { expect, test } from "vitest";
import { tourEn } from "../i18n/tour.en";
import { tourFr } from "../i18n/tour.fr";
import { stepsFor } from "./steps";

test("nobody is led where they may not go", () => {
  expect(stepsFor([]).map((step) => step.name)).toEqual(["welcome", "help"]);
  expect(stepsFor(["tickets:read"]).map((step) => step.name)).toEqual([
    "welcome",
    "inbox",
    "views",
    "risk",
    "help",
  ]);
});

test("every step has its words, in both languages", () => {
  for (const { name } of stepsFor(["tickets:read", "sve:read", "tickets:write"])) {
    expect(tourFr[name]).toBeTruthy();
    expect(tourFr[`${name}.is`]).toBeTruthy();
  }
  expect(Object.keys(tourEn)).toEqual(Object.keys(tourFr));
});
