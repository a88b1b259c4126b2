import { useState } from "react";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { useTell } from "../parts/toasts";
import { ACTS, type Act, chooseKeys, chosenKeys, keyOf, keysAreOn, sentenceOf, turnKeys } from "./keys";

const FIXED = [
  ["Ctrl+K", "key.palette"],
  ["Ctrl+⏎", "key.send"],
  ["F1", "key.help"],
] as const;

/** The list of keys, where each may be changed and all of them switched off (WCAG 2.1.4). */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const tell = useTell();
  const [on, setOn] = useState(keysAreOn());
  const [, setVersion] = useState(0);
  const [changing, setChanging] = useState<Act | null>(null);
  const [taken, setTaken] = useState("");

  function press(act: Act, letter: string): void {
    const other = (Object.keys(ACTS) as Act[]).find(
      (one) => one !== act && keyOf(one).split(" ")[0] === letter,
    );
    if (other) {
      setTaken(t("keys.taken", { what: t(sentenceOf(other)) }));
      return;
    }
    chooseKeys({ ...chosenKeys(), [act]: letter });
    setChanging(null);
    setTaken("");
    setVersion((n) => n + 1);
  }

  return (
    <Dialog
      title={t("keys.title")}
      onClose={onClose}
      foot={
        <>
          <button
            className="btn"
            type="button"
            onClick={() => {
              chooseKeys({});
              setVersion((n) => n + 1);
            }}
          >
            {t("keys.reset")}
          </button>
          <button
            className="btn quiet"
            type="button"
            onClick={() => {
              const mine = Object.fromEntries((Object.keys(ACTS) as Act[]).map((act) => [act, keyOf(act)]));
              void navigator.clipboard?.writeText(JSON.stringify(mine)).then(() => tell(t("keys.copied")));
            }}
          >
            {t("keys.export")}
          </button>
        </>
      }
    >
      <label className="tick">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            turnKeys(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        <span>
          {t("keys.on")} <span className="muted">{t("keys.on.hint")}</span>
        </span>
      </label>
      <p className="muted small">{t("keys.kept")}</p>
      {taken && (
        <p className="danger small" role="alert">
          {taken}
        </p>
      )}
      <table className="keys">
        <tbody>
          {FIXED.map(([key, sentence]) => (
            <tr key={key}>
              <th scope="row">{t(sentence)}</th>
              <td>
                <kbd>{key}</kbd>
              </td>
            </tr>
          ))}
          {(Object.keys(ACTS) as Act[]).map((act) => (
            <tr key={act}>
              <th scope="row">{t(sentenceOf(act))}</th>
              <td>
                {changing === act ? (
                  <input
                    className="input sm"
                    autoFocus
                    maxLength={1}
                    aria-label={`${t(sentenceOf(act))} : ${t("keys.press")}`}
                    value=""
                    onChange={(event) => {
                      const letter = event.target.value.toLowerCase();
                      if (/^\p{L}$/u.test(letter)) press(act, letter);
                    }}
                    onBlur={() => setChanging(null)}
                  />
                ) : (
                  <>
                    {keyOf(act)
                      .split(" ")
                      .map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}{" "}
                    <button
                      className="btn quiet sm"
                      type="button"
                      aria-label={`${t("keys.change")} : ${t(sentenceOf(act))}`}
                      onClick={() => setChanging(act)}
                    >
                      {t("keys.change")}
                    </button>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
