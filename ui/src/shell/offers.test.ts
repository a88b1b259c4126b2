import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { type Offer, offered, useOffers } from "./offers";

const offer = (id: string): Offer => ({ id, words: id, section: "Macros", run: () => undefined });

it("lists what screens offer, without what could not be read, and nothing once they are gone", async () => {
  const first = renderHook(() => useOffers(async () => [offer("a")]));
  renderHook(() => useOffers(null));
  const broken = renderHook(() => useOffers(() => Promise.reject(new Error("away"))));
  expect((await offered()).map((one) => one.id)).toEqual(["a"]);
  first.unmount();
  broken.unmount();
  expect(await offered()).toEqual([]);
});
