import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { tenantQuery, useMe } from "../api/house";
import { live, useBegun } from "../api/live";
import { type Key, useWords } from "../i18n";
import { noticesMoved, unreadQuery } from "../notices/queries";
import { waitingHeldQuery } from "../outbox/queries";
import { useWaitingSendings } from "../outbox/useWaitingSendings";
import { Icon } from "../parts/Icon";
import { Outside } from "../parts/Outside";
import { shown } from "../text/unseen";
import { ENTRIES, PROCEDURES } from "./entries";

export function Rail() {
  const { t } = useWords();
  const me = useMe();
  const town = useQuery(tenantQuery).data;
  // Procedures are one of the settings with an entry of their own: one entry is the present one, not two.
  const elsewhere = useLocation().pathname.startsWith(PROCEDURES) ? "/reglages" : "";
  return (
    <header className="rail-h">
      <nav className="rail" aria-label={t("rail.main")}>
        <Link className="brand" to="/boite">
          <span className="tile">
            <Icon name="parvis" />
          </span>
          <span className="vh">{t("rail.home", { town: shown(town?.name) })}</span>
        </Link>
        {ENTRIES.filter((entry) => !entry.scope || me.scopes.includes(entry.scope)).map((entry) =>
          entry.to === elsewhere ? (
            <Link key={entry.words} to={entry.to}>
              <Icon name={entry.icon} />
              <span>{t(entry.words)}</span>
            </Link>
          ) : entry.to ? (
            <NavLink key={entry.words} to={entry.to}>
              <Icon name={entry.icon} />
              <span>{t(entry.words)}</span>
              <Waiting path={entry.to} />
            </NavLink>
          ) : (
            <a key={entry.words} href={entry.href}>
              <Icon name={entry.icon} />
              <span>{t(entry.words)}</span>
              <Outside />
            </a>
          ),
        )}
        <NavLink className="push" to="/aide">
          <Icon name="help" />
          <span>{t("rail.help")}</span>
        </NavLink>
        <a href="/ecran/simple">
          <Icon name="form" />
          <span>{t("rail.simple")}</span>
          <Outside />
        </a>
        <NavLink to="/profil">
          <Icon name="person" />
          <span>{t("rail.profile")}</span>
        </NavLink>
        <form method="post" action="/deconnexion">
          <button className="rail-b" type="submit" title={shown(me.name)}>
            <Icon name="door" />
            <span>{t("rail.leave")}</span>
          </button>
        </form>
      </nav>
    </header>
  );
}

/** Where something waits for a person, it is told: nothing waits in silence. */
function Waiting({ path }: { path: string }) {
  if (path === "/envois") return <SendingsWaiting />;
  if (path === "/quarantaine") return <HeldWaiting />;
  if (path === "/avis") return <NoticesWaiting />;
  return null;
}

const SendingsWaiting = () => <Dot number={useWaitingSendings()} />;
const HeldWaiting = () => <Dot number={useQuery(waitingHeldQuery).data} />;

function NoticesWaiting() {
  const me = useMe();
  const client = useQueryClient();
  useEffect(() => live.hearNotices(() => noticesMoved(client)), [client]);
  const begun = useBegun();
  useEffect(() => {
    // What was told before the link began was told to nobody; an answer still under way may be older than it.
    if (begun > 0) void client.cancelQueries({ queryKey: ["notices"] }).then(() => noticesMoved(client));
  }, [begun, client]);
  return (
    <Dot number={useQuery({ ...unreadQuery, enabled: me.user_id !== null }).data} words="notices.waiting" />
  );
}

/** A dot for the eye, its number in words for all. */
function Dot({ number, words: sentence = "rail.waiting" }: { number: string | undefined; words?: Key }) {
  const { t } = useWords();
  if (number === undefined || number === "0") return null;
  const words = t(sentence, { n: number });
  return (
    <>
      <span className="dot" title={words} aria-hidden="true" />
      <span className="vh"> {words}</span>
    </>
  );
}
