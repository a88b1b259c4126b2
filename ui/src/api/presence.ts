import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { api, got, type Schemas } from "./client";
import { useMe } from "./house";
import { personOf } from "./labels";
import { live, useLink } from "./live";
import { Problem } from "./problem";

export type Present = Schemas["PresentOut"];
type Told = Schemas["PresenceOut"];

const AGAIN_MS = 45_000;
const LOOK_MS = 10_000;
const MOST = 50;
const NOBODY: readonly Present[] = [];

/** Who is on which request, as it was last told; a lapse is told by nobody, each carries until when it holds. */
export class Presences {
  private readonly known = new Map<string, readonly Present[]>();
  private readonly watchers = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    this.timer ??= setInterval(() => this.lapse(Date.now()), LOOK_MS);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  of = (ticketId: string): readonly Present[] => this.known.get(ticketId) ?? NOBODY;

  /** The requests somebody is known to be on, to be given to `hearAll` with the answer to a question asked now. */
  places = (): readonly string[] => [...this.known.keys()];

  /** Hears who is anywhere at all: whoever was known before the question and is not told is not there any more. */
  hearAll(told: readonly Told[], before: readonly string[]): void {
    for (const ticketId of before) this.known.delete(ticketId);
    this.hear(told);
  }

  hear(told: readonly Told[]): void {
    for (const { ticket_id, present } of told) {
      if (present.length > 0) this.known.set(ticket_id, present);
      else this.known.delete(ticket_id);
    }
    this.tell();
  }

  /** Forgets whoever has not said for two minutes that they are still there. */
  lapse(now: number): void {
    let changed = false;
    for (const [ticketId, present] of this.known) {
      const still = present.filter((one) => Date.parse(one.until_at) > now);
      if (still.length === present.length) continue;
      changed = true;
      if (still.length > 0) this.known.set(ticketId, still);
      else this.known.delete(ticketId);
    }
    if (changed) this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

export const presences = new Presences();
live.hearPresence((told) => presences.hear([told]));

/** The others on a request; oneself is not told to oneself. */
export function useOthers(ticketId: string): readonly Present[] {
  const me = useMe();
  const all = useSyncExternalStore(presences.watch, () => presences.of(ticketId));
  return all.filter((one) => personOf(one.who) !== me.user_id || me.user_id === null);
}

/** Reads who is where, when a list is shown and when a lost link is back; the stream tells the rest. */
export function useListPresence(ids: readonly string[]): void {
  const link = useLink();
  const key = ids.join(",");
  const [named, setNamed] = useState(false);
  // Asked with the list and not of its requests: these are known only once it came.
  useEffect(() => {
    if (link === "broken") return;
    void quietly(async () => {
      const before = presences.places();
      const params = { query: { everywhere: true } };
      const { data, complete } = await got(api.GET("/api/v1/presence", { params }));
      if (complete) presences.hearAll(data, before);
      else presences.hear(data);
      setNamed(!complete);
    });
  }, [link]);
  // More people than are told at once: of the requests of the list, each is.
  useEffect(() => {
    if (!named || !key || link === "broken") return;
    const asked = key.split(",");
    void quietly(async () => {
      for (let at = 0; at < asked.length; at += MOST) {
        const query = { ticket_id: asked.slice(at, at + MOST).join(",") };
        presences.hear((await got(api.GET("/api/v1/presence", { params: { query } }))).data);
      }
    });
  }, [named, key, link]);
}

export interface Here {
  /** Somebody types: the others are told. */
  typing: () => void;
  /** What was written has left: the next letter is told anew. */
  quiet: () => void;
}

/** Says that one has a request open, and types in it, as long as it is so; both are said again before two minutes. */
export function useBeingHere(ticketId: string | null): Here {
  const typedAt = useRef(0);
  const say = (doing: Schemas["Doing"]): void =>
    void quietly(async () => {
      if (ticketId === null) return;
      const params = { path: { ticket_id: ticketId } };
      presences.hear([
        await got(api.PUT("/api/v1/tickets/{ticket_id}/presence", { params, body: { doing } })),
      ]);
    });
  const latest = useRef(say);
  latest.current = say;
  useEffect(() => {
    if (ticketId === null) return;
    typedAt.current = 0;
    latest.current("viewing");
    const again = setInterval(() => latest.current("viewing"), AGAIN_MS);
    const leave = (): void =>
      void quietly(async () => {
        await api.DELETE("/api/v1/tickets/{ticket_id}/presence", {
          params: { path: { ticket_id: ticketId } },
          keepalive: true,
        });
      });
    window.addEventListener("pagehide", leave);
    return () => {
      clearInterval(again);
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [ticketId]);
  return {
    typing: () => {
      if (Date.now() - typedAt.current < AGAIN_MS && typedAt.current > 0) return;
      typedAt.current = Date.now();
      latest.current("writing");
    },
    quiet: () => {
      typedAt.current = 0;
    },
  };
}

/** Presence is a courtesy: where it cannot be said or read, nothing else stops. */
async function quietly(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
