import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { teamsQuery, useMe, usersQuery } from "../api/house";
import { useWords } from "../i18n";
import { shown } from "../text/unseen";

const Picker = lazy(() => import("./Picker"));
const NOBODY = "-";

/** Chooses a person, or nobody. */
export function AssignPicker({
  title,
  onPick,
  onClose,
}: {
  title: string;
  onPick: (id: string | null) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const me = useMe();
  const users = useQuery(usersQuery).data ?? [];
  const others = users.filter((one) => one.state === "active" && one.id !== me.user_id);
  return (
    <Suspense fallback={null}>
      <Picker
        title={title}
        search={t("assign.search")}
        choices={[
          ...(me.user_id ? [{ id: me.user_id, words: t("assign.me"), hint: shown(me.name) }] : []),
          ...others.map((one) => ({ id: one.id, words: shown(one.name) })),
          { id: NOBODY, words: t("assign.nobody") },
        ]}
        onPick={(id) => onPick(id === NOBODY ? null : id)}
        onClose={onClose}
      />
    </Suspense>
  );
}

/** Chooses a team, or none. */
export function TeamPicker({
  onPick,
  onClose,
}: {
  onPick: (id: string | null) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const teams = useQuery(teamsQuery).data ?? [];
  return (
    <Suspense fallback={null}>
      <Picker
        title={t("team.title")}
        search={t("team.search")}
        choices={[
          ...teams.map((one) => ({ id: one.id, words: shown(one.name) })),
          { id: NOBODY, words: t("team.none") },
        ]}
        onPick={(id) => onPick(id === NOBODY ? null : id)}
        onClose={onClose}
      />
    </Suspense>
  );
}
