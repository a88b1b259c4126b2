import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { shown } from "../text/unseen";
import { MergeDialog } from "./MergeDialog";
import { OtherDialog } from "./OtherDialog";
import { otherOf } from "./pairs";
import { dismissed, type Pair, type Person, pairsQuery } from "./queries";

/** Why two people may be one, the heaviest first. */
export function Reasons({ pair }: { pair: Pair }) {
  const { t } = useWords();
  return (
    <ul className="small soft">
      {pair.reasons.map((reason) => (
        <li key={`${reason.code}${reason.value}${reason.place}`}>
          {t(`people.reason.${reason.code}`)}
          {reason.place && `, ${t(`people.place.${reason.place}`)}`}
          {reason.value && ` : ${shown(reason.value)}`}{" "}
          <span className="muted">{t("people.weight", { n: reason.weight })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whom a person may be as well: compared and merged, or said to be somebody else. */
export function Pairs({ person }: { person: Person }) {
  const { t } = useWords();
  const may = useMay("tickets:write");
  const tell = useTell();
  const client = useQueryClient();
  const pairs = useQuery(pairsQuery(person.id));
  const [beside, setBeside] = useState<string | null>(null);
  const [searching, setSearching] = useState(false);
  const { busy, error, run } = useTry(() => void client.invalidateQueries({ queryKey: ["pairs"] }));
  return (
    <section className="panel" aria-labelledby="paires">
      <h2 id="paires">{t("people.maybe")}</h2>
      {pairs.error && !pairs.data && <Trouble error={pairs.error} retry={() => void pairs.refetch()} plain />}
      {pairs.data?.length === 0 && <p className="muted">{t("people.maybe.none")}</p>}
      <ul className="pairs">
        {pairs.data?.map((pair) => {
          const other = otherOf(pair, person.id);
          if (!other) return null;
          return (
            <li key={pair.id}>
              <Link to={`/personnes/${other.id}`}>{shown(other.display_name) || t("inbox.no_name")}</Link>{" "}
              <span className="tag">{t("people.score", { score: pair.score })}</span>
              <Reasons pair={pair} />
              {may && (
                <p className="row">
                  <button
                    className="btn sm primary"
                    type="button"
                    aria-haspopup="dialog"
                    onClick={() => setBeside(other.id)}
                  >
                    {t("people.compare")}
                    <span className="vh"> {shown(other.display_name)}</span>
                  </button>
                  <button
                    className="btn sm"
                    type="button"
                    disabled={busy}
                    onClick={() =>
                      run(async () => {
                        await dismissed(pair.id);
                        tell(t("people.two.told"));
                      })
                    }
                  >
                    {t("people.two")}
                    <span className="vh"> {shown(other.display_name)}</span>
                  </button>
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {error && <Trouble error={error} plain />}
      {may && (
        <p>
          <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setSearching(true)}>
            {t("people.merge.other")}
          </button>
        </p>
      )}
      {searching && (
        <OtherDialog
          than={person.id}
          onPick={(id) => {
            setSearching(false);
            setBeside(id);
          }}
          onClose={() => setSearching(false)}
        />
      )}
      {beside && <MergeDialog person={person} otherId={beside} onClose={() => setBeside(null)} />}
    </section>
  );
}
