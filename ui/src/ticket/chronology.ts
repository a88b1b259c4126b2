import type { Schemas } from "../api/client";
import type { Language } from "../i18n";
import { civilDay } from "../text/dates";
import { eventTitle, isLegalDate, legalWord } from "./legalWords";
import type { Saisine } from "./queries";

/** One line of the legal timeline: a day, what it is, why, and under which text. All of it comes from the API. */
export interface Mark {
  key: string;
  on: string;
  title: string;
  because: string;
  source: string;
  look: "done" | "todo" | "late";
  annulled: boolean;
  /** It is an event somebody may say was recorded by mistake. */
  annullable: boolean;
  backdatedOn: string | null;
  remarks: readonly { because: string; source: string }[];
}

export interface Ground {
  key: string;
  title: string;
  value: string;
  because: string;
  source: string;
}

// What comes first on its day.
const FIRST: readonly string[] = ["reception_date", "valid_saisine_from", "clock_start_date"];

// The last day of an acknowledgement, and its kind.
const DUE: Readonly<Record<string, string>> = {
  aee_due_date: "AEE",
  are_due_date: "ARE",
  ar_due_date: "AR",
};

/** The events and the dates derived from them in order of day; on one day, what happened before what follows from it. */
export function marksOf(saisine: Saisine, today: string, zone: string, language: Language): Mark[] {
  const derived = saisine.reasons.flatMap((reason): Mark[] => {
    const on = isLegalDate(reason.key) ? dayOf(reason.value, zone) : null;
    if (!on) return [];
    const { key, because, source } = reason;
    return [
      {
        key,
        on,
        title: legalWord("dates", key, language),
        because,
        source,
        look: lookOf(saisine, key, on, today),
        annulled: false,
        annullable: false,
        backdatedOn: null,
        remarks: remarksOf(saisine, key),
      },
    ];
  });
  const happened = saisine.events
    .filter((event, index) => event.type !== "received" || index > 0 || event.annulled_by !== null)
    .map((event) => markOf(event, zone, language));
  const first = derived.filter((mark) => FIRST.includes(mark.key));
  const rest = derived.filter((mark) => !FIRST.includes(mark.key));
  return [...first, ...happened, ...rest].sort((one, other) => one.on.localeCompare(other.on));
}

/**
 * A day by which something is due is ahead until it ends; what was received has happened on its own day. An acknowledgement is
 * late when its day is past and the server says that it is still owed: what another stood for, or was waived, is not.
 */
function lookOf({ acknowledgements }: Saisine, key: string, on: string, today: string): Mark["look"] {
  const standing = acknowledgements.find((one) => one.kind === DUE[key])?.standing;
  if (standing && standing !== "owed") return "done";
  if (FIRST.includes(key) ? on > today : on >= today) return "todo";
  return standing ? "late" : "done";
}

/** Why an acknowledgement is waived, where it is. */
function remarksOf({ acknowledgements }: Saisine, key: string): Mark["remarks"] {
  const because = acknowledgements.find((one) => one.kind === DUE[key])?.because;
  return because ? [{ because, source: "" }] : [];
}

/** The other derived values, in the order the engine derived them. */
export function groundsOf(saisine: Saisine, language: Language, yes: string, no: string): Ground[] {
  return saisine.reasons
    .filter((reason) => !isLegalDate(reason.key))
    .map(({ key, value, because, source }) => ({
      key,
      title: legalWord("grounds", key, language),
      value:
        typeof value === "boolean"
          ? value
            ? yes
            : no
          : Array.isArray(value)
            ? value.join(", ")
            : value === null
              ? ""
              : legalWord("regimes", String(value), language),
      because,
      source,
    }));
}

function markOf(event: Schemas["LegalEventOut"], zone: string, language: Language): Mark {
  const { payload } = event;
  const text = (name: string): string => (typeof payload[name] === "string" ? (payload[name] as string) : "");
  const items = Array.isArray(payload.items) ? payload.items.map(String).join(", ") : "";
  return {
    key: event.id,
    on: civilDay(new Date(event.at), zone),
    title: eventTitle(event, language),
    because: [items, text("reason") || text("note") || text("asks")].filter(Boolean).join(" — "),
    source: "",
    look: "done",
    annulled: event.annulled_by !== null,
    annullable: event.annullable,
    backdatedOn: event.backdated ? civilDay(new Date(event.recorded_at), zone) : null,
    remarks: event.marks,
  };
}

function dayOf(value: unknown, zone: string): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) return null;
  return value.length === 10 ? value : civilDay(new Date(value), zone);
}
