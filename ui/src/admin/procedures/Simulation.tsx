import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { tenantQuery } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { Trouble } from "../../parts/Trouble";
import { civilDay, hour, longDay } from "../../text/dates";
import { isLegalDate, legalWord } from "../../ticket/legalWords";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import { type Answer, simulationQuery, type Version } from "./queries";
import { type Case, caseOf, versionOn, WAYS, type Way } from "./simulated";
import { daysOf, silenceOf } from "./words";

/** A request received on a day: the version that holds then, and each date the engine derives, with its reason and its text. */
export function Simulation({ versions }: { versions: readonly Version[] }) {
  const say = useAdmin();
  const { t, language } = useWords();
  const heading = useId();
  const tenant = useQuery(tenantQuery).data;
  const [day, setDay] = useState<string | null>(null);
  const [way, setWay] = useState<Way>("email");
  if (!tenant) return null;
  const on = day ?? civilDay(new Date(), tenant.time_zone);
  const version = on ? versionOn(versions, on) : null;
  return (
    <section className="panel stack" aria-labelledby={heading} data-simulation>
      <h2 id={heading}>{say("simulation.title")}</h2>
      <div className="form-2">
        <FormField label={say("simulation.day")}>
          {(described) => (
            <input
              {...described}
              className="input"
              type="date"
              required
              value={on}
              onChange={(event) => setDay(event.target.value)}
            />
          )}
        </FormField>
        <FormField label={say("simulation.way")}>
          {(described) => (
            <select
              {...described}
              className="select"
              value={way}
              onChange={(event) => setWay(event.target.value as Way)}
            >
              {WAYS.map((one) => (
                <option key={one} value={one}>
                  {say(`simulation.way.${one}`)}
                </option>
              ))}
            </select>
          )}
        </FormField>
      </div>
      <div className="stack" aria-live="polite">
        {!on ? (
          <p className="muted">{say("simulation.no_day")}</p>
        ) : !version ? (
          <p>{say("simulation.no_version", { day: longDay(on, language) })}</p>
        ) : (
          <>
            <p>
              <b>{silenceOf(version, { say, t })}</b>
              <br />
              <span className="small muted">{daysOf(version, { say, language })}</span>
            </p>
            {version.adds ? (
              <p>{say("simulation.adds")}</p>
            ) : (
              <Dates asked={caseOf(version, tenant, on, way)} />
            )}
          </>
        )}
      </div>
    </section>
  );
}

function Dates({ asked }: { asked: Case }) {
  const { t } = useWords();
  const say = useAdmin();
  const answer = useQuery(simulationQuery(asked));
  if (answer.error) return <Trouble error={answer.error} plain retry={() => void answer.refetch()} />;
  if (!answer.data) return <p className="muted">{t("app.loading")}</p>;
  const reasons = answer.data.reasons.filter((one) => !UNSAID.includes(one.key));
  const dates = reasons.filter((one) => isLegalDate(one.key));
  const others = reasons.filter((one) => !isLegalDate(one.key));
  return (
    <>
      <Reasons reasons={dates} part="dates" />
      {others.length > 0 && (
        <details>
          <summary>{say("simulation.grounds")}</summary>
          <Reasons reasons={others} part="grounds" />
        </details>
      )}
      <p className="small muted">
        <Icon name="law" /> {say("simulation.by_engine")}
      </p>
    </>
  );
}

// What a real request would know and this one cannot: whether somebody acknowledged it, how its file stands.
const UNSAID: readonly string[] = ["state", "alert_on", "aee_done", "are_done", "tacit_effective_from_utc"];

// Their reason says it whole; the word alone is the engine's own.
const WORDLESS: readonly string[] = ["flag", "warning", "are_mentions"];

function Reasons({ reasons, part }: { reasons: Answer["reasons"]; part: "dates" | "grounds" }) {
  const { language } = useWords();
  return (
    <dl className="reasons">
      {reasons.map((one) => (
        <div key={one.key} data-reason={one.key}>
          <dt>{legalWord(part, one.key, language)}</dt>
          <dd>
            {!WORDLESS.includes(one.key) && (
              <b>
                <Value value={one.value} />
              </b>
            )}
            <p className="small soft">
              {one.because} <cite className="law">{one.source}</cite>
            </p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

function Value({ value }: { value: unknown }) {
  const say = useAdmin();
  const { t, language } = useWords();
  if (value === null) return say("simulation.no_date");
  if (typeof value === "boolean") return t(value ? "legal.yes" : "legal.no");
  const word = String(value);
  if (DAY.test(word)) return <time dateTime={word}>{longDay(word, language)}</time>;
  // An hour of the administration's own clock: it is said as it is written.
  if (LOCAL.test(word))
    return (
      <time dateTime={word}>
        {longDay(word.slice(0, 10), language)}, {hour(`${word}:00Z`, language, "UTC")}
      </time>
    );
  return legalWord("regimes", word, language);
}
