import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { teamsQuery, useMay, useMe, useZone } from "../api/house";
import { useListPresence } from "../api/presence";
import { Problem } from "../api/problem";
import type { Over } from "../bulk/acts";
import { useWords } from "../i18n";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { refusalWords } from "../parts/refusalWords";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { QualifyKey, rowAtHand } from "../qualify/QualifyKey";
import { useAct } from "../shell/keys";
import { usePreferences, useSavePreferences } from "../shell/preferences";
import { civilDay } from "../text/dates";
import { columnsOf, sameColumns, USUAL, withColumns } from "./columns";
import { FilterBar } from "./FilterBar";
import { rememberList } from "./lastList";
import { firstOf, ticketsQuery } from "./queries";
import { changeView, filterOf, isSame, mayKeep, savedViewsQuery, viewOf } from "./savedViews";
import { TicketTable } from "./TicketTable";
import { useMoved } from "./useMoved";
import { useRows } from "./useRows";
import { ViewList } from "./ViewList";
import { type View, viewsOf, wantedOf, withFilter, withSort } from "./views";

/** The views in which a new house sees that nothing has come yet. */
const FIRST_VIEWS = new Set(["echeances", "activite"]);
const BulkBar = lazy(() => import("../bulk/BulkBar"));
const BulkProgress = lazy(() => import("../bulk/BulkProgress"));
const ColumnsDialog = lazy(() => import("./ColumnsDialog"));
const ExportDialog = lazy(() => import("./ExportDialog"));
const TourOffer = lazy(() => import("../tour/TourOffer"));
const SaveViewDialog = lazy(() => import("./SaveViewDialog"));

/** S1: what waits, sorted by what silence would decide first. */
export function InboxScreen() {
  const { t } = useWords();
  const me = useMe();
  const may = useMay("tickets:write");
  const zone = useZone();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [address, setAddress] = useSearchParams();
  const teams = useQuery(teamsQuery).data;
  // Eight days from today: `term_before` leaves its own day out.
  const week = civilDay(new Date(Date.now() + 8 * 86_400_000), zone);
  const views = useMemo(() => viewsOf(me, teams ?? [], week), [me, teams, week]);
  const saved = useQuery(savedViewsQuery);
  const asked = address.get("vue") ?? "";
  const ofSaved = saved.data?.find((one) => one.id === asked);
  const view: View = ofSaved ? viewOf(ofSaved) : (views.find((one) => one.name === asked) ?? views[0]);
  const settled = !asked.startsWith("vue_") || !saved.isPending;
  const lost = asked.startsWith("vue_") && saved.data !== undefined && !ofSaved;
  const wanted = wantedOf(address, view);
  const byTerm = wanted.sort === "term_on";
  const ofView = view.saved?.columns ?? [];
  const likes = usePreferences();
  const save = useSavePreferences();
  const columns = columnsOf(address, ofView, likes?.columns ?? []);
  const differs =
    view.saved !== undefined &&
    mayKeep(me, view.saved.owner, view.saved.team_id) &&
    !(
      isSame(wanted, view.wanted) &&
      sameColumns(columns, columnsOf(new URLSearchParams(), ofView, likes?.columns ?? []))
    );
  const tell = useTell();
  const [shows, setShows] = useState<"columns" | "save" | "export" | null>(null);

  // Before what stands around it: a render is before every effect, and a browser has six questions under way at most.
  const isNew = client.getQueryState(ticketsQuery(wanted).queryKey) === undefined;
  if (settled && isNew) void client.prefetchInfiniteQuery(ticketsQuery(wanted));
  const list = useInfiniteQuery({ ...ticketsQuery(wanted), enabled: settled });
  const whole = FIRST_VIEWS.has(view.name) && !wanted.q;
  const tickets = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  useListPresence(useMemo(() => tickets.map((ticket) => ticket.id), [tickets]));
  const dense = likes?.density === "tight";
  const { moved, forget } = useMoved(list.dataUpdatedAt, { tickets, anew: () => firstOf(wanted) });
  const { ticked, tick, tickAll, clear } = useRows(tickets, may);
  const name = t(view.words, view.values);
  const [wholeView, setWholeView] = useState(false);
  const allTicked = tickets.length > 0 && tickets.every((ticket) => ticked.has(ticket.id));
  // A view by term leaves out what has none; a filter cannot say so: it is acted on by what is ticked alone.
  const canTakeAll = !byTerm && allTicked && list.hasNextPage;
  const takesAll = wholeView && canTakeAll;
  useEffect(() => {
    if (!allTicked) setWholeView(false);
  }, [allTicked]);
  const over: Over = takesAll ? { filter: filterOf(wanted) } : { ids: [...ticked] };

  const search = address.toString();
  useEffect(() => {
    rememberList(
      search,
      tickets.map((ticket) => ticket.reference),
    );
  }, [search, tickets]);

  /** Counts again what the views hold. */
  function recount(): void {
    void client.invalidateQueries({ queryKey: ["count"] });
    void client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
  }
  async function refresh(): Promise<void> {
    forget();
    await client.resetQueries({ queryKey: ["tickets", wanted] });
    recount();
  }
  /** What one did oneself is shown at once; the rows stay, and the focus in them. */
  function reread(): void {
    forget();
    void client.invalidateQueries({ queryKey: ["tickets"] });
    recount();
  }
  function untick(): void {
    setWholeView(false);
    clear();
    document.getElementById("contenu")?.focus({ preventScroll: true }); // the bar is gone, with its buttons
  }
  async function keep(change: Parameters<typeof save>[0]): Promise<void> {
    try {
      await save(change);
      tell(t("ticket.saved"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    }
  }
  /** Keeps what the list became in its view; one changed by somebody else since is shown again, and nothing is lost here. */
  async function update(): Promise<void> {
    if (!view.saved) return;
    try {
      await changeView(view.saved, { filter: filterOf(wanted), sort: wanted.sort, columns: [...columns] });
      await client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
      setAddress({ vue: view.name });
      tell(t("views.saved", { name: view.saved.name }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(
        error.status === 412 ? t("views.changed") : [error.title, error.detail].filter(Boolean).join(". "),
      );
      void client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
    }
  }
  useAct("refresh", moved > 0 ? () => void refresh() : null);
  const searching = useRef<HTMLInputElement>(null);

  function find(event: FormEvent): void {
    event.preventDefault();
    const words = searching.current?.value.trim() ?? "";
    if (/^\d{2}-\d{6}-[A-Z0-9]$/i.test(words)) navigate(`/dossiers/${words.toUpperCase()}`);
    else setAddress(withFilter(words ? withSort(address, "-last_activity_at") : address, view, "q", words));
  }

  return (
    <>
      <ViewList views={views} current={view} />
      <Main titles={[name, t("inbox.title")]} beside>
        <header className="bar">
          <h1>{name}</h1>
          <span className="muted small grow">
            {list.data && t(list.hasNextPage ? "inbox.shown" : "inbox.shown_all", { n: tickets.length })}
          </span>
          <form role="search" className="find" onSubmit={find}>
            <Icon name="search" />
            <input
              key={wanted.q ?? ""}
              ref={searching}
              id="chercher"
              type="search"
              aria-label={t("inbox.search.label")}
              placeholder={t("inbox.search")}
              defaultValue={wanted.q ?? ""}
              maxLength={200}
            />
          </form>
          {may && (
            <a className="btn primary" href="/nouvelle-demande">
              <Icon name="plus" />
              {t("inbox.new")}
            </a>
          )}
        </header>
        <FilterBar
          view={view}
          wanted={wanted}
          dense={dense}
          onDense={() => void keep({ density: dense ? "normal" : "tight" })}
        >
          {differs && (
            <button className="btn quiet sm" type="button" onClick={() => void update()}>
              <Icon name="star" />
              {t("views.update")}
            </button>
          )}
          <button
            className="btn quiet sm"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setShows("save")}
          >
            <Icon name="star" />
            {t(view.saved ? "views.save_as" : "views.save")}
          </button>
          <button
            className="btn quiet sm"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setShows("columns")}
          >
            <Icon name="columns" />
            {t("columns.title")}
          </button>
          <button
            className="btn quiet sm"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setShows("export")}
          >
            <Icon name="file" />
            {t("export.open")}
          </button>
        </FilterBar>
        {lost && <p className="notice warn">{t("views.lost", { view: name })}</p>}
        {moved > 0 && (
          <button className="fresh" type="button" onClick={() => void refresh()}>
            <Icon name="up" />
            {t("inbox.fresh", { n: moved })}
          </button>
        )}
        <div className="scroll" id="liste">
          {list.isPending ? (
            <p className="wait" role="status">
              {t("app.loading")}
            </p>
          ) : list.error && !list.data ? (
            <Trouble error={list.error} retry={() => void list.refetch()} />
          ) : tickets.length === 0 ? (
            <Empty
              title={t(wanted.q ? "inbox.empty.search" : "inbox.empty")}
              advice={t(whole ? "inbox.teach" : "inbox.empty.advice")}
              {...(whole && {
                step: { to: "/reglages/canaux", words: t("inbox.step"), scope: "channels:admin" },
              })}
            >
              {byTerm && <p className="muted">{t("inbox.only_terms")}</p>}
              <Suspense fallback={null}>
                <TourOffer />
              </Suspense>
            </Empty>
          ) : (
            <>
              <TicketTable
                caption={t(byTerm ? "inbox.caption.term" : "inbox.caption.activity", { view: name })}
                tickets={tickets}
                columns={columns}
                byTerm={byTerm}
                may={may}
                ticks={{ ticked, tick, tickAll }}
                onSort={(term) => setAddress(withSort(address, term ? "term_on" : "-last_activity_at"))}
              />
              {list.error && <Trouble error={list.error} retry={() => void list.fetchNextPage()} />}
              {list.hasNextPage && !list.error && (
                <p className="loadmore">
                  <button
                    className="btn"
                    type="button"
                    disabled={list.isFetchingNextPage}
                    onClick={() => void list.fetchNextPage()}
                  >
                    {list.isFetchingNextPage ? t("app.loading") : t("inbox.following")}
                  </button>
                </p>
              )}
            </>
          )}
        </div>
        <QualifyKey ticketAtHand={rowAtHand} />
        <Suspense fallback={null}>
          {may && <BulkProgress onEnded={reread} />}
          {ticked.size > 0 && (
            <BulkBar
              tickets={tickets.filter((ticket) => ticked.has(ticket.id))}
              over={over}
              whole={canTakeAll && !takesAll ? () => setWholeView(true) : null}
              onClear={untick}
              onChanged={reread}
            />
          )}
        </Suspense>
        <Suspense fallback={null}>
          {shows === "columns" && (
            <ColumnsDialog
              columns={columns}
              onChoose={(chosen) => setAddress(withColumns(address, chosen), { replace: true })}
              onReset={() => setAddress(withColumns(address, []), { replace: true })}
              onClose={() => setShows(null)}
            >
              {likes && (
                <button className="btn" type="button" onClick={() => void keep({ columns: [...columns] })}>
                  {t("columns.keep")}
                </button>
              )}
            </ColumnsDialog>
          )}
          {shows === "export" && (
            <ExportDialog wanted={wanted} columns={columns} onClose={() => setShows(null)} />
          )}
          {shows === "save" && (
            <SaveViewDialog
              wanted={wanted}
              columns={columns === USUAL ? [] : columns}
              onSaved={(one) => setAddress({ vue: one.id })}
              onClose={() => setShows(null)}
            />
          )}
        </Suspense>
        <footer className="foot">{byTerm ? t("inbox.only_terms") : t("inbox.sort.activity")}</footer>
      </Main>
    </>
  );
}
