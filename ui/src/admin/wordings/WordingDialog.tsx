import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useMay } from "../../api/house";
import { Problem } from "../../api/problem";
import { Trouble } from "../../parts/Trouble";
import { useTell } from "../../parts/toasts";
import { useSettled } from "../../parts/useSettled";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { Moved } from "../parts/Moved";
import { useDoing } from "../parts/useDoing";
import { WordsField } from "../ready/WordsField";
import { useAdmin } from "../words";
import { Editions } from "./Editions";
import { LetterPreview } from "./LetterPreview";
import { previewQuery, readWording, type Wording, type Words, wordingsQuery, written } from "./queries";

const PAUSE_MS = 400;
const PARTS = ["opening", "closing"] as const;
const wordsOf = ({ opening, closing }: Words): Words => ({ opening, closing });

/** The words before and after what the law prescribes, which stands between them and cannot be taken away. */
export function WordingDialog({
  wording,
  variables,
  onClose,
}: {
  wording: Wording;
  variables: readonly Schemas["VariableOut"][];
  onClose: () => void;
}) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const may = useMay("sve:write");
  const [read, setRead] = useState(wording);
  const [typed, setTyped] = useState(() => wordsOf(wording));
  const stale = doing.problem?.status === 412 ? doing.problem : null;
  const [looking, setLooking] = useState(false);
  const settled = useSettled(JSON.stringify(typed), PAUSE_MS);
  const seen = useQuery({
    ...previewQuery(wording.kind, settled),
    enabled: looking,
    placeholderData: keepPreviousData,
  });
  const unseen = looking && seen.error instanceof Problem ? seen.error : null;
  const wrongAt = (one: string) =>
    (doing.problem ?? unseen)?.places.find(({ pointer }) => pointer === `/${one}`)?.detail;

  async function save(): Promise<void> {
    const done = await doing.run(async () => {
      await written(read, typed);
      await client.invalidateQueries({ queryKey: wordingsQuery.queryKey });
    });
    if (!done) return;
    tell(say("wordings.saved"));
    onClose();
  }

  const wordsField = (one: (typeof PARTS)[number]) => (
    <WordsField
      label={say(`wordings.${one}`)}
      hint={say(`wordings.${one}.hint`)}
      wrong={wrongAt(one)}
      language="fr"
      places={variables}
      most={4000}
      value={typed[one]}
      onChange={(words) => setTyped((all) => ({ ...all, [one]: words }))}
    />
  );

  return (
    <ActDialog
      title={wording.name}
      act={say("wordings.save")}
      busy={doing.busy}
      shut={!may}
      problem={stale ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {stale && (
        <Moved
          problem={stale}
          reread={() => readWording(wording.kind)}
          theirs={(there) =>
            PARTS.map((one) => (
              <p key={one}>
                <b>{say(`wordings.${one}`)}</b> {shown(there[one]) || "—"}
              </p>
            ))
          }
          onTheirs={(there) => {
            setRead(there);
            setTyped(wordsOf(there));
            doing.clear();
          }}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      <fieldset className="stack" disabled={!may}>
        <legend className="vh">{say("wordings.col.words")}</legend>
        {wordsField("opening")}
        <div className="between-words">
          <div className="grow">
            <b>{say("wordings.prescribed")}</b>
            <ul className="small" lang="fr">
              {wording.prescribed.map((one) => (
                <li key={one.name}>
                  {one.name} <cite className="law">{one.article}</cite>
                </li>
              ))}
            </ul>
            <p className="muted small">{say("wordings.prescribed.hint")}</p>
          </div>
        </div>
        {wordsField("closing")}
      </fieldset>
      <p>
        <button className="btn" type="button" aria-expanded={looking} onClick={() => setLooking(!looking)}>
          {say(looking ? "wordings.preview.hide" : "wordings.preview")}
        </button>
      </p>
      {looking &&
        (seen.error ? (
          <Trouble error={seen.error} plain />
        ) : (
          seen.data && <LetterPreview letter={seen.data} />
        ))}
      {wording.edition > 0 && <Editions kind={wording.kind} onTake={(one) => setTyped(wordsOf(one))} />}
    </ActDialog>
  );
}
