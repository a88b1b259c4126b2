import { expect, test } from "vitest";
import { kindKey, otherOf } from "./pairs";

test("a pair names the other person, whichever comes first", () => {
  const contacts = [
    { id: "ctc_1", display_name: "Usager Exemple" },
    { id: "ctc_2", display_name: "U. Exemple" },
  ];
  expect(otherOf({ contacts }, "ctc_1")?.id).toBe("ctc_2");
  expect(otherOf({ contacts: [...contacts].reverse() }, "ctc_1")?.id).toBe("ctc_2");
});

test("a kind of address we know has its word, another keeps its own", () => {
  expect(kindKey("email")).toBe("people.kind.email");
  expect(kindKey("pigeon")).toBeNull();
});
