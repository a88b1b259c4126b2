import { lazy, Suspense, useState } from "react";
import { useWords } from "../i18n";
import { ACTS, type Act, keyOf, keysAreOn, sentenceOf } from "../shell/keys";
import { useHelp } from "./words";

const KeysDialog = lazy(() => import("../shell/KeysDialog"));
const FIXED = [
  ["key.palette", ["Ctrl+K"]],
  ["key.send", ["Ctrl+⏎"]],
  ["key.help", ["F1"]],
] as const;

/** The keys as this person chose them. */
export function KeysHelp() {
  const { t } = useWords();
  const say = useHelp();
  const [changes, setChanges] = useState(false);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ...FIXED.map(([sentence, keys]) => [t(sentence), keys] as const),
    ...(Object.keys(ACTS) as Act[]).map((act) => [t(sentenceOf(act)), keyOf(act).split(" ")] as const),
  ];
  return (
    <>
      <p>{say(keysAreOn() ? "keys.on" : "keys.off")}</p>
      <p>{say("keys.where")}</p>
      <p>
        <button className="btn" type="button" aria-haspopup="dialog" onClick={() => setChanges(true)}>
          {say("keys.change")}
        </button>
      </p>
      <table className="tbl plain keys">
        <thead>
          <tr>
            <th scope="col">{say("keys.act")}</th>
            <th scope="col">{say("keys.key")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([words, keys]) => (
            <tr key={words + keys.join()}>
              <th scope="row">{words}</th>
              <td>
                <kbd>{keys[0]}</kbd>
                {keys[1] && (
                  <>
                    {" "}
                    {say("keys.then")} <kbd>{keys[1]}</kbd>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Suspense fallback={null}>{changes && <KeysDialog onClose={() => setChanges(false)} />}</Suspense>
    </>
  );
}
