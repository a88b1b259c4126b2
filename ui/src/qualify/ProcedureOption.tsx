import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { sayPeriod } from "../text/periods";
import { legalWord } from "../ticket/legalWords";
import type { Proposed } from "./queries";

/** One procedure to choose, with what silence means there and the words that led to it. */
export function ProcedureOption({
  procedure,
  chosen,
  onChoose,
}: {
  procedure: Proposed;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t, language } = useWords();
  const { code, title, effect, delay, certainty, words, competent } = procedure;
  return (
    <label className="opt">
      <input type="radio" name="qualification" checked={chosen} onChange={onChoose} />
      <span>
        <b>{title}</b> <span className="muted">{code}</span>
      </span>
      <span className={certainty === "read" ? "tag" : "tag warn"}>{t(`qualify.certainty.${certainty}`)}</span>
      <span className="why">
        {legalWord("regimes", effect, language)}
        {delay && `, ${sayPeriod(delay, t)}`}.{" "}
        {words.length > 0 &&
          t("qualify.words", { words: words.map((word) => `«\u00a0${word}\u00a0»`).join(", ") })}
        {!competent && (
          <span className="warn">
            {" "}
            <Icon name="warn" /> {t("qualify.elsewhere")} <cite className="law">CRPA L114-2</cite>
          </span>
        )}
      </span>
    </label>
  );
}
