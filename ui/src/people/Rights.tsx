import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { ReasonDialog } from "../parts/ReasonDialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { moment } from "../text/dates";
import { size } from "../text/sizes";
import { shown } from "../text/unseen";
import {
  copyTaken,
  exportAsked,
  exportsQuery,
  type Person,
  type Restrictions,
  restricted,
  restrictionsQuery,
} from "./queries";

const GROUNDS = ["accuracy_contested", "unlawful", "legal_claims", "objection_pending"] as const;

/** What a person may ask of their data (RGPD art. 15 to 21): answered by those who may, told to the others. */
export function Rights({ person }: { person: Person }) {
  const { t } = useWords();
  const officer = useMay("privacy:admin");
  const restrictions = useQuery(restrictionsQuery(person.id));
  const [asking, setAsking] = useState<"copy" | "restriction" | null>(null);
  return (
    <section className="panel" aria-labelledby="droits">
      <h2 id="droits">{t("people.rights")}</h2>
      {restrictions.data && <Standing restrictions={restrictions.data} />}
      {restrictions.error && !restrictions.data && <Trouble error={restrictions.error} plain />}
      {!officer ? (
        <p className="muted">
          {t("people.rights.officer")} <cite className="law">RGPD art. 12.3</cite>
        </p>
      ) : (
        <>
          <p className="row">
            <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setAsking("copy")}>
              {t("people.copy.ask")}
            </button>
            {restrictions.data && person.merged_into === null && (
              <button
                className="btn sm"
                type="button"
                aria-haspopup="dialog"
                onClick={() => setAsking("restriction")}
              >
                {t(restrictions.data.restricted ? "people.restriction.lift" : "people.restriction.set")}
              </button>
            )}
            <a className="btn sm" href={`/personnes/${person.id}/donnees`}>
              {t("people.rights.more")}
            </a>
          </p>
          <Copies person={person} />
        </>
      )}
      {asking === "copy" && <CopyDialog person={person} onClose={() => setAsking(null)} />}
      {asking === "restriction" && restrictions.data && (
        <RestrictionDialog person={person} present={restrictions.data} onClose={() => setAsking(null)} />
      )}
    </section>
  );
}

function Standing({ restrictions }: { restrictions: Restrictions }) {
  const { t, language } = useWords();
  const zone = useZone();
  const present = restrictions.restrictions.find((one) => one.lifted_at === null);
  if (!restrictions.restricted || !present) return null;
  return (
    <p className="notice warn">
      <span>
        <b>{t("people.restricted")}</b> {t(`people.ground.${present.ground}`)},{" "}
        {moment(present.since_at, language, zone)} : {shown(present.reason)}{" "}
        <cite className="law">RGPD art. 18</cite>
      </span>
    </p>
  );
}

/** The copies asked for; only who asked for one may take it. */
function Copies({ person }: { person: Person }) {
  const { t, language } = useWords();
  const zone = useZone();
  const copies = useQuery(exportsQuery(person.id));
  const { busy, error, run } = useTry();
  if (copies.error && !copies.data) return <Trouble error={copies.error} plain />;
  return (
    <ul className="pairs">
      {copies.data?.map((one) => (
        <li key={one.id}>
          {t(`people.copy.${one.state}`)},{" "}
          <time dateTime={one.asked_at}>{moment(one.asked_at, language, zone)}</time>{" "}
          {one.incomplete && <span className="tag warn">{t("people.copy.incomplete")}</span>}
          {one.state === "ready" && (
            <button
              className="btn sm"
              type="button"
              disabled={busy}
              onClick={() => run(async () => keep(await copyTaken(person.id, one.id)))}
            >
              {t("people.copy.take")} {size(one.size, language)}
            </button>
          )}
        </li>
      ))}
      {error && (
        <li>
          <Trouble error={error} plain />
        </li>
      )}
    </ul>
  );
}

/** Hands a file over to the browser's downloads. */
function keep(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = "vos-donnees.zip";
  link.click();
  URL.revokeObjectURL(address);
}

function CopyDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  return (
    <ReasonDialog
      title={t("people.copy.ask")}
      act={t("people.copy.ask.act")}
      onClose={onClose}
      onAct={async (reason, name) => {
        await exportAsked(person.id, reason, name);
        void client.invalidateQueries({ queryKey: ["person-exports", person.id] });
        tell(t("people.copy.asked"));
      }}
    >
      <p>
        {t("people.copy.means")} <cite className="law">RGPD art. 15</cite>
      </p>
    </ReasonDialog>
  );
}

function RestrictionDialog({
  person,
  present,
  onClose,
}: {
  person: Person;
  present: Restrictions;
  onClose: () => void;
}) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const [ground, setGround] = useState<(typeof GROUNDS)[number]>("accuracy_contested");
  const lifts = present.restricted;
  return (
    <ReasonDialog
      title={t(lifts ? "people.restriction.lift" : "people.restriction.set")}
      act={t(lifts ? "people.restriction.lift" : "people.restriction.set")}
      onClose={onClose}
      onAct={async (reason) => {
        await restricted(person.id, present.version, {
          restricted: !lifts,
          ...(lifts ? {} : { ground }),
          reason,
        });
        for (const key of ["restrictions", "contact", "pairs"])
          void client.invalidateQueries({ queryKey: [key] });
        tell(t(lifts ? "people.restriction.lifted" : "people.restriction.done"));
      }}
    >
      <p>
        {t("people.restriction.means")} <cite className="law">RGPD art. 18</cite>
      </p>
      {!lifts && (
        <div className="field">
          <label htmlFor="motif-limitation">{t("people.ground")}</label>
          <select
            id="motif-limitation"
            className="select"
            value={ground}
            onChange={(event) => setGround(event.target.value as typeof ground)}
          >
            {GROUNDS.map((one) => (
              <option key={one} value={one}>
                {t(`people.ground.${one}`)}
              </option>
            ))}
          </select>
        </div>
      )}
    </ReasonDialog>
  );
}
