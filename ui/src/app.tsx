import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { BrowserRouter, Link, Navigate, Route, Routes } from "react-router";
import { Problem } from "./api/problem";
import { useWords, type Words, WordsContext } from "./i18n";
import { InboxScreen } from "./inbox/InboxScreen";
import { Fallen } from "./parts/Fallen";
import { Main } from "./parts/Main";
import { Toasts } from "./parts/toasts";
import { Shell } from "./shell/Shell";

const CalendarScreen = lazy(() => import("./calendar/CalendarScreen"));
const AdminScreens = lazy(() => import("./admin/AdminScreens"));
const DashboardScreen = lazy(() => import("./dashboard/DashboardScreen"));
const HelpScreen = lazy(() => import("./help/HelpScreen"));
const NoticesScreen = lazy(() => import("./notices/NoticesScreen"));
const OutboxScreen = lazy(() => import("./outbox/OutboxScreen"));
const PeopleScreen = lazy(() => import("./people/PeopleScreen"));
const PersonScreen = lazy(() => import("./people/PersonScreen"));
const ProfileScreen = lazy(() => import("./profile/ProfileScreen"));
const QuarantineScreen = lazy(() => import("./outbox/QuarantineScreen"));
const SatisfactionScreen = lazy(() => import("./satisfaction/SatisfactionScreen"));
const SearchScreen = lazy(() => import("./search/SearchScreen"));
const SocialScreen = lazy(() => import("./social/SocialScreen"));
const TicketScreen = lazy(() => import("./ticket/TicketScreen"));

/** A refusal is an answer: only what a moment may mend is asked again. Lists change when their reader says so. */
export const newClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retry: (count, error) =>
          count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      },
      mutations: { retry: false },
    },
  });

/** Each screen is one route; all but the inbox come when they are first asked for. */
export function Screens() {
  const { t } = useWords();
  return (
    <Suspense fallback={<p className="wait">{t("app.loading")}</p>}>
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<Navigate to="/boite" replace />} />
          <Route path="aide" element={<HelpScreen />} />
          <Route path="avis" element={<NoticesScreen />} />
          <Route path="boite" element={<InboxScreen />} />
          <Route path="dossiers/:reference" element={<TicketScreen />} />
          <Route path="echeances" element={<CalendarScreen />} />
          <Route path="envois" element={<OutboxScreen />} />
          <Route path="personnes" element={<PeopleScreen />} />
          <Route path="personnes/:id" element={<PersonScreen />} />
          <Route path="pilotage" element={<DashboardScreen />} />
          <Route path="profil" element={<ProfileScreen />} />
          <Route path="quarantaine" element={<QuarantineScreen />} />
          <Route path="recherche" element={<SearchScreen />} />
          <Route path="reglages/*" element={<AdminScreens />} />
          <Route path="satisfaction" element={<SatisfactionScreen />} />
          <Route path="reseaux" element={<SocialScreen />} />
          <Route path="*" element={<Nowhere />} />
        </Route>
      </Routes>
    </Suspense>
  );
}

export function Application({ client, words }: { client: QueryClient; words: Words }) {
  return (
    <WordsContext value={words}>
      <Fallen>
        <QueryClientProvider client={client}>
          <BrowserRouter basename="/bureau">
            <Toasts>
              <Screens />
            </Toasts>
          </BrowserRouter>
        </QueryClientProvider>
      </Fallen>
    </WordsContext>
  );
}

function Nowhere() {
  const { t } = useWords();
  return (
    <Main titles={[t("app.not_found")]}>
      <div className="state">
        <h1>{t("app.not_found")}</h1>
        <p>{t("app.not_found.advice")}</p>
        <p>
          <Link to="/boite">{t("app.to_inbox")}</Link>
        </p>
      </div>
    </Main>
  );
}
