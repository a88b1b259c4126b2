import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { type Column, shifted } from "./columns";
import { useColumns } from "./useColumns";

/** Which columns, in which order. The list behind follows at once; every act is a button, none is a drag (WCAG 2.5.7). */
export default function ColumnsDialog({
  columns,
  onChoose,
  onReset,
  onClose,
  children,
}: {
  columns: readonly Column[];
  onChoose: (columns: readonly Column[]) => void;
  onReset: () => void;
  onClose: () => void;
  /** Where the choice may be kept. */
  children?: ReactNode;
}) {
  const { t } = useWords();
  const list = useRef<HTMLUListElement>(null);
  const held = useRef<{ column: Column; step: -1 | 0 | 1 } | null>(null);
  const { all, heading } = useColumns(columns, { all: true });
  const others = all.filter((column) => !columns.includes(column));

  // The hand stays on the column it moves; at an end of the list, on the other button.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order on screen is what the focus waits for
  useEffect(() => {
    if (!held.current) return;
    const { column, step } = held.current;
    held.current = null;
    const row = list.current?.querySelector(`[data-column="${column}"]`);
    const buttons = [...(row?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    const wanted = step === 0 ? row?.querySelector("input") : buttons[step < 0 ? 0 : 1];
    (wanted?.disabled ? buttons.find((button) => !button.disabled) : wanted)?.focus();
  }, [columns]);

  function choose(column: Column, step: -1 | 0 | 1): void {
    held.current = { column, step };
    if (step !== 0) onChoose(shifted(columns, column, step));
    else if (columns.includes(column)) onChoose(columns.filter((one) => one !== column));
    else onChoose([...columns, column]);
  }

  return (
    <Dialog
      title={t("columns.title")}
      onClose={onClose}
      foot={
        <>
          {children}
          <button className="btn quiet" type="button" onClick={onReset}>
            {t("columns.reset")}
          </button>
          <span className="grow" />
          <button className="btn primary" type="button" onClick={onClose}>
            {t("app.close")}
          </button>
        </>
      }
    >
      <p className="muted small">{t("columns.hint")}</p>
      <ul className="rows" ref={list}>
        {[...columns, ...others].map((column, index) => {
          const words = heading(column);
          const chosen = index < columns.length;
          return (
            <li key={column} data-column={column}>
              <label className="tick grow">
                <input
                  type="checkbox"
                  checked={chosen}
                  disabled={column === "subject"}
                  onChange={() => choose(column, 0)}
                />
                <span>{words}</span>
              </label>
              {chosen && (
                <>
                  <button
                    className="btn quiet icon"
                    type="button"
                    disabled={index === 0}
                    aria-label={t("columns.up", { name: words })}
                    onClick={() => choose(column, -1)}
                  >
                    <Icon name="up" />
                  </button>
                  <button
                    className="btn quiet icon"
                    type="button"
                    disabled={index === columns.length - 1}
                    aria-label={t("columns.down", { name: words })}
                    onClick={() => choose(column, 1)}
                  >
                    <Icon name="down" />
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
