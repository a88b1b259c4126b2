import { lazy, Suspense, useState } from "react";
import { useWords } from "../i18n";
import type { Mark } from "../ticket/chronology";
import type { Saisine } from "../ticket/queries";

const EventDialog = lazy(() => import("./EventDialog"));
const AnotherDialog = lazy(() => import("./AnotherDialog"));
const AnnulDialog = lazy(() => import("./AnnulDialog"));

/** Opens the forms of what may be recorded of a saisine. */
export function RecordButton({ ticketId, saisine }: { ticketId: string; saisine: Saisine }) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setOpened(true)}>
        {t("legal.events")}
      </button>
      {opened && (
        <Suspense fallback={null}>
          <EventDialog ticketId={ticketId} saisine={saisine} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Beside an event of the timeline: it was recorded by mistake. */
export function AnnulButton({ ticketId, saisine, mark }: { ticketId: string; saisine: Saisine; mark: Mark }) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <p>
      <button
        className="btn quiet sm"
        type="button"
        aria-haspopup="dialog"
        aria-label={t("legal.annul.of", { what: mark.title })}
        onClick={() => setOpened(true)}
      >
        {t("legal.annul")}
      </button>
      {opened && (
        <Suspense fallback={null}>
          <AnnulDialog ticketId={ticketId} saisine={saisine} mark={mark} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </p>
  );
}

/** A message asks for something else too. */
export function AnotherButton({ ticketId }: { ticketId: string }) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button className="btn quiet sm" type="button" aria-haspopup="dialog" onClick={() => setOpened(true)}>
        {t("legal.another")}
      </button>
      {opened && (
        <Suspense fallback={null}>
          <AnotherDialog ticketId={ticketId} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
