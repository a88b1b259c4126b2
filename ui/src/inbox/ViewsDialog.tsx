import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMe, useNames } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import {
  bodyOf,
  changeView,
  groupOf,
  keepView,
  mayKeep,
  moved,
  OWNERS,
  removeView,
  type Saved,
  savedViewsQuery,
} from "./savedViews";

/** The saved views in their order: renamed, moved, removed. What was removed may be taken back. */
export default function ViewsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const me = useMe();
  const nameOf = useNames();
  const client = useQueryClient();
  const tell = useTell();
  const list = useQuery(savedViewsQuery);
  const views = list.data ?? [];
  const [renaming, setRenaming] = useState<Saved | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function run(
    act: () => Promise<unknown>,
    said: string,
    undo?: () => Promise<unknown>,
  ): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await act();
      setRenaming(null);
      tell(said, undo && { words: t("bulk.undo"), run: () => void run(undo, t("bulk.undone")) });
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure);
    } finally {
      // What is shown is what is there: after a refusal too, it may be another's change.
      await client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
      setBusy(false);
    }
  }
  const move = (view: Saved, step: -1 | 1) =>
    void run(
      async () => {
        for (const one of moved(views, view.id, step)) await changeView(one.view, { rank: one.rank });
      },
      t("views.moved", { name: shown(view.name) }),
    );
  const remove = (view: Saved) =>
    void run(
      () => removeView(view),
      t("views.removed", { name: shown(view.name) }),
      () => keepView(bodyOf(view)),
    );
  const groups = [...new Set(OWNERS.flatMap((owner) => views.filter((v) => v.owner === owner).map(groupOf)))];

  return (
    <Dialog title={t("views.manage")} onClose={onClose}>
      {error !== null && <Trouble error={error} plain />}
      {list.error && <Trouble error={list.error} plain retry={() => void list.refetch()} />}
      {list.data && views.length === 0 && <p className="muted">{t("views.none")}</p>}
      {groups.map((group) => {
        const own = views.filter((view) => groupOf(view) === group);
        const first = own[0];
        if (!first) return null;
        const keeps = mayKeep(me, first.owner, first.team_id);
        return (
          <section key={group} className="stack-2" aria-labelledby={`groupe-${group}`}>
            <h3 id={`groupe-${group}`}>
              {first.owner === "team"
                ? t("views.team", { name: shown(nameOf(first.team_id)) })
                : t(`views.owner.${first.owner}`)}
            </h3>
            {!keeps && <p className="muted small">{t(`views.kept_by.${first.owner}`)}</p>}
            <ul className="rows">
              {own.map((view, index) => (
                <li key={view.id}>
                  {renaming?.id === view.id ? (
                    <Renaming
                      view={view}
                      busy={busy}
                      onCancel={() => setRenaming(null)}
                      onName={(name) =>
                        void run(() => changeView(view, { name }), t("views.renamed", { name }))
                      }
                    />
                  ) : (
                    <>
                      <span className="grow">{shown(view.name)}</span>
                      {keeps && (
                        <>
                          <button
                            className="btn quiet icon"
                            type="button"
                            disabled={busy || index === 0}
                            aria-label={t("views.up", { name: shown(view.name) })}
                            onClick={() => move(view, -1)}
                          >
                            <Icon name="up" />
                          </button>
                          <button
                            className="btn quiet icon"
                            type="button"
                            disabled={busy || index === own.length - 1}
                            aria-label={t("views.down", { name: shown(view.name) })}
                            onClick={() => move(view, 1)}
                          >
                            <Icon name="down" />
                          </button>
                          <button
                            className="btn quiet sm"
                            type="button"
                            disabled={busy}
                            aria-label={t("views.rename.what", { name: shown(view.name) })}
                            onClick={() => setRenaming(view)}
                          >
                            {t("views.rename")}
                          </button>
                          <button
                            className="btn quiet sm"
                            type="button"
                            disabled={busy}
                            aria-label={t("views.remove.what", { name: shown(view.name) })}
                            onClick={() => remove(view)}
                          >
                            {t("views.remove")}
                          </button>
                        </>
                      )}
                    </>
                  )}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Dialog>
  );
}

function Renaming({
  view,
  busy,
  onName,
  onCancel,
}: {
  view: Saved;
  busy: boolean;
  onName: (name: string) => void;
  onCancel: () => void;
}) {
  const { t } = useWords();
  const [name, setName] = useState(view.name);
  function save(event: FormEvent): void {
    event.preventDefault();
    if (name.trim()) onName(name.trim());
  }
  return (
    <form className="titleform" onSubmit={save}>
      <input
        className="input"
        // biome-ignore lint/a11y/noAutofocus: the person just asked to write here
        autoFocus
        required
        maxLength={80}
        aria-label={t("views.name")}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button className="btn primary sm" type="submit" disabled={busy}>
        {t("app.save")}
      </button>
      <button className="btn sm" type="button" onClick={onCancel}>
        {t("app.cancel")}
      </button>
    </form>
  );
}
