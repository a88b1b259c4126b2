import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { begin } from "../api/begin";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { More } from "../outbox/More";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { useAct } from "../shell/keys";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { Reasons } from "./Pairs";
import { pairsQuery, peopleQuery } from "./queries";
import "../styles/people.css";

/** S8: who wrote, found by the beginning of a name or a whole address; who may be one person comes first. */
export default function PeopleScreen() {
  const { t, language } = useWords();
  const zone = useZone();
  const may = useMay("tickets:read");
  const [address, setAddress] = useSearchParams();
  const q = address.get("q")?.trim().slice(0, 320) ?? "";
  const client = useQueryClient();
  if (may && !q) begin(client, pairsQuery(null));
  const list = useInfiniteQuery({ ...peopleQuery(q), enabled: may });
  const people = list.data?.pages.flatMap((page) => page.data) ?? [];
  const field = useRef<HTMLInputElement>(null);
  useAct("next", () => step(1));
  useAct("previous", () => step(-1));
  useAct("refresh", () => void list.refetch());

  function find(event: FormEvent): void {
    event.preventDefault();
    const words = field.current?.value.trim() ?? "";
    setAddress(words ? { q: words } : {});
  }

  return (
    <Main titles={[q, t("rail.people")]}>
      <header className="bar">
        <h1>{t("rail.people")}</h1>
        <span className="muted small grow">{t("people.order")}</span>
        <form role="search" className="find" onSubmit={find}>
          <Icon name="search" />
          <input
            key={q}
            ref={field}
            type="search"
            aria-label={t("people.search")}
            placeholder={t("people.search")}
            defaultValue={q}
            maxLength={320}
          />
        </form>
      </header>
      <div className="scroll">
        {!may ? (
          <div className="state">
            <h2>{t("error.forbidden")}</h2>
          </div>
        ) : list.isPending ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : list.error && !list.data ? (
          <Trouble error={list.error} retry={() => void list.refetch()} />
        ) : (
          <>
            {!q && <AllPairs />}
            {people.length === 0 ? (
              <Empty
                title={t(q ? "people.none_found" : "people.none")}
                advice={t(q ? "people.search.advice" : "people.teach")}
              />
            ) : (
              <div className="pad">
                <table className="tbl plain people" id="liste">
                  <caption className="vh">{t("rail.people")}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t("people.name")}</th>
                      <th scope="col">{t("people.points")}</th>
                      <th scope="col">{t("people.requests")}</th>
                      <th scope="col">{t("people.since")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {people.map((one) => (
                      <tr key={one.id}>
                        <th scope="row">
                          <Link to={`/personnes/${one.id}`} data-entry>
                            {shown(one.display_name) || t("inbox.no_name")}
                          </Link>
                        </th>
                        <td>
                          {one.points
                            .slice(0, 3)
                            .map((point) => shown(point.address || point.display_name))
                            .join(", ")}
                          {one.points.length > 3 && ` +${one.points.length - 3}`}
                        </td>
                        <td>{t("people.requests.of", { n: one.tickets, open: one.open_tickets })}</td>
                        <td>
                          <time dateTime={one.created_at}>{moment(one.created_at, language, zone)}</time>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <More list={list} />
          </>
        )}
      </div>
    </Main>
  );
}

/** The latest pairs of people who may be one; an agent alone decides. */
function AllPairs() {
  const { t } = useWords();
  const pairs = useQuery(pairsQuery(null)).data ?? [];
  if (pairs.length === 0) return null;
  return (
    <section className="pad" aria-labelledby="paires">
      <h2 id="paires">{t("people.pairs")}</h2>
      <p className="muted small">{t("people.pairs.means")}</p>
      <ul className="pairs">
        {pairs.map((pair) => (
          <li key={pair.id}>
            <Link to={`/personnes/${pair.contacts[0]?.id}`}>
              {pair.contacts.map((one) => shown(one.display_name)).join(t("people.and"))}
            </Link>{" "}
            <span className="tag">{t("people.score", { score: pair.score })}</span>
            <Reasons pair={pair} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>("#liste [data-entry]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}
