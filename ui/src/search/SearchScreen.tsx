import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { teamsQuery, useMay, useMe } from "../api/house";
import { useWords } from "../i18n";
import { addressOf } from "../inbox/views";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { useAct } from "../shell/keys";
import { shown } from "../text/unseen";
import { People, Procedures, Tickets } from "./Found";
import { numberOf, OPERATORS, type Operator, read, valuesOf, without } from "./operators";

const MOST = 200;

import "../styles/people.css";

/** S7: one field; operators are shown as chips, what is found is grouped, and nobody finds what they may not see. */
export default function SearchScreen() {
  const { t } = useWords();
  const me = useMe();
  const may = useMay("tickets:read");
  const mayLaw = useMay("sve:read");
  const teams = useQuery(teamsQuery).data ?? [];
  const [address, setAddress] = useSearchParams();
  const typed = address.get("q")?.slice(0, MOST) ?? "";
  const { words, chips, wanted } = read(typed, { me: me.user_id ?? null, teams });
  const number = numberOf(words);
  const field = useRef<HTMLInputElement>(null);
  // Who comes to search types: after the shell gave the focus to the new screen.
  const empty = typed === "";
  useEffect(() => {
    const timer = empty ? setTimeout(() => field.current?.focus()) : undefined;
    return () => clearTimeout(timer);
  }, [empty]);
  useAct("next", () => step(1));
  useAct("previous", () => step(-1));
  const look = (q: string) => setAddress(q ? { q } : {});

  function find(event: FormEvent): void {
    event.preventDefault();
    look(field.current?.value.trim() ?? "");
  }
  /** Writes an operator at the end of what is typed, where its value is then typed. */
  function begin(operator: Operator): void {
    const input = field.current;
    if (!input) return;
    input.value = `${input.value.trim()} ${operator}:`.trimStart();
    input.focus();
  }

  return (
    <Main titles={[typed, t("search.title")]}>
      <header className="bar">
        <h1>{t("search.title")}</h1>
      </header>
      <div className="scroll pad stack">
        <form role="search" onSubmit={find}>
          <div className="field">
            <label htmlFor="recherche">{t("search.label")}</label>
            <span className="hint" id="recherche-aide">
              {t("search.hint")}
            </span>
            <div className="row">
              <input
                key={typed}
                id="recherche"
                ref={field}
                className="input grow"
                type="search"
                aria-describedby="recherche-aide"
                defaultValue={typed}
                maxLength={MOST}
              />
              <button className="btn primary" type="submit">
                <Icon name="search" />
                {t("inbox.search.go")}
              </button>
            </div>
          </div>
        </form>
        {chips.length > 0 && (
          <ul className="chips" aria-label={t("inbox.filters")}>
            {chips.map((chip) => (
              <li className={chip.understood ? "chip" : "chip wrong"} key={chip.typed}>
                <span>
                  <i>{t(`search.op.${chip.operator}`)}</i> <b>{shown(chip.value)}</b>
                  {!chip.understood && (
                    <span className="danger">
                      {" "}
                      {t("search.unknown", { values: valuesOf(chip.operator).join(", ") || "2026-03-02" })}
                    </span>
                  )}
                </span>
                <button
                  type="button"
                  aria-label={t("inbox.filter.remove", { what: `${chip.operator}:${chip.value}` })}
                  onClick={() => look(without(typed, chip))}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <details>
          <summary>{t("search.operators")}</summary>
          <ul className="operators">
            {OPERATORS.map((operator) => (
              <li key={operator}>
                <button className="btn sm" type="button" onClick={() => begin(operator)}>
                  {operator}:
                </button>{" "}
                {t(`search.op.${operator}`)}
                {valuesOf(operator).length > 0 && (
                  <span className="muted"> ({valuesOf(operator).join(", ")})</span>
                )}
              </li>
            ))}
          </ul>
        </details>
        {!may ? (
          <p role="alert">{t("error.forbidden")}</p>
        ) : !typed ? (
          <p className="muted">{t("search.begin")}</p>
        ) : (
          <>
            {number && (
              <p className="notice">
                <span className="grow">{t("search.number")}</span>
                <Link to={`/dossiers/${number}`} data-entry>
                  {t("ticket.number", { reference: number })}
                </Link>
              </p>
            )}
            {words && !number && chips.length === 0 && <People words={words} />}
            <Tickets
              words={words}
              wanted={wanted}
              all={addressOf({ sort: "-last_activity_at", ...wanted, ...(words ? { q: words } : {}) })}
            />
            {words && !number && mayLaw && chips.length === 0 && <Procedures words={words} />}
          </>
        )}
      </div>
    </Main>
  );
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>("main [data-entry]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}
