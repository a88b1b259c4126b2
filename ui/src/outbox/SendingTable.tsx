import { Link } from "react-router";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { fr, type Key } from "../i18n/fr";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { kindOf } from "../ticket/ContextPanel";
import { fateKey, isBad } from "../ticket/Fate";
import type { Outbound } from "../ticket/queries";
import type { Decision } from "./queries";

export type Deciding = { sending: Outbound; decision: Decision };

const SHAPES = {
  bad: "M2 2h8v8H2z",
  warn: "M6 1 11.500 11H.5z",
  ok: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z",
} as const;

/** Sendings as a table: what became of each, why, when it is tried again, and what a person may decide. */
export function SendingTable({
  caption,
  sendings,
  onDecide,
}: {
  caption: string;
  sendings: readonly Outbound[];
  onDecide: ((deciding: Deciding) => void) | null;
}) {
  const { t } = useWords();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t("outbox.col.state")}</th>
          <th scope="col">{t("outbox.col.to")}</th>
          <th scope="col">{t("outbox.col.why")}</th>
          <th scope="col">{t("outbox.col.when")}</th>
          {onDecide && <th scope="col">{t("outbox.col.acts")}</th>}
        </tr>
      </thead>
      <tbody>
        {sendings.map((sending) => (
          <Row key={sending.id} sending={sending} onDecide={onDecide} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ sending, onDecide }: { sending: Outbound; onDecide: ((deciding: Deciding) => void) | null }) {
  const { t, language } = useWords();
  const zone = useZone();
  const look = isBad(sending) ? "bad" : sending.state === "unknown" ? "warn" : "ok";
  const { address, kind } = sending.recipient as { address?: unknown; kind?: unknown };
  const who = typeof address === "string" && address ? shown(address) : t("outbox.nobody");
  const why = sending.report
    ? language === "en"
      ? sending.report.words_en
      : sending.report.words_fr
    : sending.detail;
  const purpose = `outbox.purpose.${sending.purpose}`;
  const at = sending.next_attempt_at ?? sending.settled_at ?? sending.frozen_at;
  const decide = (decision: Decision) => onDecide?.({ sending, decision });
  return (
    <tr data-sending={sending.id}>
      <td>
        <span className={`h ${look}`}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d={SHAPES[look]} />
          </svg>
          {t(fateKey(sending))}
        </span>
      </td>
      <td>
        <span className="two">
          <Link to={`/dossiers/${sending.ticket_id}`} data-row>
            {who}
          </Link>
          <span className="l2">
            {[
              purpose in fr ? t(purpose as Key) : sending.purpose,
              typeof kind === "string" && kindOf(kind, t),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
      </td>
      <td>
        {[why, sending.attempts > 1 && t("out.attempts", { n: sending.attempts })]
          .filter(Boolean)
          .join(" · ") || "—"}
      </td>
      <td>
        <time dateTime={at}>{moment(at, language, zone)}</time>
        {sending.next_attempt_at && <span className="muted"> {t("outbox.next")}</span>}
      </td>
      {onDecide && (
        <td>
          <span className="row decide">
            <button className="btn sm" type="button" onClick={() => decide("resend")}>
              {t("outbox.resend")}
            </button>
            <button className="btn sm" type="button" onClick={() => decide("mark_sent")}>
              {t("outbox.mark_sent")}
            </button>
            <button className="btn sm" type="button" onClick={() => decide("abandon")}>
              {t("outbox.abandon")}
            </button>
          </span>
        </td>
      )}
    </tr>
  );
}
