import type { Version } from "./queries";

// What is asked of the engine for one request received on one day. No date is made here: the version of the day is picked, the
// engine of the API does the rest.

export const WAYS = ["email", "post", "desk"] as const;
export type Way = (typeof WAYS)[number];

export interface Case {
  territory: string;
  timezone: string;
  procedure: Readonly<Record<string, string>>;
  events: readonly Readonly<Record<string, string>>[];
}

/** The version in force on a civil day, both its ends included; none when none was. */
export const versionOn = (versions: readonly Version[], day: string): Version | null =>
  versions.find(
    (one) => (one.valid_from ?? "") <= day && (one.valid_until === null || day <= one.valid_until),
  ) ?? null;

/** One request of this version, received in the morning of a day by the administration that decides it. */
export function caseOf(
  version: Version,
  { territory, time_zone }: { territory: string; time_zone: string },
  day: string,
  way: Way,
): Case {
  return {
    territory,
    timezone: time_zone,
    procedure: {
      regime: version.family,
      silence: version.effect,
      ...(version.delay ? { delay: version.delay } : {}),
      ...(version.permit ? { permit: version.permit } : {}),
      ...(version.basis.length > 0 ? { basis: version.basis.join(" ; ") } : {}),
    },
    events: [{ type: "received", at: `${day}T09:00`, authority: "competent", channel: way }],
  };
}
