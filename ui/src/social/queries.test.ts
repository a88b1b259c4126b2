import { expect, test } from "vitest";
import { placeOf } from "./queries";

test.each([
  [{ url: "https://social.example.fr/@villebourg/1" }, "https://social.example.fr/@villebourg/1"],
  [{ permalink: "https://reseau.example.fr/p/2" }, "https://reseau.example.fr/p/2"],
  [{ url: "javascript:alert(1)" }, null],
  [{ url: "http://social.example.fr/1" }, null],
  [{ url: 12 }, null],
  [{}, null],
])("a message leads to its network, and nowhere else: %j", (fields, place) => {
  expect(placeOf({ fields })).toBe(place);
});
