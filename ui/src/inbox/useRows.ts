import { useCallback, useEffect, useState } from "react";
import { useAct } from "../shell/keys";
import type { Ticket } from "./queries";
import type { Ticks } from "./TicketTable";

const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#liste [data-row]")];

/** Walks the rows with keys, the focus being on the row's link, and holds which are ticked. */
export function useRows(tickets: readonly Ticket[], may: boolean): Ticks & { clear: () => void } {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const clear = useCallback(() => setTicked(new Set()), []);
  const tick = useCallback((id: string) => {
    setTicked((all) => {
      const next = new Set(all);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const tickAll = (): void =>
    setTicked(
      tickets.every((ticket) => ticked.has(ticket.id))
        ? new Set()
        : new Set(tickets.map((ticket) => ticket.id)),
    );
  // What is no longer in the list is no longer ticked: nobody changes what they do not see.
  useEffect(() => {
    const here = new Set(tickets.map((ticket) => ticket.id));
    setTicked((all) =>
      [...all].every((id) => here.has(id)) ? all : new Set([...all].filter((id) => here.has(id))),
    );
  }, [tickets]);

  function walk(step: 1 | -1): void {
    const all = links();
    const row = document.activeElement?.closest("tr");
    const at = row ? all.findIndex((link) => row.contains(link)) : step > 0 ? -1 : all.length;
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
  useAct("next", () => walk(1));
  useAct("previous", () => walk(-1));
  const current = (): HTMLElement | null =>
    document.activeElement?.closest<HTMLElement>("tr[data-ticket]") ?? null;
  useAct("open", () => current()?.querySelector<HTMLElement>("[data-row]")?.click());
  useAct(
    "tick",
    may
      ? () => {
          const id = current()?.dataset.ticket;
          if (id) tick(id);
        }
      : null,
  );
  return { ticked, tick, tickAll, clear };
}
