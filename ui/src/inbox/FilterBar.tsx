import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useSearchParams } from "react-router";
import { customFieldsQuery, tagsQuery, useNames } from "../api/house";
import { useWords } from "../i18n";
import { useChannelWord } from "../parts/Channel";
import { Icon } from "../parts/Icon";
import type { Risk } from "../parts/RiskBadge";
import { useTell } from "../parts/toasts";
import { shortDay } from "../text/dates";
import { shown } from "../text/unseen";
import { type CustomField, labelOf } from "../ticket/customFields";
import { useHeldWords } from "../ticket/useHeldWords";
import { boundsOf, heldOf, readFieldFilters, withoutField } from "./fieldFilter";
import { NAMED, type STATUSES } from "./filterNames";
import { addressOf, FILTERS, type Filter, type View, type Wanted, withFilter } from "./views";

const FilterPicker = lazy(() => import("./FilterPicker"));

/** One thing the list is narrowed to, and what is left of its filter once it is taken away. */
interface Chip {
  id: string;
  name: string;
  words: string;
  rest: readonly [Filter, string];
}

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
  const fields = useQuery({ ...customFieldsQuery, enabled: wanted.custom_field !== undefined }).data;
  const heldWords = useHeldWords();
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
      case "custom_field":
      case "procedure":
      case "q":
        return value;
      default:
        return shown(nameOf(value));
    }
  }

  const chips: Chip[] = FILTERS.flatMap((filter) => {
    const value = wanted[filter];
    if (!value) return [];
    if (filter !== "custom_field")
      return { id: filter, name: t(NAMED[filter]), words: said(filter, value), rest: [filter, ""] };
    return readFieldFilters(value).map(({ key, values }): Chip => {
      const field = fields?.find((one) => one.key === key);
      return {
        id: `custom_field:${key}`,
        // A field may have gone since a view was saved: its key says which one it was.
        name: field ? shown(labelOf(field, language)) : `${t(NAMED[filter])} ${key}`,
        words: values.map((one) => (field ? fieldWords(field, one) : one)).join(", "),
        rest: [filter, withoutField(value, key)],
      };
    });
  });

  function fieldWords(field: CustomField, value: string): string {
    const held = (one: string) =>
      field.kind === "date" && !Number.isNaN(Date.parse(one))
        ? shortDay(one, language)
        : shown(heldWords(field, heldOf(field, one)));
    const range = boundsOf(field, value);
    if (!range) return held(value);
    const { from, to } = range;
    if (from && to) return t("inbox.filter.range.between", { from: held(from), to: held(to) });
    return from
      ? t("inbox.filter.range.since", { from: held(from) })
      : t("inbox.filter.range.until", { to: held(to) });
  }

  return (
    <>
      <div className="subbar" role="group" aria-label={t("inbox.filters")}>
        {chips.map(({ id, name, words, rest: [filter, value] }) => (
          <span className="chip" key={id}>
            <span>
              <i>{name}</i> <b>{words}</b>
            </span>
            <button
              type="button"
              aria-label={t("inbox.filter.remove", { what: `${name} ${words}` })}
              onClick={() => setAddress(withFilter(address, view, filter, value))}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
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
      <Suspense fallback={null}>
        {adding && <FilterPicker view={view} wanted={wanted} onClose={() => setAdding(false)} />}
      </Suspense>
    </>
  );
}
