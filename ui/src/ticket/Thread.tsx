import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useAct } from "../shell/keys";
import { usePreferences } from "../shell/preferences";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { FieldTurns } from "./FieldTurns";
import { eventTitle } from "./legalWords";
import { MessageBox } from "./MessageBox";
import type { Moment, Outbound } from "./queries";

const AT_ONCE = 50;

/** What was said and done, oldest first; it opens on the last, and what came before is read when asked. */
export function Thread({
  story,
  error,
  retry,
  before,
}: {
  story: readonly Moment[] | undefined;
  error: unknown;
  retry: () => void;
  /** What the server still holds: whether there is some, whether it is on its way, and asking for it. */
  before: { more: boolean; busy: boolean; coming: boolean; read: () => unknown };
}) {
  const { t } = useWords();
  const [many, setMany] = useState(AT_ONCE);
  const sent = useMemo(() => latestByMessage(story ?? []), [story]);
  const lines = useMemo(() => (story ?? []).filter(isLine), [story]);
  useAct("previous_message", () => {
    const all = [...document.querySelectorAll<HTMLElement>("[data-message]")];
    const at = all.findIndex((one) => one === document.activeElement || one.contains(document.activeElement));
    all[at > 0 ? at - 1 : at < 0 ? all.length - 1 : 0]?.focus();
  });
  const newest = usePreferences()?.thread_order === "newest";
  // What comes at the end shows one line more: none that is being read goes away.
  const tail = useRef<string>(undefined);
  useLayoutEffect(() => {
    const was = tail.current;
    tail.current = keyOf(lines.at(-1));
    const at = was === undefined ? -1 : lines.findLastIndex((line) => keyOf(line) === was);
    const came = at < 0 ? 0 : lines.length - 1 - at;
    if (came > 0) setMany((shown) => shown + came);
  }, [lines]);
  const hidden = Math.max(0, lines.length - many);
  const whole = !before.more && hidden === 0;
  const shownLines = lines.slice(hidden);
  const oldest = shownLines.find((line) => line.message)?.message?.id;

  // Where the reader was stays where it was, and has the focus: what came is read from there upwards.
  const reading = useRef<{ id: string; top: number } | null>(null);
  const count = shownLines.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown has grown
  useLayoutEffect(() => {
    const place = reading.current;
    const line = place && lineOf(place.id);
    const thread = line?.closest<HTMLElement>(".thread");
    const focus = document.activeElement;
    reading.current = null;
    // Whoever went elsewhere meanwhile, to write, stays there.
    if (!place || !line || !thread || !(focus === document.body || thread.contains(focus))) return;
    const flows = getComputedStyle(thread).overflowY === "visible"; // on a narrow screen the page scrolls
    const pane = flows ? document.documentElement : thread;
    // The browser would rather hold the button that was pressed.
    pane.style.overflowAnchor = "none";
    line.focus({ preventScroll: true });
    pane.scrollTop += line.getBoundingClientRect().top - place.top;
    requestAnimationFrame(() => {
      pane.style.overflowAnchor = "";
    });
  }, [count]);
  const { more, busy, read } = before;
  const lacks = more && many > AT_ONCE && lines.length < many;
  useEffect(() => {
    // A reading under way is let end: the two would cancel each other.
    if (lacks && !busy && error === null) void read();
    if (!lacks && !busy) reading.current = null;
  }, [lacks, busy, error, read]);
  function earlier(): void {
    if (lacks && busy) return;
    const line = oldest && lineOf(oldest);
    reading.current = line ? { id: oldest, top: line.getBoundingClientRect().top } : null;
    if (lacks) void read();
    else setMany(many + AT_ONCE);
  }
  const loadMore = !whole && (
    <li className="loadmore">
      <button className="btn" type="button" onClick={earlier}>
        {before.coming ? t("app.loading") : t("thread.earlier")}
      </button>
      {error !== null && story && <Trouble error={error} plain />}
    </li>
  );

  return (
    <>
      <div className="reg-h">
        <h2 id="fil">{t("thread.title")}</h2>
        {story && (
          <span className="muted">
            {whole
              ? t(newest ? "thread.count_newest" : "thread.count", { n: count })
              : t("thread.last", { n: count })}
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls is reached by keyboard (WCAG 2.1.1) */}
      <div className={newest ? "thread from-top" : "thread"} role="group" aria-labelledby="fil" tabIndex={0}>
        {!story && error ? (
          <Trouble error={error} retry={retry} />
        ) : !story ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : (
          <ol>
            {!newest && loadMore}
            {lines.length === 0 && <li className="muted">{t("thread.empty")}</li>}
            {(newest ? [...shownLines].reverse() : shownLines).map((line) =>
              line.message ? (
                <MessageBox
                  key={line.message.id}
                  message={line.message}
                  outbound={sent.get(line.message.id)}
                />
              ) : (
                <Happening key={keyOf(line)} line={line} />
              ),
            )}
            {newest && loadMore}
          </ol>
        )}
      </div>
    </>
  );
}

const keyOf = (line: Moment | undefined): string | undefined =>
  line &&
  (line.message?.id ??
    `${line.kind}${line.at}${line.legal_event?.id ?? line.move?.id ?? line.satisfaction?.id ?? JSON.stringify(line.fields)}`);
const lineOf = (id: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-message="${id}"]`);

/** What is no message: an event of the law, a merge, a split, fields filled in, what the person thinks of the service. */
function Happening({ line }: { line: Moment }) {
  const { t, language } = useWords();
  const zone = useZone();
  const { legal_event: event, move, fields, satisfaction: opinion } = line;
  return (
    <li className="ev">
      <Icon name={event ? "law" : opinion ? "star" : fields ? "form" : "move"} />
      <span>
        {event && <span className={event.annulled_by ? "gone" : ""}>{eventTitle(event, language)}</span>}
        {event?.annulled_by && ` · ${t("thread.annulled")}`}
        {event?.backdated && ` · ${t("thread.backdated", { on: moment(event.recorded_at, language, zone) })}`}
        {move && (
          <Link to={`/dossiers/${move.kind === "merge" ? move.source_reference : move.target_reference}`}>
            {move.kind === "merge"
              ? t("thread.merge", { reference: move.source_reference, n: move.messages })
              : t("thread.split", { reference: move.target_reference, n: move.messages })}
          </Link>
        )}
        {fields && <FieldTurns turns={fields.changes} />}
        {opinion && t("satisfaction.story", { grade: t(`satisfaction.grade.${opinion.grade}`) })}
        {opinion?.comment && (
          <>
            {" · "}
            <q className="words">{shown(opinion.comment)}</q>
          </>
        )}
        {move?.undone_at && ` · ${t("thread.undone", { at: moment(move.undone_at, language, zone) })}`}
      </span>
      <time dateTime={line.at}>{moment(line.at, language, zone)}</time>
    </li>
  );
}

/** The reception is told by its message, and what was sent by the message it carries. */
const isLine = (line: Moment): boolean =>
  line.message !== null ||
  line.move !== null ||
  line.fields !== null ||
  line.satisfaction !== null ||
  (line.legal_event !== null && line.legal_event.type !== "received");

function latestByMessage(story: readonly Moment[]): Map<string, Outbound> {
  const sent = new Map<string, Outbound>();
  for (const { outbound } of story) if (outbound) sent.set(outbound.message_id, outbound);
  return sent;
}
