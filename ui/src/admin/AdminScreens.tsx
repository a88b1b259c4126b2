import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { useMe } from "../api/house";
import { useWords } from "../i18n";
import { PARTS } from "./Frame";

const ChannelsScreen = lazy(() => import("./channels/ChannelsScreen"));
const TypesScreen = lazy(() => import("./channels/TypesScreen"));
const ConnectScreen = lazy(() => import("./channels/ConnectScreen"));
const IntegratorsScreen = lazy(() => import("./integrators/IntegratorsScreen"));
const WebhookScreen = lazy(() => import("./integrators/WebhookScreen"));
const PeopleScreen = lazy(() => import("./people/PeopleScreen"));
const JournalScreen = lazy(() => import("./journal/JournalScreen"));
const ProceduresScreen = lazy(() => import("./procedures/ProceduresScreen"));
const ProcedureScreen = lazy(() => import("./procedures/ProcedureScreen"));
const EditionScreen = lazy(() => import("./procedures/EditionScreen"));
const HouseScreen = lazy(() => import("./house/HouseScreen"));
const AbsencesScreen = lazy(() => import("./absences/AbsencesScreen"));
const CannedScreen = lazy(() => import("./ready/CannedScreen"));
const MacrosScreen = lazy(() => import("./ready/MacrosScreen"));
const FieldsScreen = lazy(() => import("./fields/FieldsScreen"));
const RulesScreen = lazy(() => import("./rules/RulesScreen"));
const RetentionScreen = lazy(() => import("./retention/RetentionScreen"));
const LetterheadScreen = lazy(() => import("./letterhead/LetterheadScreen"));
const WordingsScreen = lazy(() => import("./wordings/WordingsScreen"));
const ChannelScreen = lazy(() => import("./channels/ChannelScreen"));

/** S10: the settings, each screen of its own chunk. */
export default function AdminScreens() {
  const { t } = useWords();
  return (
    <Suspense fallback={<p className="wait">{t("app.loading")}</p>}>
      <Routes>
        <Route index element={<First />} />
        <Route path="canaux" element={<ChannelsScreen />} />
        <Route path="canaux/nouveau" element={<TypesScreen />} />
        <Route path="canaux/nouveau/:type" element={<ConnectScreen />} />
        <Route path="canaux/:id" element={<ChannelScreen />} />
        <Route path="integrateurs" element={<IntegratorsScreen />} />
        <Route path="integrateurs/:id" element={<WebhookScreen />} />
        <Route path="demarches" element={<ProceduresScreen />} />
        <Route path="demarches/nouvelle" element={<EditionScreen key="new" />} />
        <Route path="demarches/:code" element={<ProcedureScreen />} />
        <Route path="demarches/:code/edition" element={<EditionScreen />} />
        <Route path="equipes" element={<PeopleScreen />} />
        <Route path="administration" element={<HouseScreen />} />
        <Route path="absences" element={<AbsencesScreen />} />
        <Route path="reponses" element={<CannedScreen />} />
        <Route path="macros" element={<MacrosScreen />} />
        <Route path="champs" element={<FieldsScreen />} />
        <Route path="automatisations" element={<RulesScreen />} />
        <Route path="conservation" element={<RetentionScreen />} />
        <Route path="papier" element={<LetterheadScreen />} />
        <Route path="courriers" element={<WordingsScreen />} />
        <Route path="journal" element={<JournalScreen />} />
        <Route path="*" element={<Navigate to="/reglages" replace />} />
      </Routes>
    </Suspense>
  );
}

/** The first of the settings somebody may see. */
function First() {
  const { scopes } = useMe();
  const part = PARTS.find((one) => scopes.includes(one.scope));
  return <Navigate to={`/reglages/${part?.to ?? "canaux"}`} replace />;
}
