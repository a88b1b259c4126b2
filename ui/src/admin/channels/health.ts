import type { Schemas } from "../../api/client";
import { civilDay, daysBetween } from "../../text/dates";

export type Channel = Schemas["ChannelOut"];
export type Check = Schemas["CheckOut"];
export type Look = "ok" | "warn" | "bad";

/** What there is to say of a channel: a key of a sentence, when, or somebody's own words. */
export interface Mark {
  look: Look;
  says:
    | "health.broken"
    | "health.needs_reauth"
    | "health.paused"
    | "health.silent"
    | "health.expired"
    | "health.expires"
    | "health.unkept"
    | "health.waiting"
    | "health.refused"
    | "health.unreachable"
    | "health.incomplete"
    | "health.unsure"
    | "health.trouble"
    | "health.active";
  at?: string;
}

const SOON_DAYS = 14;

/** Returns the worst there is to say of a channel: what must be done stands first. */
export function healthOf(channel: Channel, now: Date, zone: string): Mark {
  if (channel.state === "broken") return { look: "bad", says: "health.broken" };
  if (channel.state === "needs_reauth") return { look: "bad", says: "health.needs_reauth" };
  if (channel.state === "paused") return { look: "warn", says: "health.paused" };
  const ends = channel.credentials_expire_at;
  if (ends && new Date(ends) <= now) return { look: "bad", says: "health.expired", at: ends };
  if (channel.silent_since) return { look: "bad", says: "health.silent", at: channel.silent_since };
  if (channel.check && !channel.check.ok) return tested(channel.check);
  if (channel.state_reason) return { look: "warn", says: "health.trouble" };
  if (channel.connection?.state === "unkept") return { look: "warn", says: "health.unkept" };
  if (channel.connection?.state === "waiting") return { look: "warn", says: "health.waiting" };
  if (ends && daysBetween(civilDay(now, zone), civilDay(new Date(ends), zone)) <= SOON_DAYS)
    return { look: "warn", says: "health.expires", at: ends };
  return { look: "ok", says: "health.active" };
}

function tested(check: Check): Mark {
  if (check.state === "refused") return { look: "bad", says: "health.refused" };
  if (check.state === "unreachable") return { look: "warn", says: "health.unreachable" };
  if (check.state === "incomplete") return { look: "warn", says: "health.incomplete" };
  return { look: "warn", says: "health.unsure" };
}

/** Puts what asks for somebody first; among alike, by name. */
export function worstFirst(channels: readonly Channel[], now: Date, zone: string): Channel[] {
  const rank: Record<Look, number> = { bad: 0, warn: 1, ok: 2 };
  return [...channels].sort(
    (one, other) =>
      rank[healthOf(one, now, zone).look] - rank[healthOf(other, now, zone).look] ||
      one.name.localeCompare(other.name, "fr"),
  );
}

export type StepName = "settings" | "reached" | "keys" | "understood";
export interface Step {
  name: StepName;
  /** `none`: the test stopped before it. */
  look: Look | "none";
}

const STEPS: readonly StepName[] = ["settings", "reached", "keys", "understood"];
const STOPS: Readonly<Record<Check["state"], StepName | null>> = {
  incomplete: "settings",
  unreachable: "reached",
  refused: "keys",
  unsure: "understood",
  limited: null,
  ready: null,
};

/** Tells a live test step by step: what it went through, and where it stopped. */
export function stepsOf(check: Check): Step[] {
  const stop = STOPS[check.state];
  const at = stop ? STEPS.indexOf(stop) : STEPS.length;
  const failed: Look = check.state === "refused" || check.state === "unreachable" ? "bad" : "warn";
  return STEPS.map((name, index) => {
    if (index === at) return { name, look: failed };
    if (index > at) return { name, look: "none" };
    return { name, look: check.state === "limited" && name === "understood" ? "warn" : "ok" };
  });
}
