import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { type Choice, DISMISSALS, keyOf, REGIMES } from "./choice";
import { ProcedureOption } from "./ProcedureOption";
import { type Dismissal, type Proposed, proceduresQuery } from "./queries";

const LEAST_LETTERS = 2;

/** What may be chosen: the procedures proposed, any other of the catalogue, the effect of silence itself, or nothing asked. */
export function Choices({
  proposals,
  error,
  retry,
  choice,
  onChoose,
  dismissal,
  onDismissal,
  dismissalId,
  dismissalMissing,
}: {
  proposals: readonly Proposed[] | undefined;
  error: unknown;
  retry: () => void;
  choice: Choice | null;
  onChoose: (choice: Choice) => void;
  dismissal: Dismissal | "";
  onDismissal: (reason: Dismissal | "") => void;
  dismissalId: string;
  dismissalMissing: boolean;
}) {
  const { t } = useWords();
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const searches = wanted.length >= LEAST_LETTERS;
  const found = useQuery({ ...proceduresQuery(wanted), enabled: searches });
  const key = choice && keyOf(choice);
  const proposed = new Set(proposals?.map((one) => one.code));
  // What was chosen among others stays shown, whatever is searched next.
  const kept = choice?.by === "procedure" && !proposed.has(choice.procedure.code) ? [choice.procedure] : [];
  const others = [
    ...kept,
    ...(searches ? (found.data ?? []) : []).filter(
      (one) => !proposed.has(one.code) && one.code !== kept[0]?.code,
    ),
  ];
  const option = (procedure: Proposed) => (
    <ProcedureOption
      key={procedure.code}
      procedure={procedure}
      chosen={key === `procedure:${procedure.code}`}
      onChoose={() => onChoose({ by: "procedure", procedure })}
    />
  );

  return (
    <div className="stack">
      <fieldset>
        <legend>
          <b>{t("qualify.proposals")}</b> <span className="muted">{t("qualify.proposals.hint")}</span>
        </legend>
        {error && !proposals ? (
          <Trouble error={error} plain retry={retry} />
        ) : proposals === undefined ? (
          <p className="muted small" role="status">
            {t("qualify.proposals.wait")}
          </p>
        ) : proposals.length === 0 ? (
          <p className="muted small">{t("qualify.proposals.none")}</p>
        ) : (
          proposals.map(option)
        )}
      </fieldset>
      <fieldset>
        <legend className="vh">{t("qualify.other")}</legend>
        <div className="field">
          <label htmlFor="demarche">{t("qualify.other")}</label>
          <input
            id="demarche"
            className="input"
            type="search"
            autoComplete="off"
            maxLength={200}
            placeholder={t("qualify.other.example")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.preventDefault(); // searching is no qualifying
            }}
          />
        </div>
        {found.error && searches && <Trouble error={found.error} plain retry={() => void found.refetch()} />}
        <div className="found">{others.map(option)}</div>
        {searches && found.data?.length === 0 && <p className="muted small">{t("qualify.other.none")}</p>}
      </fieldset>
      <details open={choice?.by === "regime" || undefined}>
        <summary>{t("qualify.self")}</summary>
        <fieldset className="stack-2">
          <legend className="vh">{t("qualify.self")}</legend>
          {REGIMES.map((regime) => (
            <label key={regime} className="tick">
              <input
                type="radio"
                name="qualification"
                checked={key === regime}
                onChange={() => onChoose({ by: "regime", regime })}
              />
              <span>{t(`qualify.regime.${regime}`)}</span>
            </label>
          ))}
        </fieldset>
      </details>
      <details open={choice?.by === "dismissal" || undefined}>
        <summary>{t("qualify.not")}</summary>
        <div className="stack-2">
          <label className="tick">
            <input
              type="radio"
              name="qualification"
              checked={key === "dismissal"}
              onChange={() => onChoose({ by: "dismissal" })}
            />
            <span>{t("qualify.not.say")}</span>
          </label>
          <div className="field">
            <label htmlFor={dismissalId}>{t("qualify.not.why")}</label>
            {dismissalMissing && (
              <span className="err-m" role="alert">
                {t("qualify.not.missing")}
              </span>
            )}
            <select
              id={dismissalId}
              className="select"
              aria-invalid={dismissalMissing}
              value={dismissal}
              onChange={(event) => {
                onDismissal(event.target.value as Dismissal | "");
                onChoose({ by: "dismissal" });
              }}
            >
              <option value="">—</option>
              {DISMISSALS.map((one) => (
                <option key={one} value={one}>
                  {t(`qualify.not.${one}`)}
                </option>
              ))}
            </select>
          </div>
        </div>
      </details>
    </div>
  );
}
