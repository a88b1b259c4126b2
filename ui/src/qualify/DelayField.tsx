import { useWords } from "../i18n";
import { UNITS, type Unit, unitKey } from "../text/periods";

/** A period other than the one the text gives: a number, and of what. */
export function DelayField({
  id,
  number,
  unit,
  onNumber,
  onUnit,
  wrong,
}: {
  id: string;
  number: string;
  unit: Unit;
  onNumber: (number: string) => void;
  onUnit: (unit: Unit) => void;
  wrong: boolean;
}) {
  const { t } = useWords();
  return (
    <fieldset className="field">
      <legend>
        {t("qualify.delay")} <span className="muted">{t("qualify.optional")}</span>
      </legend>
      <span className="hint" id={`${id}-hint`}>
        {t("qualify.delay.hint")}
      </span>
      {wrong && (
        <span className="err-m" role="alert">
          {t("qualify.delay.wrong")}
        </span>
      )}
      <span className="row">
        <input
          id={id}
          className="input sm number"
          inputMode="numeric"
          maxLength={4}
          autoComplete="off"
          aria-label={t("qualify.delay.number")}
          aria-describedby={`${id}-hint`}
          aria-invalid={wrong}
          value={number}
          onChange={(event) => onNumber(event.target.value)}
        />
        <select
          className="select sm"
          aria-label={t("qualify.delay.unit")}
          value={unit}
          onChange={(event) => onUnit(event.target.value as Unit)}
        >
          {UNITS.map((one) => (
            <option key={one} value={one}>
              {t(unitKey(one))}
            </option>
          ))}
        </select>
      </span>
    </fieldset>
  );
}
