import { useQueries, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { tenantQuery, useMay } from "../api/house";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { shown } from "../text/unseen";
import { countQuery } from "./queries";
import { OWNERS, savedViewsQuery } from "./savedViews";
import type { View } from "./views";

const ViewsDialog = lazy(() => import("./ViewsDialog"));

/** The lists, each with the number of requests in it. */
export function ViewList({ views, current }: { views: readonly View[]; current: View }) {
  const { t } = useWords();
  const town = useQuery(tenantQuery).data;
  const saved = useQuery(savedViewsQuery);
  const [manages, setManages] = useState(false);
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
      {saved.error && <p className="muted small view">{t("views.unread")}</p>}
      {OWNERS.map((owner) => {
        const own = saved.data?.filter((view) => view.owner === owner) ?? [];
        if (own.length === 0) return null;
        return (
          <div key={owner}>
            <h2>{t(`views.of.${owner}`)}</h2>
            <div className="side-views">
              {own.map((view) => (
                <Link
                  key={view.id}
                  className="view"
                  to={`/boite?vue=${view.id}`}
                  aria-current={view.id === current.name ? "page" : undefined}
                >
                  <Icon name="star" />
                  <span className="cut">{shown(view.name)}</span>
                  {view.count !== null && (
                    <span className="n">
                      {view.more ? `${view.count}+` : view.count}
                      <span className="vh"> {t("views.files")}</span>
                    </span>
                  )}
                </Link>
              ))}
            </div>
          </div>
        );
      })}
      {saved.data && saved.data.length > 0 && (
        <button
          className="btn quiet sm"
          type="button"
          aria-haspopup="dialog"
          onClick={() => setManages(true)}
        >
          {t("views.manage")}
        </button>
      )}
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
      <Suspense fallback={null}>{manages && <ViewsDialog onClose={() => setManages(false)} />}</Suspense>
    </nav>
  );
}
