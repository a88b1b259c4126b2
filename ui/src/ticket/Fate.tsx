import { Link } from "react-router";
import { useZone } from "../api/house";
import { type Key, useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { moment } from "../text/dates";
import type { Outbound } from "./queries";

const CAPTURED = "gardé dans la maison";
const BAD: readonly string[] = ["failed", "bounced", "abandoned"];

export const isBad = (outbound: Outbound | undefined): boolean =>
  outbound !== undefined && BAD.includes(outbound.state);

/** What became of something sent. One that was kept here is never said to have left, a delayed one never to be there. */
export function fateKey(outbound: Outbound): Key {
  if (outbound.state === "accepted" && outbound.delayed_at) return "out.delayed";
  if (outbound.state === "accepted" && outbound.detail?.startsWith(CAPTURED)) return "out.kept";
  return `out.${outbound.state}`;
}

export function Fate({ outbound }: { outbound: Outbound }) {
  const { t, language } = useWords();
  const zone = useZone();
  const bad = isBad(outbound);
  const why = outbound.report
    ? language === "en"
      ? outbound.report.words_en
      : outbound.report.words_fr
    : outbound.detail;
  const words = t(fateKey(outbound));
  return (
    <footer className="mf">
      {bad ? (
        <b className="danger">
          <Icon name="warn" /> {words}
        </b>
      ) : (
        <span className={outbound.state === "unknown" ? "warn" : ""}>{words}</span>
      )}
      {why && (bad || outbound.state === "unknown") && <span>{why}</span>}
      {outbound.attempts > 1 && <span>{t("out.attempts", { n: outbound.attempts })}</span>}
      {outbound.next_attempt_at && (
        <span>{t("out.next", { at: moment(outbound.next_attempt_at, language, zone) })}</span>
      )}
      {(bad || outbound.state === "unknown") && <Link to="/envois">{t("out.see")}</Link>}
    </footer>
  );
}
