import { expect, test } from "vitest";
import { personOf } from "./labels";

test("the label of a person leads to their identifier, and that of a program to nobody's", () => {
  expect(personOf("agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11")).toBe("usr_01k0fgwz0vfrx9tmka3wy0q3gh");
  expect(personOf("key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11")).toBeNull();
  expect(personOf("system")).toBeNull();
});
