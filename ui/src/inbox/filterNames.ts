import type { Key } from "../i18n";
import type { Filter } from "./views";

export const STATUSES = ["new", "open", "waiting", "resolved", "closed"] as const;
export const CHANNELS = [
  "email",
  "webform",
  "sms.ovh",
  "meta.messenger",
  "meta.instagram",
  "meta.whatsapp",
  "telegram",
  "mastodon",
  "bluesky",
  "phone",
  "post",
  "counter",
  "chat",
  "open311",
] as const;
export const NAMED: Readonly<Record<Filter, Key>> = {
  status: "inbox.filter.status",
  risk: "inbox.filter.risk",
  channel: "inbox.filter.channel",
  team_id: "inbox.filter.team",
  assignee_id: "inbox.filter.agent",
  contact_id: "inbox.filter.person",
  unassigned: "inbox.filter.agent",
  tag: "inbox.filter.tag",
  custom_field: "inbox.filter.field",
  term_before: "inbox.filter.before",
  received_from: "inbox.filter.received_from",
  received_to: "inbox.filter.received_to",
  procedure: "inbox.filter.procedure",
  snoozed: "inbox.filter.snoozed",
  q: "inbox.filter.q",
};
