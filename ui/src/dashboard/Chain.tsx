import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { type Component, statusQuery } from "./queries";

const SHAPES = {
  ok: ["ok", "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z"],
  attention: ["warn", "M6 1 11.5 11H.5z"],
  failing: ["bad", "M2 2h8v8H2z"],
  unknown: ["", "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 1.3a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z"],
} as const;

/** How what receives, sends and watches stands, each with the sentence that founds it. */
export function Chain() {
  const { t } = useWords();
  const status = useQuery(statusQuery);
  return (
    <section className="panel" aria-labelledby="chaine">
      <h2 id="chaine">{t("dashboard.quality")}</h2>
      {status.isPending ? (
        <p className="wait" role="status">
          {t("app.loading")}
        </p>
      ) : status.error && !status.data ? (
        <Trouble error={status.error} retry={() => void status.refetch()} plain />
      ) : (
        <ul className="chain">
          {status.data.components.map((one) => (
            <Part key={one.part} of={one} />
          ))}
        </ul>
      )}
      <p>
        <a href="/etat">{t("dashboard.quality.days")}</a>
      </p>
      <p className="muted small">{t("dashboard.quality.none")}</p>
    </section>
  );
}

function Part({ of: { part, state, said } }: { of: Component }) {
  const { t } = useWords();
  const connects = useMay("channels:admin");
  const [look, shape] = SHAPES[state];
  const words = t(`dashboard.part.${part}`);
  return (
    <li>
      <span className={`h ${look}`}>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path fillRule="evenodd" d={shape} />
        </svg>
        {t(`dashboard.mark.${state}`)}
      </span>
      <b>
        {part === "sending" ? (
          <Link to="/envois">{words}</Link>
        ) : part === "channels" && connects ? (
          <Link to="/reglages/canaux">{words}</Link>
        ) : (
          words
        )}
      </b>
      <span>{said}</span>
    </li>
  );
}
