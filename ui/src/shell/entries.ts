import type { Key } from "../i18n";
import type { IconName } from "../parts/Icon";

/** A place of the application, as the rail and the sitemap list it. */
export interface Entry {
  words: Key;
  icon: IconName;
  /** A screen of this application. */
  to?: string;
  /** Until there is one, the page the server writes. */
  href?: string;
  scope?: string;
}

export const PROCEDURES = "/reglages/demarches";

// Who builds a screen replaces `href` by `to` here and adds its route in `app.tsx`.
export const ENTRIES: readonly Entry[] = [
  { words: "rail.inbox", icon: "inbox", to: "/boite", scope: "tickets:read" },
  { words: "notices.title", icon: "bell", to: "/avis", scope: "tickets:read" },
  { words: "search.title", icon: "search", to: "/recherche", scope: "tickets:read" },
  { words: "rail.calendar", icon: "calendar", to: "/echeances", scope: "sve:read" },
  { words: "rail.talks", icon: "talk", href: "/discussions", scope: "tickets:read" },
  { words: "rail.social", icon: "globe", to: "/reseaux", scope: "tickets:read" },
  { words: "rail.people", icon: "people", to: "/personnes", scope: "tickets:read" },
  { words: "rail.procedures", icon: "law", to: PROCEDURES, scope: "sve:read" },
  { words: "rail.dashboards", icon: "chart", to: "/pilotage", scope: "sve:read" },
  { words: "rail.outbox", icon: "out", to: "/envois", scope: "tickets:read" },
  { words: "rail.quarantine", icon: "shield", to: "/quarantaine", scope: "intake:read" },
  { words: "rail.settings", icon: "settings", to: "/reglages" },
];
