import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Schemas } from "../api/client";
import { useZone } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { kindOf } from "./ContextPanel";

export type Preview = Schemas["ReplyPreviewOut"];

// Refusals after which the person may still be reached, at an address somebody gives.
const UNREACHED: ReadonlySet<string> = new Set(["window-closed", "no-outgoing-channel", "opted-out"]);

/** To whom an answer goes, when the person has several addresses. */
export function Addresses({
  points,
  chosen,
  choose,
}: {
  points: readonly Schemas["PointOut"][];
  chosen: string;
  choose: (id: string) => void;
}) {
  const { t } = useWords();
  if (points.length < 2) return null;
  return (
    <fieldset>
      <legend className="vh">{t("compose.channel")}</legend>
      <div className="chsel">
        <label>
          <input type="radio" name="vers" checked={!chosen} onChange={() => choose("")} />
          {t("compose.channel.auto")}
        </label>
        {points.map((point) => (
          <label key={point.id}>
            <input type="radio" name="vers" checked={chosen === point.id} onChange={() => choose(point.id)} />
            {kindOf(point.kind, t)} <small>{shown(point.address)}</small>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** How the answer would leave: by what, in how many pieces, what would be lost; or why it cannot. */
export function Leaving({
  preview,
  person,
  text,
  onTake,
}: {
  preview: UseQueryResult<Preview>;
  person: string | undefined;
  text: string;
  onTake: (text: string) => void;
}) {
  const { t, language } = useWords();
  const zone = useZone();
  const { data, error } = preview;
  return (
    <div className="small" aria-live="polite">
      {error instanceof Problem && (
        <p className="danger">
          <Icon name="warn" /> <b>{error.status === 0 ? t("error.network") : error.title}</b>
          {error.detail && t("compose.why", { why: error.detail })}{" "}
          {person && UNREACHED.has(error.code) && (
            <Link to={`/personnes/${person}`}>{t("compose.other_address")}</Link>
          )}
        </p>
      )}
      {data && !error && (
        <p className="row muted">
          {typeof data.recipient.address === "string" && (
            <span>{t("thread.to", { who: shown(data.recipient.address) })}</span>
          )}
          <span className="counter">{t("compose.characters", { n: text.length })}</span>
          {data.sms ? (
            <span className="counter">
              {t("compose.sms", { n: data.sms.segments, encoding: data.sms.encoding.toUpperCase() })}
            </span>
          ) : (
            data.parts.length > 1 && <span>{t("compose.parts", { n: data.parts.length })}</span>
          )}
          {data.window_closes_at && (
            <span className="warn">
              {t("compose.closes", { at: moment(data.window_closes_at, language, zone) })}
            </span>
          )}
          {data.once && <span className="warn">{t("compose.once")}</span>}
          {data.lost.length > 0 && (
            <span className="warn">{t("compose.lost", { what: data.lost.join(", ") })}</span>
          )}
        </p>
      )}
      {data?.sms?.plainer && (
        <p className="row">
          {t("compose.sms.plainer", { n: data.sms.plainer.segments })}
          <button className="btn sm" type="button" onClick={() => onTake(data.sms?.plainer?.text ?? text)}>
            {t("compose.sms.use")}
          </button>
        </p>
      )}
    </div>
  );
}
