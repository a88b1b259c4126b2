import { lazy, Suspense, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";

const SleepDialog = lazy(() => import("./SleepDialog"));

/** Sets the request aside until later. */
export function Sleep({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const ended = ticket.status === "resolved" || ticket.status === "closed";
  const may = useMay("tickets:write") && !ticket.merged_into && !ended;
  const [asks, setAsks] = useState(false);
  if (!may) return null;
  return (
    <>
      <button className="btn" type="button" aria-haspopup="dialog" onClick={() => setAsks(true)}>
        <Icon name="clock" />
        {t("sleep.act")}
      </button>
      <Suspense fallback={null}>
        {asks && <SleepDialog ticket={ticket} onClose={() => setAsks(false)} />}
      </Suspense>
    </>
  );
}
