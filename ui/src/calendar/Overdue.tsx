import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { shortDay } from "../text/dates";
import { shown } from "../text/unseen";
import { toOverdue } from "./asked";
import { bornQuery, type TermDays } from "./queries";

/** Always on top: the acceptances silence has made, named, then what else is past its day. */
export function Overdue({ told }: { told: TermDays }) {
  const { t } = useWords();
  const [address] = useSearchParams();
  const born = told.overdue.find((one) => one.risk === "born")?.terms ?? 0;
  const others = told.overdue.filter((one) => one.risk !== "born");
  if (told.overdue.length === 0) return null;
  return (
    <div
      className={born ? "subbar overdue bad" : "subbar overdue"}
      role="group"
      aria-label={t("calendar.overdue")}
    >
      {born > 0 && (
        <>
          <Link className="danger row" to={toOverdue(address, "born")}>
            <Icon name="warn" />
            <b>{t("calendar.born", { n: born })}</b>
          </Link>
          <Born />
        </>
      )}
      {others.map(({ risk, terms }) => (
        <Link key={risk} to={toOverdue(address, risk)}>
          {t("calendar.past", { n: terms, risk: t(`risk.${risk}`) })}
        </Link>
      ))}
    </div>
  );
}

/** The first acceptances born, by name; the whole list is one link away. */
function Born() {
  const { t, language } = useWords();
  const first = useQuery(bornQuery);
  return first.data?.data.map(({ saisine, reference, subject }) => (
    <Link key={saisine.id} to={`/dossiers/${reference}`}>
      {shown(subject) || t("inbox.no_subject")}
      {saisine.term_on && `, ${t("calendar.born.since", { day: shortDay(saisine.term_on, language) })}`}
    </Link>
  ));
}
