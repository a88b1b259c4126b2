import { expect, test } from "vitest";
import { foldedWords, markedPieces } from "./marking";

test("the words that led to a proposal are marked as the citizen wrote them", () => {
  const pieces = markedPieces(
    "Une Déclaration préalable, un abri de jardin.",
    foldedWords(["declaration", "abri jardin"]),
  );
  expect(pieces.filter((piece) => piece.marked).map((piece) => piece.words)).toEqual([
    "Déclaration",
    "abri",
    "jardin",
  ]);
  expect(pieces.map((piece) => piece.words).join("")).toBe("Une Déclaration préalable, un abri de jardin.");
});

test("a word within a word is no word, and nothing found marks nothing", () => {
  expect(markedPieces("abriter", foldedWords(["abri"])).some((piece) => piece.marked)).toBe(false);
  expect(markedPieces("rien", foldedWords([]))).toEqual([{ at: 0, words: "rien", marked: false }]);
});
