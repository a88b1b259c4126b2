import { useState } from "react";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Icon, type IconName } from "../parts/Icon";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { Attachment } from "./Attachment";
import { Fate, isBad } from "./Fate";
import { gistOf } from "./gist";
import { NoteWords } from "./Mentions";
import type { Message, Outbound } from "./queries";

const ICONS: Readonly<Record<Message["direction"], IconName>> = { in: "mail", out: "send", note: "note" };

/** A message as text. Its HTML is shown only when asked for, in a frame without rights. */
export function MessageBox({ message, outbound }: { message: Message; outbound: Outbound | undefined }) {
  const { t, language } = useWords();
  const zone = useZone();
  const says = (at: string) => moment(at, language, zone);
  const who =
    shown(message.author_name || message.author_address) ||
    t(message.author_kind === "automation" ? "thread.house" : "inbox.no_name");
  const note = message.direction === "note";
  const place = placeOf(message);
  return (
    <li
      className={`msg ${message.direction}${isBad(outbound) ? " fail" : ""}`}
      data-message={message.id}
      tabIndex={-1}
      aria-label={`${t(`thread.${message.direction}`)}, ${who}, ${says(message.received_at)}`}
    >
      <span className="ico">
        <Icon name={ICONS[message.direction]} />
      </span>
      <article className="box">
        <header className="mh">
          <b>{note ? t("thread.note") : who}</b>
          <span>
            <span className="vh">{t(`thread.${message.direction}`)}. </span>
            {note ? `${who} · ${t("thread.note.never")}` : addressed(message, t("thread.to", { who: "" }))}
            {message.automatic && ` · ${t("thread.automatic")}`}
          </span>
          {message.public && (
            <b className="tag warn">
              {t("thread.public")} <span>({t("thread.public.why")})</span>
            </b>
          )}
          <time dateTime={message.received_at}>{says(message.received_at)}</time>
        </header>
        <div className="mb">
          <Words message={message} />
          {message.warnings.map((warning) => (
            <p key={warning} className="warn small">
              <Icon name="warn" /> {warning}
            </p>
          ))}
        </div>
        {message.attachments.length > 0 && (
          <div>
            {message.attachments.map((piece) => (
              <Attachment key={piece.id} piece={piece} />
            ))}
          </div>
        )}
        {outbound ? (
          <Fate outbound={outbound} />
        ) : (
          !note && (
            <footer className="mf">
              {message.claimed_at && differs(message) && (
                <span>{t("thread.claimed", { at: says(message.claimed_at) })}</span>
              )}
              {message.edited_at && <span>{t("thread.edited", { at: says(message.edited_at) })}</span>}
              {message.withdrawn_at && (
                <span className="warn">{t("thread.withdrawn", { at: says(message.withdrawn_at) })}</span>
              )}
              {place && <span>{t("thread.place", place)}</span>}
              {message.direction === "in" && (
                <a href={`/api/v1/messages/${message.id}/raw`} download>
                  {t("thread.raw")}
                </a>
              )}
            </footer>
          )
        )}
        {message.has_html && <Layout message={message} who={who} />}
      </article>
    </li>
  );
}

function Words({ message }: { message: Message }) {
  const { t } = useWords();
  if (!message.text.trim()) return <p className="muted">{t("thread.no_text")}</p>;
  if (message.direction === "note") {
    return (
      <p className="words">
        <NoteWords text={message.text} />
      </p>
    );
  }
  const gist = message.direction === "out" && message.automatic ? gistOf(message.text) : null;
  if (gist !== null) {
    return (
      <>
        <p className="words">{gist}</p>
        <details className="quote">
          <summary>{t("thread.automatic.whole")}</summary>
          <p className="words">{message.text}</p>
        </details>
      </>
    );
  }
  if (message.text_new === null || message.text_new.trim() === message.text.trim()) {
    return <p className="words">{message.text}</p>;
  }
  const quoted = message.text.split("\n").length - message.text_new.split("\n").length;
  return (
    <>
      <p className="words">{message.text_new}</p>
      <details className="quote">
        <summary>{quoted > 1 ? t("thread.quoted", { n: quoted }) : t("thread.quoted_some")}</summary>
        <p className="words">{message.text}</p>
      </details>
    </>
  );
}

/** Its own address, cleaned again by the server, without scripts, remote pictures or an origin. */
function Layout({ message, who }: { message: Message; who: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="quote" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("thread.html")}</summary>
      {open && (
        <iframe
          className="frame"
          sandbox=""
          src={`/messages/${message.id}/html`}
          title={t("thread.html.title", { who })}
        />
      )}
    </details>
  );
}

function addressed(message: Message, to: string): string {
  if (message.direction === "in") return shown(message.author_address);
  const first = message.recipients[0]?.address;
  return typeof first === "string" ? `${to}${shown(first)}` : "";
}

/** A clock that is an hour wrong is worth saying; seconds on the way are not. */
function differs(message: Message): boolean {
  return Math.abs(Date.parse(message.claimed_at ?? "") - Date.parse(message.received_at)) > 3_600_000;
}

function placeOf(message: Message): { lat: string; lon: string } | null {
  const { lat, lon } = (message.geo ?? {}) as { lat?: unknown; lon?: unknown };
  return typeof lat === "number" && typeof lon === "number"
    ? { lat: lat.toFixed(5), lon: lon.toFixed(5) }
    : null;
}
