import { useQuery } from "@tanstack/react-query";
import { useNames, useZone } from "../api/house";
import { personOf } from "../api/labels";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { hour, moment } from "../text/dates";
import { shown } from "../text/unseen";
import type { DraftKeeper, State } from "./draftKeeper";
import { sharedDraftsQuery } from "./drafts";

/** Where the draft is, said in words; shared with colleagues, or thrown away. */
export function DraftState({ draft, keeper }: { draft: State; keeper: DraftKeeper }) {
  const { t, language } = useWords();
  const zone = useZone();
  const { where, text, savedAt, problem } = draft;
  if (where === "reading" || (!text.trim() && !savedAt)) return null;
  const lost = where === "here" || where === "refused";
  return (
    <>
      <label className="tick small" title={t("draft.share.hint")}>
        <input
          type="checkbox"
          checked={draft.shared}
          disabled={where === "conflict"}
          onChange={(event) => keeper.share(event.target.checked)}
        />
        <span>{t("draft.share")}</span>
      </label>
      <span className={lost ? "warn small" : "muted small"} role="status">
        {where === "kept" && savedAt && t("draft.kept", { at: hour(savedAt, language, zone) })}
        {where === "typed" && t("draft.typed")}
        {where === "here" && t("draft.here")}
        {where === "refused" && t("draft.refused", { why: problem?.title || problem?.code || "" })}
      </span>
      <button className="btn quiet sm" type="button" onClick={() => void keeper.drop()}>
        {t("compose.draft.drop")}
      </button>
    </>
  );
}

/** The same draft written in another window: both are shown, and their author chooses. */
export function DraftConflict({ draft, keeper }: { draft: State; keeper: DraftKeeper }) {
  const { t } = useWords();
  return (
    <div className="guard" role="alert">
      <h3>
        <Icon name="warn" /> {t("draft.conflict")}
      </h3>
      <p>{t("draft.conflict.words")}</p>
      <blockquote className="quote words" aria-label={t("draft.conflict.theirs")}>
        {draft.theirs?.text}
      </blockquote>
      <p className="row">
        <button className="btn" type="button" onClick={() => void keeper.takeMine()}>
          {t("draft.conflict.mine")}
        </button>
        <button className="btn" type="button" onClick={() => keeper.takeTheirs()}>
          {t("draft.conflict.take")}
        </button>
      </p>
    </div>
  );
}

/** What colleagues share of what they began, to be read and taken up; nobody writes in another's. */
export function SharedDrafts({ ticketId, onTake }: { ticketId: string; onTake: (text: string) => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const nameOf = useNames();
  const drafts = useQuery(sharedDraftsQuery(ticketId)).data ?? [];
  if (drafts.length === 0) return null;
  return (
    <details className="small">
      <summary>
        {t("draft.shared")} ({drafts.length})
      </summary>
      {drafts.map((draft) => {
        const person = personOf(draft.author);
        const who = (person && shown(nameOf(person))) || t("draft.somebody");
        const at = draft.changed_at ? moment(draft.changed_at, language, zone) : "";
        return (
          <div key={`${draft.author}${draft.kind}`} className="stack-2">
            <p className="muted">{t(`draft.shared.${draft.kind}`, { who, at })}</p>
            <blockquote className="quote words">{draft.text}</blockquote>
            <button className="btn sm" type="button" onClick={() => onTake(draft.text)}>
              {t("draft.shared.take")}
            </button>
          </div>
        );
      })}
    </details>
  );
}
