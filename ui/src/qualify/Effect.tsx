import { useQuery } from "@tanstack/react-query";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { RiskBadge } from "../parts/RiskBadge";
import { useTerm } from "../parts/Term";
import { Trouble } from "../parts/Trouble";
import { shortDay } from "../text/dates";
import { sayPeriod } from "../text/periods";
import { legalWord } from "../ticket/legalWords";
import type { Saisine } from "../ticket/queries";
import { type Asked, type Foreseen, foreseenQuery } from "./queries";

const ACKNOWLEDGED: readonly string[] = ["are_due_date", "ar_due_date"];
const NOTHING: Asked = {};

/** What a choice would change, before anything is recorded: all of it is read by the server. */
export function Effect({
  saisine,
  asked,
  dismissed,
}: {
  saisine: Saisine;
  asked: Asked | null;
  dismissed: boolean;
}) {
  const { t } = useWords();
  const foreseen = useQuery({ ...foreseenQuery(saisine, asked ?? NOTHING), enabled: asked !== null });
  return (
    <div className="stack" aria-live="polite" aria-busy={foreseen.isFetching}>
      <h3>{t("qualify.effect")}</h3>
      {dismissed ? (
        <p>{t("qualify.not.effect")}</p>
      ) : asked === null ? (
        <AsItIs saisine={saisine} />
      ) : foreseen.error ? (
        <Trouble error={foreseen.error} plain />
      ) : foreseen.data ? (
        <AsItWouldBe foreseen={foreseen.data} />
      ) : (
        <p className="muted">{t("legal.loading")}</p>
      )}
    </div>
  );
}

/** The clock as it stands. */
export function AsItIs({ saisine }: { saisine: Saisine }) {
  const { t } = useWords();
  const term = useTerm(saisine);
  return (
    <>
      <div>
        <span className="muted small">{t("qualify.term.now")}</span>
        <div className="big-day">{term.first}</div>
        <p className="small soft">{term.second}</p>
      </div>
      <p>
        <RiskBadge risk={saisine.risk} />
      </p>
      {saisine.regime === "UNKNOWN" && (
        <div className="notice warn">
          <Icon name="warn" />
          <p>{t("qualify.nothing")}</p>
        </div>
      )}
    </>
  );
}

/** The clock as it would be, and what of it changes. */
export function AsItWouldBe({
  foreseen: { before, after, pieces = [], doubt = null },
}: {
  foreseen: Pick<Foreseen, "before" | "after"> & Partial<Foreseen>;
}) {
  const { t, language } = useWords();
  const term = useTerm(after);
  const reasonOf = (...keys: string[]) => after.reasons.find((reason) => keys.includes(reason.key));
  const why = reasonOf("term_date");
  const acknowledged = reasonOf(...ACKNOWLEDGED);
  const valid = reasonOf("valid_saisine");
  return (
    <>
      <div>
        <span className="muted small">{t("qualify.term.new")}</span>
        <div className="big-day">{term.day ? <time dateTime={term.day}>{term.first}</time> : term.first}</div>
        <p className="small soft">{term.second}</p>
        {why ? (
          <p className="small soft">
            {why.because} <cite className="law">{why.source}</cite>
          </p>
        ) : (
          after.alert_because && <p className="small soft">{after.alert_because}</p>
        )}
      </div>
      <p className="row">
        <RiskBadge risk={before.risk} />
        <span aria-hidden="true">→</span>
        <span className="vh">{t("qualify.becomes")}</span>
        <RiskBadge risk={after.risk} />
      </p>
      <dl className="dl">
        <dt>{t("qualify.silence")}</dt>
        <dd>
          {legalWord("regimes", after.regime, language)}
          {after.delay && ` · ${sayPeriod(after.delay, t)}`}
        </dd>
        {acknowledged && typeof acknowledged.value === "string" && (
          <>
            <dt>{t("qualify.receipt")}</dt>
            <dd>
              {t("qualify.receipt.due", { on: shortDay(acknowledged.value.slice(0, 10), language) })}{" "}
              <cite className="law">{acknowledged.source}</cite>
            </dd>
          </>
        )}
        {valid && (
          <>
            <dt>{t("qualify.valid")}</dt>
            <dd>
              {valid.because} <cite className="law">{valid.source}</cite>
            </dd>
          </>
        )}
        {pieces.length > 0 && (
          <>
            <dt>{t("qualify.pieces")}</dt>
            <dd>
              <details>
                <summary>{t("qualify.pieces.some", { n: pieces.length })}</summary>
                <ul>
                  {pieces.map((piece) => (
                    <li key={piece}>{piece}</li>
                  ))}
                </ul>
              </details>
            </dd>
          </>
        )}
        <dt>{t("qualify.rule")}</dt>
        <dd>{[after.procedure_version, after.rules_version].filter(Boolean).join(" · ")}</dd>
      </dl>
      {doubt && (
        <div className="notice warn">
          <Icon name="warn" />
          <p>{t("qualify.doubt", { what: doubt })}</p>
        </div>
      )}
    </>
  );
}
