import { useEffect, useRef } from "react";

/** Something the present screen can do that has no key: listed by the palette, under its section. */
export interface Offer {
  id: string;
  words: string;
  hint?: string;
  section: string;
  run: () => void;
}

type Offering = () => Promise<readonly Offer[]>;
const offerings = new Set<Offering>();

/** Offers acts to the palette while the caller is on screen; they are read when somebody opens it. */
export function useOffers(offering: Offering | null): void {
  const latest = useRef(offering);
  latest.current = offering;
  const wanted = offering !== null;
  useEffect(() => {
    if (!wanted) return;
    const asked: Offering = async () => (await latest.current?.()) ?? [];
    offerings.add(asked);
    return () => {
      offerings.delete(asked);
    };
  }, [wanted]);
}

/** All that is offered now. What could not be read is left out: the palette stays of use without it. */
export async function offered(): Promise<readonly Offer[]> {
  const read = await Promise.allSettled([...offerings].map((one) => one()));
  return read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}
