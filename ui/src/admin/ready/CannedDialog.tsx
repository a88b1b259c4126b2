import { useState } from "react";
import type { Problem } from "../../api/problem";
import { shown } from "../../text/unseen";
import { FormField } from "../parts/FormField";
import { TextField } from "../parts/TextField";
import { useAdmin } from "../words";
import { type Canned, cannedQuery, changedCanned, madeCanned, readCanned } from "./queries";
import { ReadyDialog } from "./ReadyDialog";
import { shortcutOf } from "./steps";
import { WordsField } from "./WordsField";

interface Words {
  language: string;
  text: string;
}
const LANGUAGE = /^[a-z]{2,3}$/;
const SHORTCUT = /^[a-z0-9][a-z0-9-]{0,39}$/;
const wrong = (problem: Problem | null, place: number): string | undefined =>
  problem?.places.find((one) => one.pointer.startsWith(`/texts/${place}`))?.detail;

/** Keeps a ready-made answer, or changes one: its call, its words in each language, their places to fill. */
export function CannedDialog({ canned, onClose }: { canned: Canned | null; onClose: () => void }) {
  const say = useAdmin();
  const [shortcut, setShortcut] = useState(canned?.shortcut ?? "");
  const [texts, setTexts] = useState<readonly Words[]>(canned?.texts ?? [{ language: "fr", text: "" }]);
  const twice = (language: string) => texts.filter((one) => one.language === language).length > 1;
  const callOf = (name: string) => shortcut || shortcutOf(name);
  const words = (name: string) => ({ name, shortcut: callOf(name), texts: texts.map((one) => ({ ...one })) });

  return (
    <ReadyDialog
      one={canned}
      title={say("canned.make")}
      isWhole={(name) =>
        SHORTCUT.test(callOf(name)) &&
        texts.every((one) => LANGUAGE.test(one.language) && !twice(one.language) && one.text.trim() !== "")
      }
      make={(kept, act) => madeCanned({ ...kept, ...words(kept.name) }, act)}
      change={(read, name) => changedCanned(read, words(name))}
      reread={readCanned}
      theirs={(there) => (
        <>
          <code>::{there.shortcut}</code> {shown(there.name)}
          {there.texts.map((one) => (
            <pre key={one.language} className="raw" lang={one.language}>
              {one.text}
            </pre>
          ))}
        </>
      )}
      take={(there) => {
        setShortcut(there.shortcut);
        setTexts(there.texts);
      }}
      listed={cannedQuery.queryKey}
      call={({ name, tried }) => (
        <TextField
          label={say("canned.shortcut")}
          hint={say("canned.shortcut.hint", { call: `::${callOf(name) || "…"}` })}
          wrong={tried && name.trim() && !SHORTCUT.test(callOf(name)) && say("canned.shortcut.wrong")}
          value={shortcut}
          maxLength={40}
          onChange={setShortcut}
        />
      )}
      onClose={onClose}
    >
      {({ tried, problem }) => (
        <>
          {texts.map((one, place) => {
            const change = (changed: Partial<Words>) =>
              setTexts((all) => all.map((each, at) => (at === place ? { ...each, ...changed } : each)));
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a language being typed names nothing yet
              <fieldset key={place} className="stack" data-text={place}>
                <legend>{say("canned.text", { n: place + 1 })}</legend>
                <FormField
                  label={say("canned.language")}
                  hint={say("canned.language.hint")}
                  wrong={
                    tried &&
                    (!LANGUAGE.test(one.language)
                      ? say("canned.language.wrong")
                      : twice(one.language) && say("canned.language.twice"))
                  }
                >
                  {(described) => (
                    <input
                      {...described}
                      className="input narrow"
                      maxLength={3}
                      autoComplete="off"
                      value={one.language}
                      onChange={(event) => change({ language: event.target.value.trim().toLowerCase() })}
                    />
                  )}
                </FormField>
                <WordsField
                  label={say("canned.words")}
                  language={one.language || "fr"}
                  wrong={wrong(problem, place) ?? (tried && !one.text.trim() && say("field.required"))}
                  value={one.text}
                  onChange={(text) => change({ text })}
                />
                {texts.length > 1 && (
                  <p>
                    <button
                      className="btn sm"
                      type="button"
                      onClick={() => setTexts((all) => all.filter((_, at) => at !== place))}
                    >
                      {say("canned.text.drop")}
                    </button>
                  </p>
                )}
              </fieldset>
            );
          })}
          <p>
            <button
              className="btn sm"
              type="button"
              onClick={() => setTexts((all) => [...all, { language: "", text: "" }])}
            >
              {say("canned.text.add")}
            </button>
          </p>
        </>
      )}
    </ReadyDialog>
  );
}
