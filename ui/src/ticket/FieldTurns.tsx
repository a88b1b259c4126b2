import { useQuery } from "@tanstack/react-query";
import { customFieldsQuery } from "../api/house";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";
import { type Held, labelOf } from "./customFields";
import type { Moment } from "./queries";
import { useHeldWords } from "./useHeldWords";

type Turn = NonNullable<Moment["fields"]>["changes"][number];

/** A long text is told by its beginning: it is read whole beside the thread. */
const MOST = 160;

/** Fields that were filled, changed or emptied by one gesture, each with what it held and holds. */
export function FieldTurns({ turns }: { turns: readonly Turn[] }) {
  const { t, language } = useWords();
  const words = useHeldWords();
  const fields = useQuery(customFieldsQuery).data;
  const told = ({ key, was, now }: Turn): string => {
    const field = fields?.find((one) => one.key === key);
    const said = (held: Held): string => shown(begun(field ? words(field, held) : String(held)));
    const name = shown(field ? labelOf(field, language) : key);
    if (now === null) return t("thread.field.emptied", { name, was: was === null ? "" : said(was) });
    return was === null
      ? t("thread.field.filled", { name, now: said(now) })
      : t("thread.field.changed", { name, was: said(was), now: said(now) });
  };
  return <span className="words">{turns.map(told).join(" · ")}</span>;
}

const begun = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length > MOST ? `${line.slice(0, MOST).trimEnd()}…` : line;
};
