import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { shown } from "../text/unseen";
import { peopleQuery } from "./queries";

const SHOWN = 8;

/** Finds the other person, by the beginning of a name or a whole address. */
export function OtherDialog({
  than,
  onPick,
  onClose,
}: {
  than: string;
  onPick: (id: string) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const q = useDeferredValue(typed.trim());
  const found = useInfiniteQuery({ ...peopleQuery(q), enabled: q.length > 1 });
  const people = (found.data?.pages[0]?.data ?? []).filter((one) => one.id !== than).slice(0, SHOWN);
  return (
    <Dialog title={t("people.merge.other")} onClose={onClose}>
      <div className="field">
        <label htmlFor={id}>{t("people.search")}</label>
        <input
          id={id}
          className="input"
          type="search"
          maxLength={320}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {found.error && !found.data && <Trouble error={found.error} plain />}
      <ul className="options-list">
        {people.map((one) => (
          <li key={one.id}>
            <button className="btn quiet" type="button" onClick={() => onPick(one.id)}>
              {shown(one.display_name) || t("inbox.no_name")}{" "}
              <span className="muted">{one.points.map((point) => shown(point.address)).join(", ")}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.data && people.length === 0 && <p className="muted">{t("people.none_found")}</p>}
    </Dialog>
  );
}
