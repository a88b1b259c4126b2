import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { actName, isAnswer } from "../api/client";
import { teamsQuery, useMe } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import type { Column } from "./columns";
import { filterOf, keepView, mayKeep, OWNERS, type Owner, type Saved, savedViewsQuery } from "./savedViews";
import type { Wanted } from "./views";

/** Saves the list on screen under a name: for oneself, a team, or the whole administration. */
export default function SaveViewDialog({
  wanted,
  columns,
  onSaved,
  onClose,
}: {
  wanted: Wanted;
  columns: readonly Column[];
  onSaved: (view: Saved) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const me = useMe();
  const client = useQueryClient();
  const tell = useTell();
  const id = useId();
  const teams = (useQuery(teamsQuery).data ?? []).filter((team) => mayKeep(me, "team", team.id));
  const owners = OWNERS.filter((one) => (one === "team" ? teams.length > 0 : mayKeep(me, one, null)));
  const [name, setName] = useState("");
  const [owner, setOwner] = useState<Owner>("person");
  const [teamId, setTeamId] = useState("");
  const [act, setAct] = useState(actName);
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Problem | null>(null);
  const dated = wanted.term_before || wanted.received_from || wanted.received_to;

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setMissing(!name.trim());
    if (!name.trim()) {
      document.getElementById(`${id}-name`)?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const others = client.getQueryData(savedViewsQuery.queryKey) ?? [];
      const last = Math.max(0, ...others.filter((one) => one.owner === owner).map((one) => one.rank));
      const view = await keepView(
        {
          name: name.trim(),
          owner,
          team_id: owner === "team" ? teamId || teams[0]?.id || null : null,
          filter: filterOf(wanted),
          columns: [...columns],
          sort: wanted.sort,
          rank: Math.min(10_000, last + 10),
        },
        act,
      );
      await client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
      tell(t("views.saved", { name: shown(view.name) }));
      onSaved(view);
      onClose();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (isAnswer(failure)) setAct(actName());
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t("views.save")}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button className="btn primary" type="submit" form={id} disabled={busy}>
            {busy ? t("app.loading") : t("app.save")}
          </button>
        </>
      }
    >
      <form id={id} className="stack" noValidate onSubmit={(event) => void save(event)}>
        <div className="field">
          <label htmlFor={`${id}-name`}>{t("views.name")}</label>
          {missing && (
            <span className="err-m" role="alert" id={`${id}-wrong`}>
              {t("views.name.missing")}
            </span>
          )}
          <input
            id={`${id}-name`}
            className="input"
            maxLength={80}
            required
            aria-invalid={missing}
            aria-describedby={missing ? `${id}-wrong` : undefined}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <fieldset className="stack-2">
          <legend>{t("views.owner")}</legend>
          {owners.map((one) => (
            <label className="tick" key={one}>
              <input type="radio" name="owner" checked={owner === one} onChange={() => setOwner(one)} />
              <span>
                {t(`views.owner.${one}`)} <span className="muted">{t(`views.owner.${one}.hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {owner === "team" && (
          <div className="field">
            <label htmlFor={`${id}-team`}>{t("inbox.filter.team")}</label>
            <select
              id={`${id}-team`}
              className="select"
              value={teamId || teams[0]?.id}
              onChange={(event) => setTeamId(event.target.value)}
            >
              {teams.map((team) => (
                <option key={team.id} value={team.id}>
                  {shown(team.name)}
                </option>
              ))}
            </select>
          </div>
        )}
        {dated && <p className="muted small">{t("views.dated")}</p>}
        {wanted.q && <p className="muted small">{t("views.uncounted")}</p>}
        {error && <Trouble error={error} plain />}
      </form>
    </Dialog>
  );
}
