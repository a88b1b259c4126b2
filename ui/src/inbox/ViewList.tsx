import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { tenantQuery, useMay } from "../api/house";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { shown } from "../text/unseen";
import { countQuery } from "./queries";
import type { View } from "./views";

/** The lists, each with the number of requests in it. */
export function ViewList({ views, current }: { views: readonly View[]; current: View }) {
  const { t } = useWords();
  const town = useQuery(tenantQuery).data;
  const counts = useQueries({ queries: views.map((view) => countQuery(view.wanted)) });
  const holds = useMay("intake:read");
  return (
    <nav className="side" aria-label={t("views.label")}>
      <p className="side-head">{shown(town?.name)}</p>
      <div className="side-views">
        {views.map((view, index) => {
          const counted = counts[index]?.data;
          return (
            <Link
              key={view.name}
              className="view"
              to={`/boite?vue=${view.name}`}
              aria-current={view.name === current.name ? "page" : undefined}
            >
              <Icon name={view.icon} />
              {t(view.words, view.values)}
              {counted && (
                <span className={view.hot && counted.count > 0 ? "n hot" : "n"}>
                  {counted.more ? `${counted.count}+` : counted.count}
                  <span className="vh"> {t("views.files")}</span>
                </span>
              )}
            </Link>
          );
        })}
      </div>
      <h2>{t("views.repair")}</h2>
      <div className="side-views">
        <Link className="view" to="/envois">
          <Icon name="again" />
          {t("views.undelivered")}
        </Link>
        {holds && (
          <Link className="view" to="/quarantaine">
            <Icon name="shield" />
            {t("views.quarantine")}
          </Link>
        )}
      </div>
    </nav>
  );
}
