import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useParams } from "react-router";
import { begin } from "../api/begin";
import { useMay, useZone } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { addressOf } from "../inbox/views";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { RiskBadge } from "../parts/RiskBadge";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { Merges } from "./Merges";
import { Pairs } from "./Pairs";
import { Points } from "./Points";
import {
  exportsQuery,
  mergesQuery,
  type Person,
  pairsQuery,
  personQuery,
  renamed,
  requestsQuery,
  restrictionsQuery,
} from "./queries";
import { Rights } from "./Rights";
import "../styles/people.css";

/** S8: one person: their addresses and what proves them, their requests, whom they may be as well, their rights. */
export default function PersonScreen() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const client = useQueryClient();
  const officer = useMay("privacy:admin");
  begin(client, personQuery(id));
  begin(client, requestsQuery(id));
  begin(client, pairsQuery(id));
  begin(client, mergesQuery(id));
  begin(client, restrictionsQuery(id));
  if (officer) begin(client, exportsQuery(id));
  const person = useQuery(personQuery(id));
  const name = person.data ? shown(person.data.display_name) || t("inbox.no_name") : "";
  const missing = person.error instanceof Problem && person.error.status === 404;
  return (
    <Main titles={[name, t("rail.people")]}>
      <header className="bar">
        <Link className="btn quiet sm" to="/personnes">
          <Icon name="back" />
          {t("rail.people")}
        </Link>
        <h1 className="grow">{missing ? t("people.missing") : name || t("app.loading")}</h1>
      </header>
      <div className="scroll">
        {missing ? (
          <div className="state">
            <p>{t("people.missing.advice")}</p>
          </div>
        ) : person.data ? (
          <div className="pad person">
            {person.data.merged_into && (
              <p className="notice warn">
                <span className="grow">{t("people.gone")}</span>
                <Link to={`/personnes/${person.data.merged_into}`}>{t("people.gone.go")}</Link>
              </p>
            )}
            <div className="stack">
              <Points person={person.data} />
              <Requests person={person.data} />
              <Name key={person.data.version} person={person.data} />
            </div>
            <div className="stack">
              {person.data.merged_into === null && <Pairs person={person.data} />}
              <Merges person={person.data} />
              <Rights person={person.data} />
            </div>
          </div>
        ) : person.error ? (
          <Trouble error={person.error} retry={() => void person.refetch()} />
        ) : (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        )}
      </div>
    </Main>
  );
}

/** The latest requests one may see; the whole list is the inbox narrowed to the person. */
function Requests({ person }: { person: Person }) {
  const { t, language } = useWords();
  const zone = useZone();
  const requests = useQuery(requestsQuery(person.id));
  return (
    <section className="panel" aria-labelledby="demandes">
      <h2 id="demandes">{t("people.requests")}</h2>
      {requests.error && !requests.data && (
        <Trouble error={requests.error} retry={() => void requests.refetch()} plain />
      )}
      {requests.data?.data.length === 0 && <p className="muted">{t("people.requests.none")}</p>}
      <ul className="pairs">
        {requests.data?.data.map((one) => (
          <li key={one.id}>
            {one.risk !== "none" && <RiskBadge risk={one.risk} />}{" "}
            <Link to={`/dossiers/${one.reference}`}>{shown(one.subject) || t("inbox.no_subject")}</Link>
            <p className="muted small">
              {one.reference} · {t(`status.${one.status}`)} ·{" "}
              <time dateTime={one.received_at}>{moment(one.received_at, language, zone)}</time>
            </p>
          </li>
        ))}
      </ul>
      {requests.data?.next_cursor && (
        <p>
          <Link to={addressOf({ sort: "-last_activity_at", contact_id: person.id })}>
            {t("people.requests.all")}
          </Link>
        </p>
      )}
    </section>
  );
}

/** The name a person is shown under. */
function Name({ person }: { person: Person }) {
  const { t } = useWords();
  const may = useMay("tickets:write") && person.merged_into === null;
  const tell = useTell();
  const client = useQueryClient();
  const [name, setName] = useState(person.display_name);
  const { busy, error, run } = useTry(
    () => void client.invalidateQueries({ queryKey: ["contact", person.id] }),
  );
  if (!may) return null;
  function save(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await renamed(person, name.trim());
      void client.invalidateQueries({ queryKey: ["people"] });
      tell(t("people.renamed"));
    });
  }
  return (
    <details>
      <summary>{t("people.rename")}</summary>
      <form className="row" onSubmit={save}>
        <div className="field grow">
          <label htmlFor="nom">{t("people.name")}</label>
          <input
            id="nom"
            className="input"
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <button className="btn" type="submit" disabled={busy || !name.trim()}>
          {t("app.save")}
        </button>
      </form>
      {error && <Trouble error={error} plain />}
    </details>
  );
}
