import { useSyncExternalStore } from "react";

// An answer waits ten seconds here before it is handed to the API, so that it may be taken back. It goes on waiting when its
// author opens another request; if the page is closed it has not left, and its draft says so.

export const HELD_MS = 10_000;

interface Held {
  leavesAt: number;
  timer: ReturnType<typeof setTimeout>;
  send: () => void;
}

const held = new Map<string, Held>();
const watchers = new Set<() => void>();

function told(): void {
  for (const watcher of watchers) watcher();
}

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

function keepPage(): void {
  if (held.size > 0) window.addEventListener("beforeunload", warn);
  else window.removeEventListener("beforeunload", warn);
}

export function hold(ticketId: string, send: () => void): void {
  release(ticketId);
  const timer = setTimeout(() => sendNow(ticketId), HELD_MS);
  held.set(ticketId, { leavesAt: Date.now() + HELD_MS, timer, send });
  keepPage();
  told();
}

/** Takes an answer back; says whether there was still one. */
export function release(ticketId: string): boolean {
  const one = held.get(ticketId);
  if (!one) return false;
  clearTimeout(one.timer);
  held.delete(ticketId);
  keepPage();
  told();
  return true;
}

export function sendNow(ticketId: string): void {
  const one = held.get(ticketId);
  if (one && release(ticketId)) one.send();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** When the answer of a request leaves; `null` when none waits. */
export const useHeld = (ticketId: string): number | null =>
  useSyncExternalStore(watch, () => held.get(ticketId)?.leavesAt ?? null);
