import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useMay } from "../../api/house";
import { useWords } from "../../i18n";
import type { Ticket } from "../../inbox/queries";
import { Icon } from "../../parts/Icon";

const Picker = lazy(() => import("../../parts/Picker"));
const MergeDialog = lazy(() => import("./MergeDialog"));
const SplitDialog = lazy(() => import("./SplitDialog"));
const TransferDialog = lazy(() => import("./TransferDialog"));

type Act = "merge" | "split" | "transfer";

/** What moves a request: joining it to another, parting it, handing it over to whoever is competent. */
export function Moves({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const may = useMay("tickets:write") && !ticket.merged_into;
  const mayTell = useMay("sve:write");
  const [asks, setAsks] = useState(false);
  const [act, setAct] = useState<Act | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    // What was picked is gone with its list: the focus goes back to what opened it.
    if (opened.current && !act) button.current?.focus();
    opened.current = act !== null;
  }, [act]);
  if (!may) return null;
  const close = () => setAct(null);
  const acts: readonly Act[] = mayTell ? ["merge", "split", "transfer"] : ["merge", "split"];
  return (
    <>
      <button ref={button} className="btn" type="button" aria-haspopup="dialog" onClick={() => setAsks(true)}>
        <Icon name="move" />
        {t("moves.act")}
      </button>
      <Suspense fallback={null}>
        {asks && (
          <Picker
            title={t("moves.act")}
            search={t("moves.search")}
            choices={acts.map((one) => ({
              id: one,
              words: t(`moves.${one}`),
              hint: t(`moves.${one}.hint`),
            }))}
            onPick={(id) => setAct(id as Act)}
            onClose={() => setAsks(false)}
          />
        )}
        {act === "merge" && <MergeDialog ticket={ticket} onClose={close} />}
        {act === "split" && <SplitDialog ticket={ticket} onClose={close} />}
        {act === "transfer" && <TransferDialog ticket={ticket} onClose={close} />}
      </Suspense>
    </>
  );
}
