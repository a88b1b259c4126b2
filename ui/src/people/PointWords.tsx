import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { kindKey } from "./pairs";
import type { Point } from "./queries";

/** An address, what it is, and what proves that it is this person's. */
export function PointWords({ point }: { point: Point }) {
  const { t, language } = useWords();
  const zone = useZone();
  const key = kindKey(point.kind);
  return (
    <>
      <bdi className="address">{shown(point.address || point.display_name)}</bdi>{" "}
      <span className="tag">{key ? t(key) : point.kind}</span>{" "}
      {point.verified_how ? (
        <span className="tag ok">
          {t(`people.proof.${point.verified_how}`)}
          {point.verified_at && `, ${moment(point.verified_at, language, zone)}`}
        </span>
      ) : (
        <span className="tag">{t("people.proof.none")}</span>
      )}
      {point.opted_out_at && <span className="tag warn"> {t("people.opted_out")}</span>}
    </>
  );
}
