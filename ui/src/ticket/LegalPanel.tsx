import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { AnnulButton, AnotherButton, RecordButton } from "../legal/Recording";
import { SeparateButton } from "../legal/SeparateButton";
import { LetterButton } from "../letters/LetterButton";
import { RISK_LOOKS, type Risk, RiskBadge, RiskShape } from "../parts/RiskBadge";
import { useTerm } from "../parts/Term";
import { Trouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import { QualifyButton } from "../qualify/QualifyKey";
import { useAct } from "../shell/keys";
import { civilDay, shortDay } from "../text/dates";
import { sayPeriod } from "../text/periods";
import { shown } from "../text/unseen";
import { groundsOf, type Mark, marksOf } from "./chronology";
import { isUnserved, legalWord } from "./legalWords";
import { type Saisine, saisinesQuery } from "./queries";
import { suppositionsQuery } from "./supposed";
import { WhatIf } from "./WhatIf";

/** What the law makes of the request: the last day first, then each date with its reason and its text. */
export function LegalPanel({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const may = useMay("sve:write");
  const saisines = useQuery(saisinesQuery(ticket.id));
  const [piecesOn, setPiecesOn] = useState("");
  const supposed = useQuery(suppositionsQuery(ticket.id, useSettled(piecesOn, 300) || null));
  useAct("legal", () => document.getElementById("legal")?.focus());
  const living = saisines.data?.filter((one) => !one.dismissed && !one.joined_to) ?? [];
  const aside = saisines.data?.filter((one) => one.dismissed || one.joined_to) ?? [];
  const placed = [...living, ...aside].map((saisine, index, all) => ({
    saisine,
    place: all.length > 1 ? t("legal.several", { n: index + 1, total: all.length }) : "",
  }));
  return (
    <>
      <div className="reg-h">
        <h2 id="h-legal">{t("legal.title")}</h2>
        <kbd>l</kbd>
        <span className="end">
          {saisines.data?.[0] && (
            <a className="btn quiet sm" href={`/api/v1/saisines/${saisines.data[0].id}/evidence`} download>
              {t("legal.evidence")}
            </a>
          )}
        </span>
      </div>
      {saisines.isPending && (
        <p className="wait" role="status">
          {t("legal.loading")}
        </p>
      )}
      {saisines.error && !saisines.data && (
        <Trouble error={saisines.error} retry={() => void saisines.refetch()} />
      )}
      {saisines.data?.length === 0 && <p className="wait">{t("legal.none")}</p>}
      {placed.map(({ saisine, place }) => (
        <SaisineView key={saisine.id} saisine={saisine} ticketId={ticket.id} place={place}>
          <WhatIf
            suppositions={supposed.data?.find((one) => one.saisine_id === saisine.id)?.suppositions ?? []}
            place={place}
            busy={supposed.isFetching}
            onDay={setPiecesOn}
          />
        </SaisineView>
      ))}
      {may && saisines.data && (
        <p className="acts">
          <AnotherButton ticketId={ticket.id} />
        </p>
      )}
    </>
  );
}

function SaisineView({
  saisine,
  ticketId,
  place,
  children,
}: {
  saisine: Saisine;
  ticketId: string;
  place: string;
  children: ReactNode;
}) {
  const { t, language } = useWords();
  const zone = useZone();
  const may = useMay("sve:write");
  const term = useTerm(saisine);
  const today = civilDay(new Date(), zone);
  const marks = marksOf(saisine, today, zone, language);
  const grounds = groundsOf(saisine, language, t("legal.yes"), t("legal.no"));
  return (
    <div className="saisine">
      <div className="due">
        {place && <p className="muted small">{place}</p>}
        {saisine.asks && <p className="small">{t("legal.asks", { what: shown(saisine.asks) })}</p>}
        {saisine.dismissed ? (
          <b>{t("legal.dismissed")}</b>
        ) : saisine.joined_to ? (
          <b>{t("legal.joined")}</b>
        ) : term.day ? (
          <>
            <time className="big" dateTime={term.day}>
              {t("term.midnight", { day: shortDay(term.day, language) })}
            </time>
            <span className={`left ${term.heat === "hot" ? "danger" : term.heat === "soon" ? "warn" : ""}`}>
              {term.second}
            </span>
          </>
        ) : (
          <b>{term.first}</b>
        )}
        <p className="row small soft">
          <RiskBadge risk={saisine.risk} /> {legalWord("regimes", saisine.regime, language)} ·{" "}
          {legalWord("states", saisine.state, language)}
        </p>
        {!saisine.closed_at && saisine.events.some((one) => isUnserved(one) && !one.annulled_by) && (
          <p className="small warn">{t("legal.unserved")}</p>
        )}
        {saisine.regime === "UNKNOWN" && !saisine.dismissed && (
          <p className="small soft">{t("legal.unqualified")}</p>
        )}
        <p className="small muted">
          {[
            saisine.procedure && t("legal.procedure", { code: saisine.procedure }),
            saisine.delay && t("legal.delay", { delay: sayPeriod(saisine.delay, t) }),
            saisine.qualified_reason && t("legal.because", { why: shown(saisine.qualified_reason) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {may && saisine.joined_to && (
        <div className="acts">
          <SeparateButton saisine={saisine} />
        </div>
      )}
      {may && !saisine.joined_to && (
        <div className="acts">
          {!saisine.dismissed && !saisine.closed_at && (
            <QualifyButton
              ticketId={ticketId}
              saisineId={saisine.id}
              primary={saisine.regime === "UNKNOWN"}
            />
          )}
          <LetterButton ticketId={ticketId} saisine={saisine} />
          <RecordButton ticketId={ticketId} saisine={saisine} />
        </div>
      )}
      <h3 className="tl-h">{t("legal.chronology")}</h3>
      <ol className="tl">
        {marks.map((mark) => (
          <MarkLine key={`${mark.key}${mark.on}`} mark={mark} risk={saisine.risk}>
            {may && mark.annullable && <AnnulButton ticketId={ticketId} saisine={saisine} mark={mark} />}
          </MarkLine>
        ))}
      </ol>
      {children}
      {grounds.length > 0 && (
        <details className="grounds">
          <summary>{t("legal.derived")}</summary>
          <dl>
            {grounds.map((ground) => (
              <div key={ground.key}>
                <dt>
                  {ground.title}
                  {ground.value && ` : ${ground.value}`}
                </dt>
                <dd>
                  {ground.because} <cite className="law">{ground.source}</cite>
                </dd>
              </div>
            ))}
          </dl>
          <p className="muted">{t("legal.rules", { version: saisine.rules_version })}</p>
        </details>
      )}
    </div>
  );
}

function MarkLine({ mark, risk, children }: { mark: Mark; risk: Risk; children: ReactNode }) {
  const { t, language } = useWords();
  const shape =
    mark.key === "term_date" && (risk === "critical" || risk === "born")
      ? risk
      : mark.look === "done"
        ? "controlled"
        : mark.look === "late"
          ? "critical"
          : "none";
  return (
    <li className={mark.look === "todo" ? "todo" : undefined}>
      <span className={`shape c-${RISK_LOOKS[shape].look}`}>
        <RiskShape risk={shape} />
      </span>
      <div className="t">
        <b className={mark.annulled ? "gone" : undefined}>{mark.title}</b>
        <time dateTime={mark.on}>{shortDay(mark.on, language)}</time>
      </div>
      {mark.look === "todo" && <span className="vh">{t("legal.todo")}. </span>}
      {mark.look === "late" && <p className="danger">{t("legal.late")}</p>}
      {mark.annulled && <p className="warn">{t("thread.annulled")}</p>}
      {mark.backdatedOn && <p>{t("thread.backdated", { on: shortDay(mark.backdatedOn, language) })}</p>}
      {(mark.because || mark.source) && (
        <p>
          {mark.because} {mark.source && <cite className="law">{mark.source}</cite>}
        </p>
      )}
      {mark.remarks.map((remark) => (
        <p key={remark.because} className="warn">
          {remark.because} <cite className="law">{remark.source}</cite>
        </p>
      ))}
      {children}
    </li>
  );
}
