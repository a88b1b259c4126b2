import { lazy, Suspense, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import { useAct } from "../shell/keys";

const QualifyDialog = lazy(() => import("./QualifyDialog"));

/** `q` opens the dialog on the request at hand, in a list the one whose row has the focus. */
export function QualifyKey({ ticketAtHand }: { ticketAtHand: () => string | null }) {
  const may = useMay("sve:write");
  const [ticketId, setTicketId] = useState<string | null>(null);
  useAct("qualify", may ? () => setTicketId(ticketAtHand()) : null);
  if (!ticketId) return null;
  return (
    <Suspense fallback={null}>
      <QualifyDialog ticketId={ticketId} onClose={() => setTicketId(null)} />
    </Suspense>
  );
}

/** The same dialog, on one saisine of a request. */
export function QualifyButton({
  ticketId,
  saisineId,
  primary,
}: {
  ticketId: string;
  saisineId: string;
  primary: boolean;
}) {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button
        className={primary ? "btn primary sm" : "btn sm"}
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        {t("legal.qualify")} <kbd>q</kbd>
      </button>
      {opened && (
        <Suspense fallback={null}>
          <QualifyDialog ticketId={ticketId} saisineId={saisineId} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The request whose row has the focus. */
export const rowAtHand = (): string | null =>
  document.activeElement?.closest<HTMLElement>("tr[data-ticket]")?.dataset.ticket ?? null;
