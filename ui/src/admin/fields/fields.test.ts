import { expect, test } from "vitest";
import { choicesOf, codesOf, isKey, keyOf, newValue } from "./fields";

test("a key is made of a label", () => {
  expect(keyOf("Numéro de marché")).toBe("numero_de_marche");
  expect(keyOf("2e étage")).toBe("e_etage");
  expect(isKey(keyOf("  Quartier (nord) "))).toBe(true);
  for (const wrong of ["", "Nord", "2nd", "a-b", "a".repeat(41)]) expect(isKey(wrong)).toBe(false);
});

test("new values are named apart, and those requests hold keep their key", () => {
  const held = { ...newValue(), key: "nord", label: "Nord" };
  const choices = choicesOf([
    { ...held, label: "Nord-Est" },
    { ...newValue(), label: "Nord" },
    { ...newValue(), label: "Nord" },
    { ...newValue(), label: "  " },
  ]);
  expect(choices?.map((one) => one.key)).toEqual(["nord", "nord-2", "nord-3"]);
});

test("codes are told apart by commas, each once", () => {
  expect(codesOf(" URB-DP, ,URB-PC,URB-DP")).toEqual(["URB-DP", "URB-PC"]);
});
