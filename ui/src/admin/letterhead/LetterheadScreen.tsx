import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { begin, beginList } from "../../api/begin";
import { beginNames, useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { Frame } from "../Frame";
import { FormField, Tick } from "../parts/FormField";
import { Refusal } from "../parts/Refusal";
import { TextField } from "../parts/TextField";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { Editions } from "./Editions";
import {
  editionsQuery,
  type Letterhead,
  letterheadQuery,
  logoOf,
  type Wording,
  wordingOf,
  written,
} from "./queries";
import { Sheet } from "./Sheet";

const LINES = ["place", "signatory_name", "signatory_title", "court"] as const;

/** S10: the paper every letter is written on; each writing is an edition, which its letters keep. */
export default function LetterheadScreen() {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("sve:read");
  if (may) {
    begin(client, letterheadQuery);
    beginList(client, editionsQuery);
    beginNames(client);
  }
  const asked = useQuery({ ...letterheadQuery, enabled: may });
  return (
    <Frame
      title={say("part.letterhead")}
      scope="sve:read"
      under={<p className="muted small">{say("paper.under")}</p>}
    >
      <div className="scroll pad stack-5">
        <Waiting asked={asked}>{(head) => <Paper head={head} />}</Waiting>
      </div>
    </Frame>
  );
}

function Paper({ head }: { head: Letterhead | null }) {
  const say = useAdmin();
  const { t, language } = useWords();
  const zone = useZone();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const may = useMay("sve:write");
  const [typed, setTyped] = useState<Wording>(() => wordingOf(head));
  const [keep, setKeep] = useState(true);
  const form = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const change = (changed: Partial<Wording>) => setTyped((all) => ({ ...all, ...changed }));
  const wrongAt = (pointer: string) => doing.problem?.places.find((one) => one.pointer === pointer)?.detail;

  async function save(): Promise<void> {
    setTried(true);
    if (!typed.place.trim()) return;
    await doing.run(async (name) => {
      const edition = await written(typed, keep, name);
      client.setQueryData(letterheadQuery.queryKey, edition);
      void client.invalidateQueries({ queryKey: editionsQuery.queryKey });
      setTyped(wordingOf(edition));
      setKeep(true);
      tell(say("paper.saved"));
    });
  }

  function reuse(words: Wording): void {
    setTyped(words);
    tell(say("paper.editions.reused"));
    form.current?.querySelector<HTMLInputElement>("input")?.focus();
  }

  return (
    <>
      <form
        ref={form}
        className="settings stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p className="small muted">
          {head ? say("paper.edition", { at: moment(head.created_at, language, zone) }) : say("paper.none")}
        </p>
        <fieldset className="stack" disabled={!may}>
          <legend className="vh">{say("part.letterhead")}</legend>
          {LINES.map((one) => (
            <TextField
              key={one}
              label={say(`paper.${one}`)}
              hint={say(`paper.${one}.hint`)}
              wrong={
                (one === "place" && tried && !typed.place.trim() && say("paper.place.missing")) ||
                wrongAt(`/${one}`)
              }
              value={typed[one]}
              maxLength={one === "place" ? 100 : 300}
              onChange={(value) => change({ [one]: value })}
            />
          ))}
          <FormField label={say("paper.court_address")} wrong={wrongAt("/court_address")}>
            {(described) => (
              <textarea
                {...described}
                className="area"
                rows={2}
                maxLength={2000}
                value={typed.court_address}
                onChange={(event) => change({ court_address: event.target.value })}
              />
            )}
          </FormField>
          <TextField
            label={say("paper.footer")}
            hint={say("paper.footer.hint")}
            wrong={wrongAt("/footer")}
            value={typed.footer}
            maxLength={300}
            onChange={(footer) => change({ footer })}
          />
          {head?.logo_sha256 && (
            <Tick
              label={say("paper.keep_logo")}
              hint={say("paper.keep_logo.hint")}
              checked={keep}
              onChange={setKeep}
            />
          )}
        </fieldset>
        {doing.problem && <Refusal problem={doing.problem} />}
        {may && (
          <p className="row wrap">
            <button className="btn primary" type="submit" disabled={doing.busy}>
              {doing.busy ? t("app.loading") : t("app.save")}
            </button>
            <a className="btn" href="/papier">
              {say("paper.logo.change")}
            </a>
          </p>
        )}
      </form>
      <Sheet wording={typed} logo={keep ? logoOf(head) : null} />
      <Editions reuse={may ? reuse : null} />
    </>
  );
}
