import type { Preview } from "./acts";
import { Causes } from "./Causes";
import { useBulkWords } from "./words";

/** « 23 dossiers : 20 changeront, 1 déjà ainsi, 2 refusés », and why those are. */
export function Foreseen({ preview }: { preview: Preview }) {
  const say = useBulkWords();
  const { total, changes, unchanged, refused } = preview;
  const parts = [
    say("would.changes", { n: changes }),
    ...(unchanged > 0 ? [say("would.unchanged", { n: unchanged })] : []),
    ...(refused > 0 ? [say("would.refused", { n: refused })] : []),
  ];
  return (
    <>
      <p>
        <b>{say("would.total", { n: total })}</b> : {parts.join(", ")}.
      </p>
      {changes === 0 && <p>{say("would.none")}</p>}
      {refused > 0 && <Causes refusals={preview.refusals} />}
    </>
  );
}
