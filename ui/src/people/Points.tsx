import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { shown } from "../text/unseen";
import { CHANGED } from "./MergeDialog";
import { PointWords } from "./PointWords";
import { attested, doubted, type Person, type Point, pointAdded, pointRemoved } from "./queries";

/** The addresses of a person with their proof; attested, doubted, taken away or added by an agent. */
export function Points({ person }: { person: Person }) {
  const { t } = useWords();
  const may = useMay("tickets:write") && person.merged_into === null;
  const tell = useTell();
  const client = useQueryClient();
  const [address, setAddress] = useState("");
  const { busy, error, run } = useTry(
    () => void client.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(String(queryKey[0])) }),
  );

  function add(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await pointAdded(person, address.trim());
      setAddress("");
      tell(t("people.point.added"));
    });
  }
  const gesture = (act: () => Promise<unknown>, words: string) => () =>
    run(async () => {
      await act();
      tell(words);
    });
  const removed = (point: Point) => () =>
    run(async () => {
      const { parted_to: apart } = await pointRemoved(person, point);
      tell(t(apart ? "people.point.parted" : "people.point.removed"));
    });

  return (
    <section className="panel" aria-labelledby="adresses">
      <h2 id="adresses">{t("people.points")}</h2>
      {person.points.length === 0 && <p className="muted">{t("people.points.none")}</p>}
      <ul className="pairs">
        {person.points.map((point) => {
          const of = <span className="vh"> {shown(point.address)}</span>;
          return (
            <li key={point.id}>
              <PointWords point={point} />
              {may && (
                <p className="row">
                  {point.verified_how ? (
                    <button
                      className="btn sm"
                      type="button"
                      disabled={busy}
                      onClick={gesture(() => doubted(person, point), t("people.doubted"))}
                    >
                      {t("people.doubt")}
                      {of}
                    </button>
                  ) : (
                    <button
                      className="btn sm"
                      type="button"
                      disabled={busy}
                      onClick={gesture(() => attested(person, point), t("people.attested"))}
                    >
                      {t("people.attest")}
                      {of}
                    </button>
                  )}
                  <button className="btn sm" type="button" disabled={busy} onClick={removed(point)}>
                    {t("people.point.remove")}
                    {of}
                  </button>
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {error && <Trouble error={error} plain />}
      {may && (
        <form className="row" onSubmit={add}>
          <div className="field grow">
            <label htmlFor="nouvelle-adresse">{t("people.point.add")}</label>
            <input
              id="nouvelle-adresse"
              className="input"
              required
              maxLength={320}
              autoComplete="off"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          </div>
          <button className="btn" type="submit" disabled={busy || !address.trim()}>
            {t("people.point.add.act")}
          </button>
        </form>
      )}
    </section>
  );
}
