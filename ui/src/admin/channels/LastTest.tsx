import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { useAdmin } from "../words";
import { Shape } from "./HealthMark";
import { type Channel, stepsOf } from "./health";

/** The last live test, step by step: what it went through, where it stopped, and what the provider said. */
export function LastTest({ channel }: { channel: Channel }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const check = channel.check;
  return (
    <section aria-labelledby="essai">
      <div className="row between">
        <h2 id="essai">{say("test.title")}</h2>
        {check && <span className="muted small">{moment(check.checked_at, language, zone)}</span>}
      </div>
      {check ? (
        <>
          <ol className="steps">
            {stepsOf(check).map((step) => (
              <li key={step.name} className={step.look === "none" ? "none" : undefined} data-step={step.name}>
                <span className={step.look === "bad" ? "danger" : step.look}>
                  <Shape look={step.look === "none" ? "ok" : step.look} />
                </span>
                <span>{say(`step.${step.name}`)}</span>
                <span className="muted">{say(`step.look.${step.look}`)}</span>
              </li>
            ))}
          </ol>
          <p className="small">
            <b>{say(`check.${check.state}`)}</b> {language === "fr" ? check.words : check.words_en}
          </p>
          {check.detail && (
            <p className="small muted">
              {say("test.said")} {check.detail}
            </p>
          )}
        </>
      ) : (
        <p className="small soft">{say("test.none")}</p>
      )}
    </section>
  );
}
