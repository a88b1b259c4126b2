import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ClipboardEvent, type DragEvent, useRef, useState, useSyncExternalStore } from "react";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { size } from "../text/sizes";
import { shown } from "../text/unseen";
import type { Kind } from "./draftKeeper";
import {
  type Arriving,
  arrivingOf,
  forgetArriving,
  type Piece,
  piecesQuery,
  removePiece,
  sendAgain,
  sendUp,
  watchArriving,
} from "./pieces";

/** The files joined to what is being written: those the server keeps, those on their way, and how more are added. */
export function usePieces(ticketId: string, kind: Kind) {
  const client = useQueryClient();
  const kept = useQuery(piecesQuery(ticketId, kind));
  const arriving = useSyncExternalStore(watchArriving, () => arrivingOf(ticketId, kind));
  const add = (files: Iterable<File>): void => {
    for (const file of files) sendUp(client, ticketId, kind, file);
  };
  return {
    kept: kept.data ?? [],
    error: kept.error,
    retry: () => void kept.refetch(),
    arriving,
    ids: (kept.data ?? []).map((piece) => piece.id),
    /** Something is not there yet: what is written cannot leave whole. */
    pending: arriving.length > 0,
    add,
    /** Files pasted into the words are joined; words are pasted as words. */
    paste: (event: ClipboardEvent): void => {
      const { files } = event.clipboardData;
      if (files.length === 0) return;
      event.preventDefault();
      add(files);
    },
    drop: (event: DragEvent): void => {
      if (event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      add(event.dataTransfer.files);
    },
    over: (event: DragEvent): void => {
      if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    },
  };
}

export type Joined = ReturnType<typeof usePieces>;

/** The list of joined files, each with its size and its removal. */
export function Pieces({
  joined,
  ticketId,
  kind,
  locked,
}: {
  joined: Joined;
  ticketId: string;
  kind: Kind;
  locked: boolean;
}) {
  const { t } = useWords();
  const client = useQueryClient();
  const list = useRef<HTMLUListElement>(null);
  const [trouble, setTrouble] = useState("");
  async function remove(piece: Piece): Promise<void> {
    setTrouble("");
    // At once: nothing may be asked any more of a piece about to go.
    const { queryKey } = piecesQuery(ticketId, kind);
    await client.cancelQueries({ queryKey });
    client.setQueryData(queryKey, (held) => held?.filter((one) => one.id !== piece.id));
    try {
      await removePiece(ticketId, kind, piece.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404) setTrouble(refusalWords(error, t));
    }
    await client.invalidateQueries({ queryKey });
    // What was pressed is gone: the next one, or what joins files.
    const next = list.current?.querySelector("button") ?? document.getElementById("joindre");
    next?.focus();
  }
  if (joined.error)
    return (
      <p className="danger small" role="alert">
        {t("pieces.unread")}{" "}
        <button className="btn sm" type="button" onClick={joined.retry}>
          {t("app.retry")}
        </button>
      </p>
    );
  return (
    <div className="stack-2" aria-live="polite">
      {joined.kept.length + joined.arriving.length > 0 && (
        <ul ref={list} className="pieces" aria-label={t("pieces.title")}>
          {joined.kept.map((piece) => (
            <Kept key={piece.id} piece={piece} locked={locked} onRemove={() => void remove(piece)} />
          ))}
          {joined.arriving.map((one) => (
            <OnItsWay
              key={one.id}
              one={one}
              onForget={() => forgetArriving(ticketId, kind, one.id)}
              onAgain={() => sendAgain(client, ticketId, kind, one.id)}
            />
          ))}
        </ul>
      )}
      {trouble && (
        <p className="danger small" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

function Kept({ piece, locked, onRemove }: { piece: Piece; locked: boolean; onRemove: () => void }) {
  const { t, language } = useWords();
  return (
    <li>
      <Icon name="clip" /> <span className="words">{shown(piece.name)}</span>
      <span className="small muted">{size(piece.size, language)}</span>
      {piece.scan === "waiting" && <span className="small muted">{t("scan.waiting")}</span>}
      {piece.scan === "infected" && <b className="small danger">{t("pieces.infected")}</b>}
      <button
        className="btn sm quiet"
        type="button"
        disabled={locked}
        aria-label={t("pieces.remove.one", { name: shown(piece.name) })}
        onClick={onRemove}
      >
        {t("pieces.remove")}
      </button>
    </li>
  );
}

function OnItsWay({ one, onForget, onAgain }: { one: Arriving; onForget: () => void; onAgain: () => void }) {
  const { t, language } = useWords();
  const name = shown(one.name);
  return (
    <li>
      <Icon name="clip" /> <span className="words">{name}</span>
      <span className="small muted">{size(one.size, language)}</span>
      {one.problem ? (
        <>
          <span className="small danger" role="alert">
            {one.problem.flaws.join(". ") || refusalWords(one.problem, t)}
          </span>
          <button
            className="btn sm"
            type="button"
            aria-label={t("pieces.again.one", { name })}
            onClick={onAgain}
          >
            {t("app.retry")}
          </button>
        </>
      ) : (
        <progress max={1} value={one.part} aria-label={t("pieces.arriving", { name })} />
      )}
      <button
        className="btn sm quiet"
        type="button"
        aria-label={t("pieces.remove.one", { name })}
        onClick={onForget}
      >
        {t("pieces.remove")}
      </button>
    </li>
  );
}

/** The button that joins files: what pasting and dropping do, for whoever has neither. */
export function JoinButton({ joined }: { joined: Joined }) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button id="joindre" className="btn sm quiet" type="button" onClick={() => field.current?.click()}>
        <Icon name="clip" />
        {t("pieces.add")}
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={t("pieces.add")}
        onChange={(event) => {
          joined.add(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </>
  );
}
