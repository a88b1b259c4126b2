import { lazy, Suspense, useState } from "react";
import { useWords } from "../i18n";
import type { Saisine } from "../ticket/queries";

const LetterDialog = lazy(() => import("./LetterDialog"));

/** Opens the letters of a saisine over the request. */
export function LetterButton({ ticketId, saisine }: { ticketId: string; saisine: Saisine }) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setOpened(true)}>
        {t("legal.letter")}
      </button>
      {opened && (
        <Suspense fallback={null}>
          <LetterDialog ticketId={ticketId} saisine={saisine} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
