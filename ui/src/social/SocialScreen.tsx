import { useQueries, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { beginNames } from "../api/house";
import { useWords } from "../i18n";
import { useMoved } from "../inbox/useMoved";
import { addressOf } from "../inbox/views";
import { useChannelWord } from "../parts/Channel";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { QualifyKey } from "../qualify/QualifyKey";
import { useAct } from "../shell/keys";
import { Accounts } from "./Accounts";
import { Card } from "./Card";
import { columnQuery, latest, listOf, NETWORKS } from "./queries";

/** S4: what people write on the networks, a column each; the same as one sortable list is one link away. */
export default function SocialScreen() {
  const { t } = useWords();
  const word = useChannelWord();
  const client = useQueryClient();
  beginNames(client);
  const asked = useQueries({ queries: NETWORKS.map(columnQuery) });
  const tickets = asked.flatMap((one) => one.data?.data ?? []);
  const { moved, forget } = useMoved(Math.max(...asked.map((one) => one.dataUpdatedAt)), {
    tickets,
    anew: latest,
  });
  const columns = NETWORKS.map((network, index) => ({
    network,
    tickets: asked[index]?.data?.data ?? [],
    more: asked[index]?.data?.next_cursor != null,
    error: asked[index]?.error ?? null,
    known: asked[index]?.data !== undefined,
  }));
  const shown = columns.filter((one) => one.tickets.length > 0);
  const quiet = columns.filter((one) => one.known && one.tickets.length === 0);
  const failed = columns.filter((one) => one.error && !one.known);
  const pending = asked.some((one) => one.isPending);
  const names = (list: typeof columns) => list.map((one) => word(one.network)).join(", ");
  const refresh = () => {
    forget();
    for (const key of ["social", "accounts"]) void client.invalidateQueries({ queryKey: [key] });
  };
  useAct("refresh", refresh);
  useAct("next", () => step(1));
  useAct("previous", () => step(-1));

  return (
    <Main titles={[t("rail.social")]}>
      <header className="bar">
        <h1>{t("rail.social")}</h1>
        <span className="muted small grow">
          {!pending &&
            t("social.number", { n: shown.reduce((sum, one) => sum + one.tickets.length, 0) }) +
              (shown.some((one) => one.more) ? "+" : "")}
        </span>
        <Link className="btn sm" to={addressOf(listOf(NETWORKS.join(",")))}>
          {t("social.as_list")}
        </Link>
        <button className="btn sm" type="button" onClick={refresh}>
          <Icon name="again" />
          {t("social.refresh")}
        </button>
      </header>
      <Accounts />
      {moved > 0 && (
        <button className="fresh" type="button" onClick={refresh}>
          <Icon name="up" />
          {t("inbox.fresh", { n: moved })}
        </button>
      )}
      {pending && shown.length === 0 ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : failed.length === columns.length ? (
        <Trouble error={failed[0]?.error} retry={refresh} />
      ) : shown.length === 0 ? (
        <Empty
          title={t("social.empty")}
          advice={t("social.empty.advice")}
          step={{ to: "/reglages/canaux", words: t("social.empty.step"), scope: "channels:admin" }}
        >
          {failed.length > 0 && <p role="alert">{t("social.failed", { networks: names(failed) })}</p>}
        </Empty>
      ) : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
          <section className="board" tabIndex={0} aria-label={t("rail.social")}>
            {shown.map(({ network, tickets, more }) => (
              <section key={network} className="col" aria-labelledby={`col-${network}`}>
                <header>
                  <h2 id={`col-${network}`}>
                    {t("social.column", {
                      network: word(network),
                      n: more ? `${tickets.length}+` : tickets.length,
                    })}
                  </h2>
                </header>
                <ul>
                  {tickets.map((ticket) => (
                    <Card key={ticket.id} ticket={ticket} />
                  ))}
                </ul>
                {more && (
                  <p className="loadmore">
                    <Link to={addressOf(listOf(network))}>
                      {t("social.more", { network: word(network) })}
                    </Link>
                  </p>
                )}
              </section>
            ))}
          </section>
          <footer className="foot">
            {quiet.length > 0 && t("social.quiet", { networks: names(quiet) })}{" "}
            {failed.length > 0 && <b>{t("social.failed", { networks: names(failed) })}</b>}
          </footer>
        </>
      )}
      <QualifyKey ticketAtHand={atHand} />
    </Main>
  );
}

/** The card that holds the focus. */
const atHand = (): string | null =>
  document.activeElement?.closest<HTMLElement>("[data-ticket]")?.dataset.ticket ?? null;

/** Moves the focus from card to card, down a column and then to the next. */
function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>(".post h3 a")];
  const at = links.findIndex((link) => link.closest(".post")?.contains(document.activeElement));
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}
