import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { shown } from "../text/unseen";
import { foundProceduresQuery, procedureQuery } from "./queries";

/** Which procedure the calendar shows: one of the catalogue, found by its words, or all. */
export function ProcedureFilter({
  code,
  onPick,
}: {
  code: string | null;
  onPick: (code: string | null) => void;
}) {
  const { t } = useWords();
  const [choosing, setChoosing] = useState(false);
  const named = useQuery({ ...procedureQuery(code ?? ""), enabled: code !== null });
  return (
    <>
      <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
        {code ? shown(named.data?.title ?? code) : t("calendar.procedures")}
        <Icon name="down" />
      </button>
      {choosing && (
        <Chooser
          onPick={(picked) => {
            setChoosing(false);
            onPick(picked);
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}

function Chooser({ onPick, onClose }: { onPick: (code: string | null) => void; onClose: () => void }) {
  const { t } = useWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const found = useQuery(foundProceduresQuery(useDeferredValue(typed.trim())));
  return (
    <Dialog title={t("inbox.filter.procedure")} onClose={onClose}>
      <div className="field">
        <label htmlFor={id}>{t("calendar.procedure.search")}</label>
        <input
          id={id}
          className="input"
          type="search"
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {found.error && !found.data && <Trouble error={found.error} retry={() => void found.refetch()} plain />}
      <ul className="options-list" aria-label={t("inbox.filter.procedure")}>
        <li>
          <button className="btn quiet" type="button" onClick={() => onPick(null)}>
            {t("calendar.procedures")}
          </button>
        </li>
        {found.data?.map((one) => (
          <li key={one.code}>
            <button className="btn quiet" type="button" onClick={() => onPick(one.code)}>
              {shown(one.title)} <span className="muted">{one.code}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.data?.length === 0 && <p className="muted">{t("picker.none")}</p>}
    </Dialog>
  );
}
