import { useEffect, useSyncExternalStore } from "react";
import { type Schemas, sessionEnded } from "./client";

export type Fact = Schemas["EventOut"];
type Hearer = (fact: Fact) => void;
export type Told = Schemas["PresenceOut"];

/** `off`: never begun, or not for this person. */
export type LinkState = "off" | "open" | "broken";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * The event stream, read with `fetch`: an EventSource hears only the types it was told, and hides why it was refused.
 * It goes on from the last fact heard, and skips none.
 */
export class Live {
  private readonly hearers = new Set<Hearer>();
  private readonly presence = new Set<(told: Told) => void>();
  private readonly notices = new Set<() => void>();
  private address = "/api/v1/events/stream";
  private readonly watchers = new Set<() => void>();
  private last = "";
  private stopping: AbortController | null = null;
  state: LinkState = "off";
  /** How many times it began at "now", knowing no place to go on from: what happened just before may have been missed. */
  begun = 0;

  /** `presences`: who is on which request is told too, to whoever reads requests; `notices`: that oneself was told of something. */
  start({ presences, notices }: { presences: boolean; notices: boolean }): void {
    if (this.stopping) return;
    const wanted = [...(presences ? ["presence=true"] : []), ...(notices ? ["notifications=true"] : [])];
    this.address = `/api/v1/events/stream${wanted.length > 0 ? `?${wanted.join("&")}` : ""}`;
    this.stopping = new AbortController();
    void this.run(this.stopping.signal);
  }

  stop(): void {
    this.stopping?.abort();
    this.stopping = null;
    this.become("off");
  }

  hear(hearer: Hearer): () => void {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  hearPresence(hearer: (told: Told) => void): () => void {
    this.presence.add(hearer);
    return () => this.presence.delete(hearer);
  }

  hearNotices(hearer: () => void): () => void {
    this.notices.add(hearer);
    return () => this.notices.delete(hearer);
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private become(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }

  private async run(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT;
    while (!signal.aborted) {
      try {
        const headers: Record<string, string> = { Accept: "text/event-stream" };
        if (this.last) headers["Last-Event-ID"] = this.last;
        const response = await fetch(this.address, { headers, signal, cache: "no-store" });
        if (response.status === 401) sessionEnded();
        if (response.status === 401 || response.status === 403) {
          this.become("off");
          return;
        }
        if (response.ok && response.body) {
          if (!this.last) this.begun += 1;
          this.become("open");
          wait = FIRST_WAIT;
          await this.read(response.body);
        } else if (response.status === 400 || response.status === 422) {
          this.last = ""; // a place no longer known: from now on
        }
      } catch {
        if (signal.aborted) return;
      }
      this.become("broken");
      await pause(wait * (0.75 + Math.random() / 2), signal);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let kept = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (kept + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      kept = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const heard = parsed(block);
    if (heard.id) this.last = heard.id;
    if (!heard.data) return;
    let told: unknown;
    try {
      told = JSON.parse(heard.data);
    } catch {
      return; // not a fact of ours: the next one comes all the same
    }
    if (heard.event === "presence.changed") {
      for (const hearer of this.presence) hearer(told as Told);
      return;
    }
    if (heard.event === "notifications.changed") {
      for (const hearer of this.notices) hearer();
      return;
    }
    const fact = told as Fact;
    for (const hearer of this.hearers) hearer(fact);
  }
}

/** Reads one block of an event stream (WHATWG HTML §9.2.6); comments are beats. */
export function parsed(block: string): { id: string; event: string; data: string } {
  const data: string[] = [];
  let id = "";
  let event = "";
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(":");
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    else if (name === "id") id = value;
    else if (name === "event") event = value;
  }
  return { id, event, data: data.join("\n") };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export const live = new Live();

export function useFacts(hearer: Hearer): void {
  useEffect(() => live.hear(hearer), [hearer]);
}

export const useBegun = (): number => useSyncExternalStore(live.watch, () => live.begun);
export const useLink = (): LinkState => useSyncExternalStore(live.watch, () => live.state);

/** Names the request a fact is about, when it is about one. */
export function ticketOf(fact: Fact): string | null {
  const named = fact.data.ticket_id;
  return typeof named === "string" ? named : null;
}
