import { expect, test } from "vitest";
import { gistOf } from "./gist";

const RECEIPT = `Bonjour,

La mairie a bien enregistré votre envoi du 27 septembre 2026.

Ceci est un accusé d'enregistrement électronique.

Accueil de la mairie
1 place de l'Exemple`;

test("a long message is told by its first paragraph that says something", () => {
  expect(gistOf(RECEIPT)).toBe("La mairie a bien enregistré votre envoi du 27 septembre 2026.");
});

test("a short message is told whole", () => {
  expect(gistOf("Bonjour,\n\nVotre envoi a été enregistré.\n")).toBeNull();
  expect(gistOf("")).toBeNull();
});

test("a list of short lines is told by its first", () => {
  expect(gistOf("un\n\ndeux\n\ntrois\n\nquatre")).toBe("un");
});
