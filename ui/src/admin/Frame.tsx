import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { useMe } from "../api/house";
import { useWords } from "../i18n";
import { Icon, type IconName } from "../parts/Icon";
import { Main } from "../parts/Main";
import { type AdminKey, useAdmin } from "./words";

interface Part {
  to: string;
  words: AdminKey;
  icon: IconName;
  scope: string;
}

export const PARTS: readonly Part[] = [
  { to: "canaux", words: "part.channels", icon: "plug", scope: "channels:admin" },
  { to: "demarches", words: "part.procedures", icon: "law", scope: "sve:read" },
  { to: "reponses", words: "part.canned", icon: "talk", scope: "tickets:read" },
  { to: "macros", words: "part.macros", icon: "acts", scope: "tickets:read" },
  { to: "champs", words: "part.fields", icon: "form", scope: "users:admin" },
  { to: "automatisations", words: "part.rules", icon: "clock", scope: "users:admin" },
  { to: "equipes", words: "part.people", icon: "people", scope: "tickets:read" },
  { to: "absences", words: "part.absences", icon: "person", scope: "tickets:read" },
  { to: "administration", words: "part.tenant", icon: "desk", scope: "tickets:read" },
  { to: "papier", words: "part.letterhead", icon: "form", scope: "sve:read" },
  { to: "courriers", words: "part.wordings", icon: "talk", scope: "sve:read" },
  { to: "conservation", words: "part.retention", icon: "lock", scope: "archives:read" },
  { to: "journal", words: "part.journal", icon: "file", scope: "audit:read" },
  { to: "integrateurs", words: "part.integrators", icon: "key", scope: "keys:admin" },
];

/** One screen of the settings: the list of them at its side, its name and acts above, and why it is shut to whoever may not. */
export function Frame({
  title,
  under,
  acts,
  tabs,
  scope,
  children,
}: {
  title: string;
  under?: ReactNode;
  acts?: ReactNode;
  tabs?: ReactNode;
  /** The right without which nothing is asked of the API. */
  scope: string;
  children: ReactNode;
}) {
  const say = useAdmin();
  const { t } = useWords();
  const me = useMe();
  const may = me.scopes.includes(scope);
  return (
    <>
      <nav className="side" aria-label={say("admin.title")}>
        <p className="side-head">{say("admin.title")}</p>
        <div className="side-views">
          {PARTS.filter((part) => me.scopes.includes(part.scope)).map((part) => (
            <NavLink key={part.to} className="view" to={`/reglages/${part.to}`}>
              <Icon name={part.icon} />
              {say(part.words)}
            </NavLink>
          ))}
        </div>
      </nav>
      <Main titles={[title, say("admin.title")]} beside>
        <header className="bar">
          <div className="grow">
            <h1>{title}</h1>
            {may && under}
          </div>
          {may && acts}
        </header>
        {may && tabs}
        {may ? (
          children
        ) : (
          <div className="state">
            <h2>{t("error.forbidden")}</h2>
            <p>{say("admin.forbidden", { scope })}</p>
            <p>{say("admin.forbidden.advice")}</p>
          </div>
        )}
      </Main>
    </>
  );
}
