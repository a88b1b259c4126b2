import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { Schemas } from "../api/client";
import { useMe, useNames, usersQuery } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { cut, type Named, namedIn, wordFor } from "../text/mentions";
import { shown } from "../text/unseen";

const Picker = lazy(() => import("../parts/Picker"));

/** Those a note may name. Whether each sees the request is the server's to say: it refuses the note whole, and tells why. */
export const useColleagues = (): readonly Named[] => colleaguesOf(useQuery(usersQuery).data ?? []);

export const colleaguesOf = (users: readonly Schemas["UserOut"][]): readonly Named[] =>
  users.filter((one) => one.state === "active").map(({ id, name }) => ({ id, name }));

/** Chooses who a note names. */
export function MentionPicker({ onTake, onClose }: { onTake: (words: string) => void; onClose: () => void }) {
  const { t } = useWords();
  const me = useMe();
  const users = useQuery(usersQuery);
  const colleagues = useColleagues();
  if (users.error && !users.data)
    return <Trouble error={users.error} plain retry={() => void users.refetch()} />;
  return (
    <Suspense fallback={null}>
      <Picker
        title={t("mention.title")}
        search={t("assign.search")}
        choices={colleagues
          .filter((one) => one.id !== me.user_id)
          .map((one) => ({ id: one.id, words: shown(one.name) }))}
        onPick={(id) => {
          const one = colleagues.find((colleague) => colleague.id === id);
          if (one) onTake(`${wordFor(one, colleagues)} `);
        }}
        onClose={onClose}
      />
    </Suspense>
  );
}

/** Who will be told of the note being written. */
export function WillBeTold({ text }: { text: string }) {
  const { t } = useWords();
  const named = namedIn(text, useColleagues());
  return (
    <p className="small soft" role="status">
      {named.length > 0 && t("mention.told", { who: named.map((one) => shown(one.name)).join(", ") })}
    </p>
  );
}

/** The words of a note, with the names of those it names. */
export function NoteWords({ text }: { text: string }) {
  const nameOf = useNames();
  return cut(text).map(({ words, id }, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text are known by their place, and do not move
    id ? <b key={at}>@{shown(nameOf(id))}</b> : words,
  );
}
