import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useSearchParams } from "react-router";
import { tagsQuery, teamsQuery, useMe, useNames, usersQuery } from "../api/house";
import { type Key, useWords } from "../i18n";
import { useChannelWord } from "../parts/Channel";
import { Icon } from "../parts/Icon";
import { RISK_LOOKS, type Risk } from "../parts/RiskBadge";
import { useTell } from "../parts/toasts";
import { shortDay } from "../text/dates";
import { shown } from "../text/unseen";
import { addressOf, FILTERS, type Filter, type View, type Wanted, withFilter } from "./views";

const Picker = lazy(() => import("../parts/Picker"));

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
const NAMED: Readonly<Record<Filter, Key>> = {
  status: "inbox.filter.status",
  risk: "inbox.filter.risk",
  channel: "inbox.filter.channel",
  team_id: "inbox.filter.team",
  assignee_id: "inbox.filter.agent",
  contact_id: "inbox.filter.person",
  unassigned: "inbox.filter.agent",
  tag: "inbox.filter.tag",
  term_before: "inbox.filter.before",
  received_from: "inbox.filter.received_from",
  received_to: "inbox.filter.received_to",
  procedure: "inbox.filter.procedure",
  snoozed: "inbox.filter.snoozed",
  q: "inbox.filter.q",
};

/** What narrows the list, as chips; each is a word of the address, which may be shared. */
export function FilterBar({
  view,
  wanted,
  dense,
  onDense,
  children,
}: {
  view: View;
  wanted: Wanted;
  dense: boolean;
  onDense: () => void;
  /** What may be done with the list as it stands. */
  children: ReactNode;
}) {
  const { t, language } = useWords();
  const [address, setAddress] = useSearchParams();
  const nameOf = useNames();
  const channelWord = useChannelWord();
  const tags = useQuery({ ...tagsQuery, enabled: wanted.tag !== undefined }).data;
  const tell = useTell();
  const [adding, setAdding] = useState(false);

  function said(filter: Filter, value: string): string {
    const words = value.split(",");
    switch (filter) {
      case "status":
        return words.map((word) => t(`status.${word as (typeof STATUSES)[number]}`)).join(", ");
      case "risk":
        return words.map((word) => t(`risk.${word as Risk}`)).join(", ");
      case "channel":
        return words.map(channelWord).join(", ");
      case "term_before":
      case "received_from":
      case "received_to":
        return shortDay(value, language);
      case "snoozed":
        return t(value === "true" ? "inbox.filter.snoozed.only" : "inbox.filter.snoozed.without");
      case "unassigned":
        return t("inbox.filter.nobody");
      case "tag":
        return words.map((id) => shown(tags?.find((tag) => tag.id === id)?.name ?? "…")).join(", ");
      case "procedure":
      case "q":
        return value;
      default:
        return shown(nameOf(value));
    }
  }

  return (
    <>
      <div className="subbar" role="group" aria-label={t("inbox.filters")}>
        {FILTERS.filter((filter) => wanted[filter]).map((filter) => {
          const words = said(filter, wanted[filter] ?? "");
          return (
            <span className="chip" key={filter}>
              <span>
                <i>{t(NAMED[filter])}</i> <b>{words}</b>
              </span>
              <button
                type="button"
                aria-label={t("inbox.filter.remove", { what: `${t(NAMED[filter])} ${words}` })}
                onClick={() => setAddress(withFilter(address, view, filter, ""))}
              >
                <Icon name="close" />
              </button>
            </span>
          );
        })}
        <button className="btn quiet sm" type="button" aria-haspopup="dialog" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {t("inbox.filter.add")}
        </button>
        <span className="grow" />
        {children}
        <button
          className="btn quiet sm"
          type="button"
          onClick={() => {
            // A view of one's own is nobody else's: its link says all it is narrowed to.
            const own = view.saved?.owner === "person";
            const link = own ? `${location.origin}/bureau${addressOf(wanted)}` : location.href;
            void navigator.clipboard?.writeText(link).then(() => tell(t("inbox.link.copied")));
          }}
        >
          {t("inbox.link")}
        </button>
        <button className="btn quiet sm" type="button" aria-pressed={dense} onClick={onDense}>
          {t("inbox.dense")}
        </button>
      </div>
      {adding && <FilterPicker view={view} onClose={() => setAdding(false)} />}
    </>
  );
}

function FilterPicker({ view, onClose }: { view: View; onClose: () => void }) {
  const { t } = useWords();
  const me = useMe();
  const [address, setAddress] = useSearchParams();
  const channelWord = useChannelWord();
  const teams = useQuery(teamsQuery).data ?? [];
  const users = useQuery(usersQuery).data ?? [];
  const tags = useQuery(tagsQuery).data ?? [];
  const choice = (filter: Filter, value: string, words: string) => ({
    id: `${filter}:${value}`,
    words,
    section: t(NAMED[filter]),
  });
  return (
    <Suspense fallback={null}>
      <Picker
        title={t("inbox.filters")}
        search={t("inbox.filter.add")}
        choices={[
          ...STATUSES.map((status) => choice("status", status, t(`status.${status}`))),
          ...(Object.keys(RISK_LOOKS) as Risk[]).map((risk) => choice("risk", risk, t(`risk.${risk}`))),
          ...teams.map((team) => choice("team_id", team.id, shown(team.name))),
          ...users.map((user) =>
            choice("assignee_id", user.id, user.id === me.user_id ? t("assign.me") : shown(user.name)),
          ),
          ...tags.map((tag) => choice("tag", tag.id, shown(tag.name))),
          choice("snoozed", "true", t("inbox.filter.snoozed.only")),
          choice("snoozed", "false", t("inbox.filter.snoozed.without")),
          ...CHANNELS.map((channel) => choice("channel", channel, channelWord(channel))),
        ]}
        onPick={(id) => {
          const at = id.indexOf(":");
          setAddress(withFilter(address, view, id.slice(0, at) as Filter, id.slice(at + 1)));
        }}
        onClose={onClose}
      />
    </Suspense>
  );
}
