import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useOffers } from "../shell/offers";
import { shown } from "../text/unseen";
import { macrosQuery } from "./readyWords";

const Picker = lazy(() => import("../parts/Picker"));
const MacroDialog = lazy(() => import("./MacroDialog"));

/** Several acts at once on this request: one chooses, sees what each would do, then has them done, all or none. */
export function Macros({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const may = useMay("tickets:write") && !ticket.merged_into;
  const [asks, setAsks] = useState(false);
  const [chosen, setChosen] = useState("");
  const macros = useQuery({ ...macrosQuery, enabled: asks || chosen !== "" });
  const button = useRef<HTMLButtonElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    // What was picked is gone with its list: the focus goes back to what opened it.
    if (opened.current && !chosen) button.current?.focus();
    opened.current = chosen !== "";
  }, [chosen]);
  const client = useQueryClient();
  useOffers(
    may
      ? async () =>
          (await client.ensureQueryData(macrosQuery)).map((one) => ({
            id: one.id,
            words: shown(one.name),
            hint: t("macros.acts", { n: one.acts.length }),
            section: t("macros.act"),
            run: () => setChosen(one.id),
          }))
      : null,
  );
  const macro = macros.data?.find((one) => one.id === chosen);
  if (!may) return null;
  return (
    <>
      <button ref={button} className="btn" type="button" aria-haspopup="dialog" onClick={() => setAsks(true)}>
        <Icon name="acts" />
        {t("macros.act")}
      </button>
      {asks && macros.isFetching && (
        <span className="muted small" role="status">
          {t("app.loading")}
        </span>
      )}
      {asks && macros.error && !macros.isFetching && (
        <Trouble error={macros.error} plain retry={() => void macros.refetch()} />
      )}
      <Suspense fallback={null}>
        {asks && macros.data && (
          <Picker
            title={t("macros.title")}
            search={t("macros.search")}
            choices={macros.data.map((one) => ({
              id: one.id,
              words: shown(one.name),
              hint: t("macros.acts", { n: one.acts.length }),
              section: t(`ready.owner.${one.owner}`),
            }))}
            onPick={setChosen}
            onClose={() => setAsks(false)}
          />
        )}
        {macro && <MacroDialog ticket={ticket} macro={macro} onClose={() => setChosen("")} />}
      </Suspense>
    </>
  );
}
