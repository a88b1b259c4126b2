const PARTS: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

/** What the clocks of a zone show at an instant, as a field of date and hour writes it: `2026-03-09T08:00`. */
export function clockIn(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat("en-CA", { ...PARTS, timeZone: zone }).formatToParts(at);
  const of = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/**
 * The instant at which the clocks of a zone show what was typed in such a field; `null` for what is no date. The office
 * is in the zone of the administration, wherever its agent's machine is.
 */
export function instantIn(zone: string, typed: string): string | null {
  const asIfUtc = Date.parse(`${typed}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(typed) || Number.isNaN(asIfUtc)) return null;
  let at = asIfUtc;
  // Twice: the first guess may stand on the other side of a change of hour.
  for (let turn = 0; turn < 2; turn += 1) at += asIfUtc - Date.parse(`${clockIn(zone, new Date(at))}:00Z`);
  return new Date(at).toISOString();
}
