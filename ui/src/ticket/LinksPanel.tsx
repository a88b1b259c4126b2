import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import { Link } from "react-router";
import { actName, api, got, type Schemas } from "../api/client";
import { useMay } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { identifierQuery } from "./identifier";

type LinkOut = Schemas["LinkOut"];
type Kind = Schemas["LinkKind"];

const KINDS: readonly Kind[] = ["related", "duplicate_of", "follows"];
// What a relation is called where it was made: the other side says it the other way round.
const MADE: Readonly<Record<Schemas["Relation"], { kind: Kind; there: boolean }>> = {
  related: { kind: "related", there: false },
  duplicate_of: { kind: "duplicate_of", there: false },
  follows: { kind: "follows", there: false },
  duplicated_by: { kind: "duplicate_of", there: true },
  followed_by: { kind: "follows", there: true },
};

export const linksQuery = (id: string) =>
  queryOptions({
    queryKey: ["ticket", id, "links"],
    queryFn: async ({ signal }) => {
      const params = { path: { ticket_id: id }, query: { limit: 200 } };
      return (await got(api.GET("/api/v1/tickets/{ticket_id}/links", { params, signal }))).data;
    },
  });

/** What a request has to do with others: said, taken back; no message moves and no date changes. */
export function Links({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const id = useId();
  const client = useQueryClient();
  const tell = useTell();
  const may = useMay("tickets:write") && !ticket.merged_into;
  const links = useQuery(linksQuery(ticket.id));
  const [kind, setKind] = useState<Kind>("related");
  const [reference, setReference] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const named = useRef<{ of: string; name: string } | null>(null);

  async function run(
    act: () => Promise<unknown>,
    said: string,
    undo?: () => Promise<unknown>,
  ): Promise<boolean> {
    setBusy(true);
    setTrouble("");
    try {
      await act();
      tell(said, undo && { words: t("bulk.undo"), run: () => void run(undo, t("bulk.undone")) });
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const words = [error.status === 0 ? t("error.network") : error.title, error.detail, ...error.flaws];
      setTrouble(error.status === 404 ? t("links.unknown") : words.filter(Boolean).join(". "));
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: linksQuery(ticket.id).queryKey });
      setBusy(false);
    }
  }
  const say = (from: string, to: string, what: Kind, name: string) =>
    got(
      api.POST("/api/v1/tickets/{ticket_id}/links", {
        params: { path: { ticket_id: from }, header: { "idempotency-key": name } },
        body: { kind: what, ticket_id: to },
      }),
    );

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    const asked = reference.trim();
    if (!asked) {
      setTrouble(t("links.missing"));
      return;
    }
    // One name for one link: sent again after a lost answer, it is made once.
    const of = `${kind} ${asked}`;
    if (named.current?.of !== of) named.current = { of, name: actName() };
    const { name } = named.current;
    const done = await run(
      async () => say(ticket.id, (await client.fetchQuery(identifierQuery(asked))).id, kind, name),
      t("links.made"),
    );
    if (!done) return;
    named.current = null;
    setReference("");
  }
  const remove = (link: LinkOut) =>
    void run(
      () =>
        got(
          api.DELETE("/api/v1/tickets/{ticket_id}/links/{link_id}", {
            params: { path: { ticket_id: ticket.id, link_id: link.id } },
          }),
        ),
      t("links.removed"),
      () => {
        const { kind: what, there } = MADE[link.relation];
        const [from, to] = there ? [link.ticket.id, ticket.id] : [ticket.id, link.ticket.id];
        return say(from, to, what, actName());
      },
    );

  return (
    <div className="ctx">
      <h3>{t("links.title")}</h3>
      {links.error && <Trouble error={links.error} plain retry={() => void links.refetch()} />}
      {links.data?.length === 0 && <p className="muted small">{t("links.none")}</p>}
      <ul className="small stack-2 bare">
        {links.data?.map((link) => (
          <li key={link.id} className="row">
            <span className="grow">
              <span className="muted">{t(`links.${link.relation}`)}</span>{" "}
              <Link to={`/dossiers/${link.ticket.reference}`}>
                {shown(link.ticket.subject) || link.ticket.reference}
              </Link>{" "}
              <span className="muted">{t(`status.${link.ticket.status}`)}</span>
            </span>
            {may && (
              <button
                className="btn quiet icon"
                type="button"
                disabled={busy}
                aria-label={t("links.remove", { reference: link.ticket.reference })}
                onClick={() => remove(link)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <details className="small">
          <summary>{t("links.add")}</summary>
          <form className="stack-2" noValidate onSubmit={(event) => void add(event)}>
            <label htmlFor={`${id}-kind`}>{t("links.kind")}</label>
            <select
              id={`${id}-kind`}
              className="select sm"
              value={kind}
              onChange={(event) => setKind(event.target.value as Kind)}
            >
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`links.${one}`)}
                </option>
              ))}
            </select>
            <label htmlFor={`${id}-ref`}>{t("links.reference")}</label>
            <input
              id={`${id}-ref`}
              className="input sm"
              maxLength={40}
              aria-invalid={trouble !== ""}
              aria-describedby={trouble ? `${id}-wrong` : undefined}
              value={reference}
              onChange={(event) => setReference(event.target.value)}
            />
            <button className="btn sm" type="submit" disabled={busy}>
              <Icon name="link" />
              {t("links.add")}
            </button>
          </form>
        </details>
      )}
      {trouble && (
        <p className="danger small" role="alert" id={`${id}-wrong`}>
          {trouble}
        </p>
      )}
    </div>
  );
}
