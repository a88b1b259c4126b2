import { useId, useState } from "react";
import { useZone } from "../api/house";
import { type Key, useWords } from "../i18n";
import { civilDay, dayAfter } from "../text/dates";
import { heatOf, type Supposed, sayOutcome } from "./supposed";

const SUPPOSED: Readonly<Record<Supposed["supposition"], Key>> = {
  silence: "whatif.silence",
  decided: "whatif.decided",
  granted: "whatif.granted_today",
  refused: "whatif.refused_today",
  completed: "whatif.completed",
  completed_later: "whatif.completed_later",
  pieces_asked: "whatif.pieces_asked",
};

/** How many days ahead the server supposes. */
const FURTHEST = 731;

/** « Et si ? »: what the clock would become, as the server reads it, were something done today. Nothing is recorded. */
export function WhatIf({
  suppositions,
  place,
  busy,
  onDay,
}: {
  suppositions: readonly Supposed[];
  /** Which saisine of the request, where there are several: no two landmarks bear one name. */
  place: string;
  busy: boolean;
  onDay: (day: string) => void;
}) {
  const { t, language } = useWords();
  const heading = useId();
  if (suppositions.length === 0) return null;
  return (
    <section className="whatif" aria-labelledby={heading}>
      <header>
        <h3 id={heading}>
          {t("whatif.title")}
          {place && <span className="vh"> {place}</span>}
        </h3>
        <span className="muted small">{t("whatif.nothing")}</span>
      </header>
      <div className="body">
        <table aria-labelledby={heading} aria-busy={busy}>
          <tbody>
            {suppositions.map((one) => (
              <tr key={one.supposition} data-supposition={one.supposition}>
                <th scope="row">
                  {t(SUPPOSED[one.supposition])}
                  {one.received_on && <ReceivedOn day={one.received_on} onDay={onDay} />}
                  <span className="why">
                    {one.because} <cite className="law">{one.source}</cite>
                  </span>
                  {one.marks.map((mark) => (
                    <span className="why warn" key={mark.code}>
                      {mark.because} <cite className="law">{mark.source}</cite>
                    </span>
                  ))}
                </th>
                <td className={heatOf(one)}>{sayOutcome(one, t, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The day the pieces would come. One that is half typed, past or too far asks nothing: what was read last stays. */
function ReceivedOn({ day, onDay }: { day: string; onDay: (day: string) => void }) {
  const { t } = useWords();
  const told = useId();
  const today = civilDay(new Date(), useZone());
  const [typed, setTyped] = useState(day);
  const [wrong, setWrong] = useState(false);
  return (
    <span className="on">
      <label>
        <span>{t("whatif.received_on")} </span>
        <input
          className="input sm"
          type="date"
          required
          min={today}
          max={dayAfter(today, FURTHEST)}
          value={typed}
          aria-invalid={wrong}
          aria-describedby={wrong ? told : undefined}
          onChange={({ target }) => {
            setTyped(target.value);
            setWrong(!target.validity.valid);
            if (target.validity.valid) onDay(target.value);
          }}
        />
      </label>
      <span className="danger" id={told} role="status">
        {wrong && t("whatif.wrong_day")}
      </span>
    </span>
  );
}
