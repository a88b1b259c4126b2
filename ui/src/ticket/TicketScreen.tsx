import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { Link, useParams } from "react-router";
import { useMay, useMe } from "../api/house";
import { type Fact, ticketOf, useBegun, useFacts } from "../api/live";
import { type Here, useBeingHere } from "../api/presence";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { QualifyKey } from "../qualify/QualifyKey";
import { shown } from "../text/unseen";
import { Composer } from "./Composer";
import { ContextPanel } from "./ContextPanel";
import { identifierQuery, identifierSeen } from "./identifier";
import { LegalPanel } from "./LegalPanel";
import { threadQuery, ticketQuery } from "./queries";
import { SleepBanner } from "./SleepBanner";
import { Thread } from "./Thread";
import { TicketBar, TicketTitle } from "./TicketHead";
import { askTogether } from "./together";
import { useTicketChange } from "./useTicketChange";

const TOGETHER_MS = 300;

/** S2: one request: what was said, what the law makes of it, who asks. */
export default function TicketScreen() {
  const { t } = useWords();
  const { reference = "" } = useParams();
  const client = useQueryClient();
  const me = useMe();
  const identifier = useQuery({
    ...identifierQuery(reference),
    initialData: () => identifierSeen(client, reference),
  });
  const here = useBeingHere(identifier.data?.id ?? null);
  if (identifier.data !== undefined) askTogether(client, identifier.data, me);
  const ticket = useQuery({
    ...ticketQuery(identifier.data?.id ?? ""),
    enabled: identifier.data !== undefined,
  });
  const error = identifier.error ?? ticket.error;

  if (ticket.data) return <TicketView key={ticket.data.id} ticket={ticket.data} here={here} />;
  return (
    <Main titles={[reference]}>
      {error instanceof Problem && error.status === 404 ? (
        <div className="state">
          <h1>{t("ticket.missing")}</h1>
          <p>{t("ticket.missing.advice")}</p>
          <p>
            <Link to="/boite">{t("app.to_inbox")}</Link>
          </p>
        </div>
      ) : error ? (
        <Trouble
          error={error}
          retry={() => void (identifier.error ? identifier.refetch() : ticket.refetch())}
        />
      ) : (
        <p className="wait" role="status">
          {t("ticket.loading")}
        </p>
      )}
    </Main>
  );
}

function TicketView({ ticket, here }: { ticket: Ticket; here: Here }) {
  const { t } = useWords();
  const client = useQueryClient();
  const mayRead = useMay("sve:read");
  const mayWrite = useMay("tickets:write");
  const story = useInfiniteQuery(threadQuery(ticket.id));
  const { change, busy, dialog } = useTicketChange(ticket);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  /** Reads all of the request again; a first reading under way would otherwise stand for it. */
  const reread = useCallback(() => {
    const queryKey = ["ticket", ticket.id];
    void client.cancelQueries({ queryKey }).then(() => client.invalidateQueries({ queryKey }));
  }, [client, ticket.id]);
  useFacts(
    useCallback(
      (fact: Fact) => {
        if (ticketOf(fact) !== ticket.id) return;
        if (fact.type.startsWith("draft.")) {
          void client.invalidateQueries({ queryKey: ["drafts", ticket.id] });
          return;
        }
        clearTimeout(timer.current);
        timer.current = setTimeout(reread, TOGETHER_MS);
      },
      [client, ticket.id, reread],
    ),
  );
  // What happened between the reading and the link was told to nobody.
  const begun = useBegun();
  const known = useRef(begun);
  useEffect(() => {
    if (known.current !== begun) reread();
    known.current = begun;
  }, [begun, reread]);
  const messages = story.data?.flatMap((one) => (one.message ? [one.message] : [])) ?? [];
  const lastIn = messages.filter((message) => message.direction === "in").at(-1);
  const { hasNextPage, isFetching, isError, fetchNextPage } = story;
  const further = story.data !== undefined && !lastIn && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    // An answer names the last message received: it is looked for as far back as it stands.
    if (further) void fetchNextPage();
  }, [further, fetchNextPage]);

  return (
    <Main titles={[shown(ticket.subject), ticket.reference]}>
      <TicketBar ticket={ticket} change={change} busy={busy} />
      {ticket.merged_into && (
        <p className="notice warn">
          <span className="grow">{t("ticket.merged")}</span>
          <Link to={`/dossiers/${ticket.merged_into}`}>{t("ticket.merged.go")}</Link>
        </p>
      )}
      <SleepBanner ticket={ticket} />
      <div className="ticket">
        <section aria-labelledby="fil">
          <TicketTitle ticket={ticket} change={change} />
          <Thread
            story={story.data}
            error={story.error}
            retry={() => void story.refetch()}
            before={{
              more: story.hasNextPage,
              busy: isFetching,
              coming: story.isFetchingNextPage,
              read: fetchNextPage,
            }}
          />
          {mayWrite && !ticket.merged_into && (
            <Composer
              ticket={ticket}
              lastRead={lastIn?.id ?? (story.data !== undefined && !hasNextPage ? null : undefined)}
              lastPublic={lastIn?.public ?? false}
              here={here}
            />
          )}
        </section>
        <section id="legal" aria-labelledby="h-legal" tabIndex={-1}>
          {mayRead ? (
            <LegalPanel ticket={ticket} />
          ) : (
            <>
              <div className="reg-h">
                <h2 id="h-legal">{t("legal.title")}</h2>
              </div>
              <p className="wait">{t("legal.forbidden")}</p>
            </>
          )}
        </section>
        <section aria-labelledby="h-contexte">
          <ContextPanel ticket={ticket} />
        </section>
      </div>
      <QualifyKey ticketAtHand={() => ticket.id} />
      {dialog}
    </Main>
  );
}
