import type { Schemas } from "../api/client";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { size } from "../text/sizes";
import { shown } from "../text/unseen";

/** A piece: its name, its size, and what is known of its harmlessness. What was set aside has no link. */
export function Attachment({ piece }: { piece: Schemas["PieceOut"] }) {
  const { t, language } = useWords();
  const notes = [piece.content_type, size(piece.size, language)];
  if (piece.fetch === "waiting") notes.push(t("fetch.waiting"));
  if (piece.fetch === "failed") notes.push(t("fetch.failed", { why: piece.problem ?? "" }));
  if (piece.scan === "waiting") notes.push(t("scan.waiting"));
  if (piece.scan === "clean") notes.push(t("scan.clean"));
  if (piece.scan === "infected") notes.push(t("scan.infected", { virus: piece.virus ?? "" }));
  if (piece.scan === "failed") notes.push(t("scan.failed", { why: piece.scan_reason ?? "" }));
  const words = (
    <>
      <Icon name="clip" />
      {shown(piece.name)} <span>{notes.filter(Boolean).join(" · ")}</span>
    </>
  );
  const here = piece.scan !== "infected" && (piece.fetch === null || piece.fetch === "fetched");
  return here ? (
    <a className="att" href={piece.url} download={piece.name}>
      {words}
    </a>
  ) : (
    <span className="att">{words}</span>
  );
}
