import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTell } from "../../parts/toasts";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { FormField } from "../parts/FormField";
import { Moved } from "../parts/Moved";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { OwnerField } from "./OwnerField";
import { type Canned, cannedQuery, changedCanned, madeCanned, type Owner, readCanned } from "./queries";
import { shortcutOf } from "./steps";
import { WordsField } from "./WordsField";

interface Words {
  language: string;
  text: string;
}
const LANGUAGE = /^[a-z]{2,3}$/;
const SHORTCUT = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Keeps a ready-made answer, or changes one: its call, its words in each language, their places to fill. */
export function CannedDialog({ canned, onClose }: { canned: Canned | null; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const [read, setRead] = useState(canned);
  const [name, setName] = useState(canned?.name ?? "");
  const [shortcut, setShortcut] = useState(canned?.shortcut ?? "");
  const [texts, setTexts] = useState<readonly Words[]>(canned?.texts ?? [{ language: "fr", text: "" }]);
  const [owner, setOwner] = useState<Owner>("person");
  const [team, setTeam] = useState("");
  const [tried, setTried] = useState(false);
  const call = shortcut || shortcutOf(name);
  const twice = (language: string) => texts.filter((one) => one.language === language).length > 1;
  const wrong = (place: number): string | undefined =>
    doing.problem?.places.find((one) => one.pointer.startsWith(`/texts/${place}`))?.detail;

  function restart(there: Canned): void {
    setRead(there);
    setName(there.name);
    setShortcut(there.shortcut);
    setTexts(there.texts);
    doing.clear();
  }

  async function save(): Promise<void> {
    setTried(true);
    const languages = texts.every((one) => LANGUAGE.test(one.language) && !twice(one.language));
    const whole = texts.every((one) => one.text.trim()) && name.trim() && SHORTCUT.test(call);
    if (!languages || !whole || (!read && owner === "team" && !team)) return;
    const body = { name: name.trim(), shortcut: call, texts: texts.map((one) => ({ ...one })) };
    const done = await doing.run(async (act) => {
      if (read) await changedCanned(read, body);
      else await madeCanned({ ...body, owner, team_id: owner === "team" ? team : null, rank: 0 }, act);
      await client.invalidateQueries({ queryKey: cannedQuery.queryKey });
    });
    if (!done) return;
    tell(say("ready.saved"));
    onClose();
  }

  return (
    <ActDialog
      title={canned ? say("ready.change", { name: shown(canned.name) }) : say("canned.make")}
      act={say("people.save")}
      busy={doing.busy}
      problem={doing.problem?.status === 412 ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {canned && doing.problem?.status === 412 && (
        <Moved
          problem={doing.problem}
          reread={() => readCanned(canned.id)}
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
          onTheirs={restart}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <TextField
        label={say("ready.name")}
        wrong={tried && !name.trim() && say("field.required")}
        value={name}
        maxLength={80}
        onChange={setName}
      />
      <TextField
        label={say("canned.shortcut")}
        hint={say("canned.shortcut.hint", { call: `::${call || "…"}` })}
        wrong={tried && name.trim() && !SHORTCUT.test(call) && say("canned.shortcut.wrong")}
        value={shortcut}
        maxLength={40}
        onChange={setShortcut}
      />
      {!canned && (
        <OwnerField
          owner={owner}
          team={team}
          wrong={tried && !team}
          onChange={(to, which) => {
            setOwner(to);
            setTeam(which);
          }}
        />
      )}
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
              wrong={wrong(place) ?? (tried && !one.text.trim() && say("field.required"))}
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
    </ActDialog>
  );
}
