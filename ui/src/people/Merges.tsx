import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { CHANGED } from "./MergeDialog";
import { type Merge, mergesQuery, type Person, parted } from "./queries";

/** The merges of a person, made or undergone; one that stands is undone from whom it was made into. */
export function Merges({ person }: { person: Person }) {
  const { t, language } = useWords();
  const zone = useZone();
  const may = useMay("tickets:write");
  const tell = useTell();
  const client = useQueryClient();
  const merges = useQuery(mergesQuery(person.id));
  const { busy, error, run } = useTry(
    () => void client.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(String(queryKey[0])) }),
  );
  if (merges.error && !merges.data) return <Trouble error={merges.error} plain />;
  if (!merges.data?.length) return null;

  const undo = (merge: Merge) =>
    run(async () => {
      const { stayed } = await parted(person.id, person.version, merge.id);
      tell(stayed ? t("people.parted.stayed", { n: stayed }) : t("people.parted"));
    });

  return (
    <section className="panel" aria-labelledby="fusions">
      <h2 id="fusions">{t("people.merges")}</h2>
      <ul className="pairs">
        {merges.data.map((merge) => {
          const here = merge.target_id === person.id;
          const other = here ? merge.source_name : merge.target_name;
          return (
            <li key={merge.id}>
              {t(here ? "people.merges.here" : "people.merges.into")}{" "}
              <Link to={`/personnes/${here ? merge.source_id : merge.target_id}`}>
                {shown(other) || t("inbox.no_name")}
              </Link>
              , <time dateTime={merge.at}>{moment(merge.at, language, zone)}</time> :{" "}
              {t("people.some.points", { n: merge.points })},{" "}
              {t("people.some.requests", { n: merge.tickets })}
              <p className="muted small">{shown(merge.reason)}</p>
              {merge.undone_at ? (
                <span className="tag">
                  {t("people.merges.undone", { at: moment(merge.undone_at, language, zone) })}
                </span>
              ) : (
                here &&
                may && (
                  <button className="btn sm" type="button" disabled={busy} onClick={() => undo(merge)}>
                    {t("people.undo")}
                    <span className="vh"> {shown(other)}</span>
                  </button>
                )
              )}
            </li>
          );
        })}
      </ul>
      {error && <Trouble error={error} plain />}
    </section>
  );
}
