import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { api, got } from "../api/client";
import { useMe } from "../api/house";
import { useSavePreferences } from "../shell/preferences";
import { type Step, stepsFor } from "./steps";
import { useShown } from "./useShown";
import { useTourWords } from "./words";

/** The reference of the request whose term is nearest; where none has one, the one that moved last. */
const requestQuery = queryOptions({
  queryKey: ["tour", "request"],
  queryFn: async ({ signal }) => {
    const first = async (sort: "term_on" | "-last_activity_at") => {
      const page = await got(
        api.GET("/api/v1/tickets", {
          params: { query: { sort, status: "new,open,waiting", limit: 1 } },
          signal,
        }),
      );
      return page.data[0]?.reference;
    };
    return (await first("term_on")) ?? (await first("-last_activity_at")) ?? null;
  },
  staleTime: 60_000,
});

/** The tour: beside the screens, which go on working; it leads from one to the next and changes nothing. */
export default function Tour() {
  const say = useTourWords();
  const navigate = useNavigate();
  const save = useSavePreferences();
  const { scopes } = useMe();
  const steps = stepsFor(scopes);
  const [number, setNumber] = useState(0);
  const request = useQuery({ ...requestQuery, enabled: scopes.includes("tickets:read") }).data;
  const { pathname } = useLocation();
  const leads = useRef<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const step: Step = steps[number] ?? { name: "welcome" };
  const last = number === steps.length - 1;
  useShown(step.shows);

  // A new screen takes the focus to its beginning: the tour, if it led there, takes it back once that is done.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step may stay on its screen
  useEffect(() => {
    if (leads.current !== pathname) return;
    leads.current = null;
    const frame = requestAnimationFrame(() => heading.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, [number, pathname]);

  function go(to: number): void {
    const next = steps[to];
    const address = next?.request ? request && `/dossiers/${request}` : next?.at;
    leads.current = address?.replace(/\?.*/, "") ?? pathname;
    setNumber(to);
    if (address) navigate(address);
  }
  function leave(): void {
    document.getElementById("contenu")?.focus({ preventScroll: true });
    void save({ tour: false });
  }

  return (
    <section className="tour" aria-labelledby="h-visite">
      <div className="grow stack">
        <h2 id="h-visite" tabIndex={-1} ref={heading}>
          {number > 0 && <span className="muted">{say("of", { n: number, of: steps.length - 1 })} : </span>}
          {say(step.name)}
        </h2>
        <p>
          {say(`${step.name}.is`)}
          {step.request && request === null && say("nothing.is")}
          {number === 0 && <span className="muted"> {say("later")}</span>}
        </p>
      </div>
      <div className="row">
        {number > 0 && (
          <button className="btn" type="button" onClick={() => go(number - 1)}>
            {say("back")}
          </button>
        )}
        <button className="btn primary" type="button" onClick={() => (last ? leave() : go(number + 1))}>
          {say(number === 0 ? "begin" : last ? "end" : "next")}
        </button>
        {!last && (
          <button className="btn quiet" type="button" onClick={leave}>
            {say("skip")}
          </button>
        )}
      </div>
    </section>
  );
}
