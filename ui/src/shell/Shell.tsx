import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useState } from "react";
import { Outlet, useLocation, useNavigate } from "react-router";
import { onDoneBefore, onSessionEnd } from "../api/client";
import { meQuery, tenantQuery } from "../api/house";
import { live, useLink } from "../api/live";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { listenToKeys, useAct } from "./keys";
import { usePreferences, usePreferredScreens } from "./preferences";
import { Rail } from "./Rail";

const KeysDialog = lazy(() => import("./KeysDialog"));
const Palette = lazy(() => import("./Palette"));
const Tour = lazy(() => import("../tour/Tour"));

/** Where signing in leads back to: here. */
export const signInAddress = (): string =>
  `/connexion?expiree=1&suite=${encodeURIComponent(location.pathname + location.search)}`;

/** Waits until it is known who is here and where, then shows the rail and a screen. */
export function Shell() {
  const { t } = useWords();
  const me = useQuery(meQuery);
  useQuery(tenantQuery);
  const [over, setOver] = useState(false);
  const known = me.data !== undefined;

  useEffect(
    () =>
      onSessionEnd(() => {
        if (known) setOver(true);
        else location.replace(signInAddress().replace("expiree=1&", ""));
      }),
    [known],
  );
  const listens = me.data?.scopes.includes("events:read") ?? false;
  const presences = me.data?.scopes.includes("tickets:read") ?? false;
  // A key is told of nothing: programs read the facts.
  const notices = presences && me.data?.user_id !== null;
  useEffect(() => {
    if (!listens) return;
    live.start({ presences, notices });
    return () => live.stop();
  }, [listens, presences, notices]);
  useLayoutEffect(() => listenToKeys(), []);

  if (me.error && !(me.error instanceof Problem && me.error.status === 401)) {
    return (
      <main className="alone" aria-label={t("app.title")}>
        <Trouble error={me.error} retry={() => void me.refetch()} plain />
        <p>
          <a href="/ecran/simple">{t("app.without")}</a>
        </p>
      </main>
    );
  }
  if (!me.data) return <p className="wait">{t("app.loading")}</p>;
  return (
    <Tools>
      <Outlet />
      {over && (
        <Dialog
          title={t("session.over")}
          onClose={() => setOver(false)}
          foot={
            <a className="btn primary" href={signInAddress()}>
              {t("session.sign_in")}
            </a>
          }
        >
          <p>{t("session.over.advice")}</p>
        </Dialog>
      )}
    </Tools>
  );
}

/** The rail, the palette, the list of keys, and what the link with the server has to say. */
function Tools({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const link = useLink();
  const client = useQueryClient();
  usePreferredScreens();
  const toured = usePreferences()?.tour ?? false;
  const [shows, setShows] = useState<"keys" | "palette" | null>(null);
  const { pathname } = useLocation();

  // A new screen begins at its beginning: for a reader of screens too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is what makes a screen new
  useEffect(() => {
    document.getElementById("contenu")?.focus({ preventScroll: true });
  }, [pathname]);
  useEffect(() => onDoneBefore(() => void client.invalidateQueries()), [client]);
  useEffect(() => {
    if (link === "open") void client.invalidateQueries({ queryKey: ["ticket"] });
  }, [link, client]);
  useEffect(() => {
    function palette(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setShows("palette");
      }
    }
    document.addEventListener("keydown", palette);
    return () => document.removeEventListener("keydown", palette);
  }, []);
  useAct("help", () => setShows("keys"));
  useAct("go_inbox", () => navigate("/boite"));
  useAct("go_calendar", () => navigate("/echeances"));
  useAct("go_social", () => navigate("/reseaux"));
  useAct("go_dashboards", () => navigate("/pilotage"));
  useAct("go_search", () => {
    if (pathname === "/recherche") document.getElementById("recherche")?.focus();
    else navigate("/recherche");
  });

  return (
    <>
      <nav className="skips" aria-label={t("app.skips")}>
        <a className="skip" href="#contenu">
          {t("app.skip.content")}
        </a>
        {pathname === "/boite" && (
          <a className="skip" href="#liste">
            {t("app.skip.list")}
          </a>
        )}
        {pathname.startsWith("/dossiers/") && (
          <a className="skip" href="#reponse">
            {t("app.skip.composer")}
          </a>
        )}
      </nav>
      <div className={toured ? "house toured" : "house"}>
        <Suspense fallback={null}>{toured && <Tour />}</Suspense>
        <div className="app">
          <Rail />
          {children}
        </div>
      </div>
      {link === "broken" && (
        <p className="offline" role="status">
          <Icon name="warn" /> {t("app.offline")}
        </p>
      )}
      <Suspense fallback={null}>
        {shows === "keys" && <KeysDialog onClose={() => setShows(null)} />}
        {shows === "palette" && <Palette onClose={() => setShows(null)} />}
      </Suspense>
    </>
  );
}
