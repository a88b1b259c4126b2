import { useQuery } from "@tanstack/react-query";
import { useDoing } from "../admin/parts/useDoing";
import { Problem } from "../api/problem";
import { useTell } from "../parts/toasts";
import { useSettled } from "../parts/useSettled";
import type { Saisine } from "../ticket/queries";
import { openedTab } from "./page";
import { type Asked, type Form, pageOf, previewQuery } from "./queries";
import { begun, fieldOf } from "./typed";
import { useLetterWords } from "./words";

const AFTER_MS = 400;

/** The letter read again by the server once typing stops: the latest answer only, the one before until it comes. */
export function useReading(saisine: Saisine, form: Form, asked: Asked) {
  const say = useLetterWords();
  const tell = useTell();
  const page = useDoing();
  const now = JSON.stringify(asked);
  const settled = useSettled(now, AFTER_MS);
  const query = useQuery({
    ...previewQuery(saisine, settled),
    enabled: form.stands && settled.startsWith(`{"kind":"${form.kind}"`),
    placeholderData: (before) => (before?.kind === form.kind ? before : undefined),
  });
  const preview = query.data?.kind === form.kind ? query.data : undefined;
  const current = preview !== undefined && settled === now && !query.isPlaceholderData && !query.error;
  const refused = query.error instanceof Problem ? query.error : null;
  const lacks = current ? preview.missing : [];

  async function open(): Promise<void> {
    const tab = openedTab();
    const done = await page.run(async () => {
      if (!tab.show(await pageOf(saisine.id, asked))) tell(say("letter.see.blocked"));
    });
    if (!done) tab.drop();
  }

  return {
    preview,
    busy: settled !== now || query.isFetching,
    problem: page.problem ?? refused,
    /** Whether the letter read last lacks a mention: it would be refused. */
    lacks: lacks.length > 0,
    /** What lacks in a field, as it is said beside it. */
    lacking: (field: string): string | undefined => {
      const found = preview?.missing.find((one) => fieldOf(one) === field);
      return found && `${begun(found.name)} (${found.article}) : ${found.because}.`;
    },
    firstLacking: (): string | null => lacks.map(fieldOf).find((field) => field !== null) ?? null,
    again: () => void query.refetch(),
    open: () => void open(),
    opening: page.busy,
  };
}
