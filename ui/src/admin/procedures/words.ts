import type { Language, Say } from "../../i18n";
import { longDay } from "../../text/dates";
import { sayPeriod } from "../../text/periods";
import { shown } from "../../text/unseen";
import { type SayAdmin, sayCode } from "../words";
import type { Version } from "./queries";

export interface Speaking {
  say: SayAdmin;
  t: Say;
  language: Language;
}

// Silence decides nothing there, or nobody has established what.
const OPEN: readonly string[] = ["none", "UNKNOWN"];

/** « Le silence vaut accord (SVA) après 2 mois », as the catalogue has it. */
export function silenceOf(
  { effect, delay, adds }: Pick<Version, "effect" | "delay" | "adds">,
  { say, t }: Pick<Speaking, "say" | "t">,
): string {
  const what = sayCode(say, "procedure.effect", effect);
  if (adds) return say("procedure.silence.adds", { what, delay: sayPeriod(adds, t) });
  if (delay)
    return say(OPEN.includes(effect) ? "procedure.silence.within" : "procedure.silence.after", {
      what,
      delay: sayPeriod(delay, t),
    });
  return OPEN.includes(effect) ? what : say("procedure.silence.to_give", { what });
}

/** From when to when a version holds, both days included. */
export function daysOf(
  { valid_from, valid_until }: Pick<Version, "valid_from" | "valid_until">,
  { say, language }: Pick<Speaking, "say" | "language">,
): string {
  const since = valid_from
    ? say("procedure.since", { day: longDay(valid_from, language) })
    : say("procedure.since.unknown");
  return valid_until ? `${since}, ${say("procedure.until", { day: longDay(valid_until, language) })}` : since;
}

type Told = Readonly<Record<string, unknown>>;
const isTold = (value: unknown): value is Told =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Says one side of a difference the API found between what holds and what would be published. */
export function sideOf(field: string, value: unknown, speaking: Speaking): string {
  const { say, t, language } = speaking;
  if (value === null || value === undefined || value === "") return say("procedure.nothing");
  if (typeof value === "boolean") return t(value ? "legal.yes" : "legal.no");
  if (Array.isArray(value))
    return value.length === 0
      ? say("procedure.nothing")
      : value.map((one) => sideOf(field, one, speaking)).join(" ; ");
  if (isTold(value)) {
    if (typeof value.effect === "string") {
      const version = {
        effect: value.effect,
        delay: text(value.delay),
        adds: text(value.adds),
        valid_from: text(value.valid_from),
        valid_until: text(value.valid_until),
      } as Version;
      return `${silenceOf(version, speaking)}, ${daysOf(version, speaking)}`;
    }
    if (typeof value.number === "string" && typeof value.taken_on === "string")
      return say("procedure.act", {
        number: value.number,
        day: longDay(value.taken_on, language),
        title: shown(String(value.title)),
      });
    return shown(String(value.title ?? JSON.stringify(value)));
  }
  const word = String(value);
  if (field === "effect" || field === "certainty" || field === "kinds") {
    return sayCode(say, field === "kinds" ? "kind" : `procedure.${field}`, word);
  }
  if (field === "delay" || field === "adds") return sayPeriod(word, t);
  return shown(word);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const fieldName = (say: SayAdmin, field: string): string => sayCode(say, "procedure.field", field);
