import { queryOptions } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { api, got, ifMatch } from "../api/client";
import { type Door, DraftKeeper, type Kind, type State } from "./draftKeeper";

// A draft outlives its screen: what is typed goes on being saved while its author reads another request.
const keepers = new Map<string, DraftKeeper>();
const readers = new Map<DraftKeeper, number>();
const placeOf = (ticketId: string, kind: Kind): string => `parvis.brouillon.${ticketId}.${kind}`;

function doorOf(ticketId: string, kind: Kind): Door {
  const path = { ticket_id: ticketId, draft_kind: kind };
  return {
    read: () => got(api.GET("/api/v1/tickets/{ticket_id}/drafts/{draft_kind}", { params: { path } })),
    write: (body, version) =>
      got(
        api.PUT("/api/v1/tickets/{ticket_id}/drafts/{draft_kind}", {
          params: { path, header: ifMatch(version) },
          body,
        }),
      ),
    drop: (version) =>
      got(
        api.DELETE("/api/v1/tickets/{ticket_id}/drafts/{draft_kind}", {
          params: { path, header: ifMatch(version) },
        }),
      ),
  };
}

function keeperOf(ticketId: string, kind: Kind): DraftKeeper {
  const place = placeOf(ticketId, kind);
  const known = keepers.get(place);
  if (known) return known;
  const keeper = new DraftKeeper(place, doorOf(ticketId, kind), localStorage);
  keepers.set(place, keeper);
  void keeper.begin();
  return keeper;
}

/** Begins to read what was left off on a request, before there is a place to write it. */
export function beginDrafts(ticketId: string): void {
  keeperOf(ticketId, "reply");
  keeperOf(ticketId, "note");
}

/** The draft of one kind, as it stands; leaving the screen saves it at once. */
export function useDraft(ticketId: string, kind: Kind): { keeper: DraftKeeper; draft: State } {
  const keeper = keeperOf(ticketId, kind);
  const draft = useSyncExternalStore(keeper.watch, keeper.snapshot);
  useEffect(() => {
    readers.set(keeper, (readers.get(keeper) ?? 0) + 1);
    return () => {
      readers.set(keeper, (readers.get(keeper) ?? 1) - 1);
      void keeper.settle().then(() => {
        // Read again when its screen opens again: another window may have written meanwhile.
        if (readers.get(keeper) === 0 && keeper.state.where === "kept")
          keepers.delete(placeOf(ticketId, kind));
      });
    };
  }, [keeper, ticketId, kind]);
  return { keeper, draft };
}

/** Saves a draft now, wherever its screen is, and waits for it. */
export async function settleDraft(ticketId: string, kind: Kind): Promise<void> {
  await keepers.get(placeOf(ticketId, kind))?.settle();
}

/** The words have left: their draft is no more. */
export function sentDraft(ticketId: string, kind: Kind): void {
  keepers.get(placeOf(ticketId, kind))?.sent();
}

/** Somebody else's act may have left words: they are read again. */
export function rereadDraft(ticketId: string, kind: Kind): void {
  void keepers.get(placeOf(ticketId, kind))?.begin();
}

/** The drafts colleagues share on a request. */
export const sharedDraftsQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ["drafts", ticketId],
    queryFn: async ({ signal }) => {
      const params = { path: { ticket_id: ticketId }, query: { limit: 50 } };
      const page = await got(api.GET("/api/v1/tickets/{ticket_id}/drafts", { params, signal }));
      return page.data.filter((draft) => !draft.mine && draft.text.trim());
    },
  });

// The address chosen for an answer is no word of it: it stays in this browser until the answer leaves.
const towards = (ticketId: string): string => `parvis.brouillon.${ticketId}.vers`;
export const chosenAddress = (ticketId: string): string => localStorage.getItem(towards(ticketId)) ?? "";
export function chooseAddress(ticketId: string, pointId: string): void {
  if (pointId) localStorage.setItem(towards(ticketId), pointId);
  else localStorage.removeItem(towards(ticketId));
}
