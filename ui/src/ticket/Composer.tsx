import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { actName, api, got, isAnswer, type Schemas } from "../api/client";
import { useNames, usersQuery } from "../api/house";
import type { Here } from "../api/presence";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { neighbours } from "../inbox/lastList";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { WritingAlready } from "../parts/Presence";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { useSettled } from "../parts/useSettled";
import { useAct } from "../shell/keys";
import { forApi, isNaming } from "../text/mentions";
import { shown } from "../text/unseen";
import { Approved, type Choice, closedButApproved } from "./Approved";
import { Countdown, useFocusAfter } from "./Countdown";
import { DraftConflict, DraftState, SharedDrafts } from "./DraftState";
import type { Kind } from "./draftKeeper";
import { chooseAddress, chosenAddress, sentDraft, settleDraft, useDraft } from "./drafts";
import { GUARDED, Guard } from "./Guard";
import { hold, useHeld } from "./held";
import { colleaguesOf, MentionPicker, WillBeTold } from "./Mentions";
import { JoinButton, Pieces, usePieces } from "./Pieces";
import { piecesQuery } from "./pieces";
import { contactQuery } from "./queries";
import { Publishing, Readers } from "./Readers";
import { ReadyWords, Unfilled, useReadyOffers } from "./ReadyWords";
import { Addresses, Leaving } from "./ReplyMeans";
import { CALL, isCall, type Place } from "./readyWords";
import { PLAIN, usePreview } from "./usePreview";

type After = Ticket["status"] | "same";
type Refusal = "newer" | "sensitive" | null;

const AFTER: readonly After[] = ["waiting", "resolved", "open", "same"];
const PAUSE_MS = 600;

/** Where one answers or notes, each with its draft. An answer may be taken back for ten seconds; a draft is kept on the server. */
export function Composer({
  ticket,
  lastRead,
  lastPublic,
  here,
}: {
  ticket: Ticket;
  /** The last message received; `null`: there is none, `undefined`: not known yet. */
  lastRead: string | null | undefined;
  /** Whether everybody could read it. */
  lastPublic: boolean;
  here: Here;
}) {
  const { t } = useWords();
  const read = useRef(lastRead);
  read.current = lastRead;
  const tell = useTell();
  const client = useQueryClient();
  const navigate = useNavigate();
  const answer = useDraft(ticket.id, "reply");
  const note = useDraft(ticket.id, "note");
  const [chosen, setMode] = useState<Kind | null>(null);
  // A note somebody left off is what they come back to, unless an answer waits too.
  const mode: Kind = chosen ?? (note.draft.text && !answer.draft.text ? "note" : "reply");
  const { keeper, draft } = mode === "reply" ? answer : note;
  const { text } = draft;
  const setText = (words: string): void => keeper.type(words);
  const [to, setTo] = useState(() => chosenAddress(ticket.id));
  const [after, setAfter] = useState<After>("waiting");
  const [openly, setOpenly] = useState(false);
  const [published, setPublished] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>(null);
  const [trouble, setTrouble] = useState("");
  // One leaves while the other is written: only the words on their way are held.
  const [leaving, setLeaving] = useState<Readonly<Record<Kind, boolean>>>({ reply: false, note: false });
  const busy = leaving[mode];
  const [calls, setCalls] = useState<"ready" | "mention" | null>(null);
  const personOf = useNames();
  const [places, setPlaces] = useState<readonly Place[]>([]);
  const named = useRef<Partial<Record<Kind, string>>>({});
  const area = useRef<HTMLTextAreaElement>(null);
  const leavesAt = useHeld(ticket.id);
  const waiting = leavesAt !== null;
  const joined = usePieces(ticket.id, mode);
  const form = useRef<HTMLFormElement>(null);
  useFocusAfter(waiting, form);

  const contact = useQuery({ ...contactQuery(ticket.contact?.id ?? ""), enabled: ticket.contact !== null });
  const settled = useSettled(text, PAUSE_MS);
  const [looks, setLooks] = useState(false);
  // Whoever comes to write is told first that free words can no longer leave.
  const asked = settled.trim() ? settled : looks ? "…" : "";
  const inPublic = openly && lastPublic;
  const preview = usePreview(
    ticket.id,
    { text: asked, to_contact_point_id: to || null, attachments: joined.ids, public: inPublic },
    mode === "reply" && asked !== "" && !waiting && !busy,
  );
  const isPublic = inPublic || (preview.data?.public ?? false);

  function write(wanted: Kind): void {
    setMode(wanted);
    area.current?.focus(); // at once: the next letter belongs to the text
  }
  useAct("reply", () => write("reply"));
  useAct("note", () => write("note"));

  function forget(kind: Kind): void {
    here.quiet();
    if (kind === "reply") chooseTo("");
    sentDraft(ticket.id, kind);
    client.removeQueries({ queryKey: ["pieces", ticket.id, kind] });
    setRefusal(null);
    readBy(false);
  }
  function readBy(everybody: boolean): void {
    setOpenly(everybody);
    setPublished(false);
  }
  function chooseTo(id: string): void {
    setTo(id);
    chooseAddress(ticket.id, id);
  }

  /** Puts ready-made words where the caret is, in place of what called them. */
  function take(words: string, unfilled: readonly Place[] = []): void {
    const box = area.current;
    if (!box) return;
    const end = box.selectionEnd;
    const called = mode === "note" ? isNaming(box.value, end) && 1 : isCall(box.value, end) && CALL.length;
    const start = end - (called || 0);
    box.setRangeText(words, start, end, "end");
    setText(box.value);
    setPlaces((before) => [...before, ...unfilled]);
    here.typing();
    box.focus();
  }

  useReadyOffers(
    ticket.id,
    () => write("reply"),
    (words, unfilled) => !waiting && take(words, unfilled),
  );

  /** The act keeps its name until an answer comes, whatever its words become: it is done once, or said to have been. */
  async function carry(kind: Kind, act: (name: string) => Promise<unknown>, said: string): Promise<void> {
    setLeaving((all) => ({ ...all, [kind]: true }));
    setTrouble("");
    try {
      // What is being saved is saved before it leaves: it would else come back as the draft of what was sent.
      await settleDraft(ticket.id, kind);
      named.current[kind] ??= actName();
      await act(named.current[kind]);
      delete named.current[kind];
      forget(kind);
      tell(said);
      void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (isAnswer(error)) delete named.current[kind];
      if (error.code === "newer-message") {
        setRefusal("newer");
        void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
      } else if (error.code === "sensitive-content") setRefusal("sensitive");
      // What is wrong says more than that something is; the server names people by their identifiers.
      const flaws = error.flaws.map((flaw) => flaw.replace(/usr_[0-9a-z]+/g, personOf));
      const words = flaws.join(". ") || refusalWords(error, t);
      setTrouble(words);
      tell(words);
    } finally {
      setLeaving((all) => ({ ...all, [kind]: false }));
    }
  }

  const params = { path: { ticket_id: ticket.id } };
  // Read before it leaves, should it not have been: an answer never forgets what was joined to it.
  const joinedIds = async (kind: Kind): Promise<string[]> =>
    (await client.ensureQueryData(piecesQuery(ticket.id, kind))).map((piece) => piece.id);
  function send(flags: Partial<Schemas["NewReply"]>, andNext: boolean): void {
    if (mode === "note") {
      void carry(
        "note",
        async (name) => {
          // Who is named is known once colleagues were read: a note sent before would name nobody.
          const all = text.includes("@") ? colleaguesOf(await client.ensureQueryData(usersQuery)) : [];
          const body = { text: forApi(text, all), attachments: await joinedIds("note") };
          const header = { "idempotency-key": name };
          await got(api.POST("/api/v1/tickets/{ticket_id}/notes", { params: { ...params, header }, body }));
        },
        t("compose.noted"),
      );
      return;
    }
    const body: Schemas["NewReply"] = {
      ...PLAIN,
      text,
      attachments: [],
      public: isPublic && published,
      status_after: after === "same" ? null : after,
      to_contact_point_id: to || null,
      expected_last_message_id: lastRead ?? null,
      ...flags,
    };
    setRefusal(null);
    setTrouble("");
    void keeper.settle();
    hold(ticket.id, () => {
      // Sent before the thread was read: it answers what was there when it came.
      if (lastRead === undefined) body.expected_last_message_id = read.current ?? null;
      void carry(
        "reply",
        async (name) => {
          if (!body.template) body.attachments = await joinedIds("reply");
          const header = { "idempotency-key": name };
          await got(api.POST("/api/v1/tickets/{ticket_id}/replies", { params: { ...params, header }, body }));
        },
        t("compose.sent"),
      );
    });
    const next = neighbours(ticket.reference).after;
    if (andNext && next) navigate(`/dossiers/${next}`);
  }

  function submit(event: FormEvent | KeyboardEvent, andNext = false): void {
    event.preventDefault();
    if (busy || waiting) return;
    if (draft.where === "conflict") setTrouble(t("draft.conflict.first"));
    else if (!text.trim()) setTrouble(t("compose.empty"));
    else if (joined.pending) setTrouble(t("pieces.pending"));
    else if (mode === "reply" && isPublic && !published) setTrouble(t("compose.public.needed"));
    else send({}, andNext);
  }

  const who = shown(ticket.contact?.display_name) || t("inbox.no_name");
  return (
    <form
      className={mode === "note" ? "composer noteform stack-2" : "composer stack-2"}
      id="reponse"
      aria-labelledby="h-reponse"
      ref={form}
      tabIndex={-1}
      onSubmit={submit}
      onDragOver={joined.over}
      onDrop={joined.drop}
    >
      <h2 id="h-reponse" className="vh">
        {t("compose.title")}
      </h2>
      <fieldset className="modes">
        <legend className="vh">{t("compose.mode")}</legend>
        <div className="chsel">
          <label>
            <input type="radio" name="mode" checked={mode === "reply"} onChange={() => setMode("reply")} />
            <Icon name="send" />
            {t("compose.reply")} <kbd>r</kbd>
          </label>
          <label>
            <input type="radio" name="mode" checked={mode === "note"} onChange={() => setMode("note")} />
            <Icon name="note" />
            {t("compose.note")} <kbd>n</kbd>
          </label>
        </div>
        {mode === "note" && <span className="small soft">{t("compose.note.hint")}</span>}
      </fieldset>
      {mode === "reply" && <Addresses points={contact.data?.points ?? []} chosen={to} choose={chooseTo} />}
      {mode === "reply" && lastPublic && <Readers openly={openly} choose={readBy} />}
      <WritingAlready ticketId={ticket.id} />
      <textarea
        ref={area}
        className="area input"
        rows={3}
        aria-label={mode === "note" ? t("compose.text.note") : t("compose.text.reply", { who })}
        value={text}
        readOnly={waiting || busy}
        maxLength={100_000}
        onPaste={joined.paste}
        onFocus={() => setLooks(true)}
        onChange={(event) => {
          setMode(mode);
          setText(event.target.value);
          here.typing();
          const { value, selectionEnd } = event.target;
          if (mode === "reply" && isCall(value, selectionEnd)) setCalls("ready");
          if (mode === "note" && value.length > text.length && isNaming(value, selectionEnd))
            setCalls("mention");
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event, event.shiftKey);
          else if (event.key === "Escape") area.current?.blur();
        }}
      />
      <Pieces joined={joined} ticketId={ticket.id} kind={mode} locked={waiting || busy} />
      {calls === "ready" && <ReadyWords ticketId={ticket.id} onTake={take} onClose={() => setCalls(null)} />}
      {calls === "mention" && <MentionPicker onTake={take} onClose={() => setCalls(null)} />}
      {mode === "note" && <WillBeTold text={text} />}
      {mode === "reply" && <Unfilled text={text} places={places} />}
      {mode === "reply" && (settled.trim() || preview.error) && (
        <Leaving preview={preview} person={ticket.contact?.id} text={text} onTake={setText} />
      )}
      {mode === "reply" && closedButApproved(preview.error) && (
        <Approved
          ticket={ticket}
          to={to}
          locked={waiting || busy}
          onSend={(template: Choice) => send({ text: null, template }, false)}
        />
      )}
      {mode === "reply" && isPublic && <Publishing published={published} publish={setPublished} />}
      {mode === "reply" && text.trim() && GUARDED.includes(ticket.risk) && <Guard ticket={ticket} />}
      {draft.where === "conflict" && <DraftConflict draft={draft} keeper={keeper} />}
      <SharedDrafts
        ticketId={ticket.id}
        onTake={(words) => setText(text.trim() ? `${text}\n\n${words}` : words)}
      />
      {trouble && (
        <p className="danger small" role="alert">
          {refusal === "newer"
            ? t("compose.newer")
            : refusal === "sensitive"
              ? t("compose.sensitive")
              : trouble}
        </p>
      )}
      <div className="row">
        {leavesAt !== null ? (
          <Countdown ticketId={ticket.id} leavesAt={leavesAt} onBack={() => tell(t("compose.undone"))} />
        ) : refusal ? (
          <button
            className="btn primary"
            type="button"
            onClick={() => send(refusal === "sensitive" ? { confirm_sensitive: true } : {}, false)}
          >
            {t(refusal === "sensitive" ? "compose.sensitive.confirm" : "compose.newer.confirm")}
          </button>
        ) : (
          <button className="btn primary" type="submit" disabled={busy}>
            <Icon name={mode === "note" ? "note" : "send"} />
            {busy ? t("compose.sending") : t(mode === "note" ? "compose.send_note" : "compose.send")}
          </button>
        )}
        {mode === "reply" && !waiting && (
          <span className="row small">
            <span aria-hidden="true">{t("compose.after")}</span>
            <select
              className="select sm"
              aria-label={t("compose.after.label")}
              value={after}
              onChange={(event) => setAfter(event.target.value as After)}
            >
              {AFTER.map((one) => (
                <option key={one} value={one}>
                  {one === "same" ? t("compose.after.same") : t(`status.${one}`)}
                </option>
              ))}
            </select>
          </span>
        )}
        {!waiting && <JoinButton joined={joined} />}
        {mode === "reply" && !waiting && (
          <button
            className="btn sm quiet"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setCalls("ready")}
          >
            {t("ready.act")} <kbd>::</kbd>
          </button>
        )}
        {mode === "note" && (
          <button
            className="btn sm quiet"
            type="button"
            aria-haspopup="dialog"
            onClick={() => setCalls("mention")}
          >
            {t("mention.act")} <kbd>@</kbd>
          </button>
        )}
        <span className="grow" />
        {!waiting && <DraftState draft={draft} keeper={keeper} />}
      </div>
    </form>
  );
}
