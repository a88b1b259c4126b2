import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n";
import { Icon } from "./Icon";

interface Toast {
  id: number;
  words: string;
  act?: { words: string; run: () => void };
}

interface Telling {
  /** Says something politely; with an act (« Défaire »), it stays half a minute. */
  tell: (words: string, act?: Toast["act"]) => void;
}

const TellingContext = createContext<Telling>({ tell: () => undefined });

export const useTell = (): Telling["tell"] => useContext(TellingContext).tell;

const SHORT = 6_000;
const LONG = 30_000;

/** The one live region of the application: it speaks politely, and never takes the focus. */
export function Toasts({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const counter = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback<Telling["tell"]>(
    (words, act) => {
      const id = ++counter.current;
      setToasts((all) => [...all.slice(-2), act ? { id, words, act } : { id, words }]);
      setTimeout(() => drop(id), act ? LONG : SHORT);
    },
    [drop],
  );
  const telling = useMemo(() => ({ tell }), [tell]);
  return (
    <TellingContext.Provider value={telling}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className="toast">
            <span className="grow">{toast.words}</span>
            {toast.act && (
              <button
                className="btn sm"
                type="button"
                onClick={() => {
                  toast.act?.run();
                  drop(toast.id);
                }}
              >
                {toast.act.words}
              </button>
            )}
            <button
              className="btn quiet icon"
              type="button"
              aria-label={t("app.close")}
              onClick={() => drop(toast.id)}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </TellingContext.Provider>
  );
}
