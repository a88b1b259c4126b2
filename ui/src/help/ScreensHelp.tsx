import { Link } from "react-router";
import { useMe } from "../api/house";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { Outside } from "../parts/Outside";
import { ENTRIES } from "../shell/entries";
import { useHelp } from "./words";

/** The screens this person may open, then the pages that are out of the application. */
export function ScreensHelp() {
  const { t } = useWords();
  const say = useHelp();
  const me = useMe();
  const seen = ENTRIES.filter((entry) => !entry.scope || me.scopes.includes(entry.scope));
  const outside = [
    ...seen.flatMap((entry) => (entry.href ? [{ href: entry.href, words: t(entry.words) }] : [])),
    { href: "/profil", words: say("screens.account") },
    { href: "/ecran/simple", words: say("screens.simple") },
    { href: "/etat", words: say("screens.status") },
  ];
  return (
    <>
      <ul className="sitemap">
        {seen.map((entry) =>
          entry.to ? (
            <li key={entry.to}>
              <Link to={entry.to}>
                <Icon name={entry.icon} /> {t(entry.words)}
              </Link>
            </li>
          ) : null,
        )}
        <li>
          <Link to="/profil">
            <Icon name="person" /> {t("profile.title")}
          </Link>
        </li>
      </ul>
      <p>{say("screens.outside")}</p>
      <ul className="sitemap">
        {outside.map(({ href, words }) => (
          <li key={href}>
            <a href={href}>
              {words}
              <Outside />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
