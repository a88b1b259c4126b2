import { expect, test } from "vitest";
import { drawnWith, OWN, offeredIn } from "./accent";

test("a colour half typed is drawn with that of Parvis", () => {
  expect(drawnWith("#7a2b5f")).toBe("#7a2b5f");
  expect([drawnWith("#7a2"), drawnWith(""), drawnWith("red")]).toEqual([OWN, OWN, OWN]);
});

test("the colour a refusal offers is the last it names", () => {
  expect(offeredIn("contraste 1,1:1 avec #efefeb, il en faut 4,5:1 ; la plus proche est #896700")).toBe(
    "#896700",
  );
  expect(offeredIn("une couleur écrite #rrggbb est attendue")).toBeUndefined();
  expect(offeredIn(undefined)).toBeUndefined();
});
