import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { FormField } from "../admin/parts/FormField";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import type { Saisine } from "../ticket/queries";
import { EventEffect } from "./EventEffect";
import { EventFields } from "./EventFields";
import { eventOf, missingOf, type Typed } from "./eventForm";
import { JoinDialog } from "./JoinDialog";
import { type EventForm, eventFormsQuery, type LegalEvent } from "./queries";
import { useRecording } from "./useRecording";

const NONE: readonly EventForm[] = [];

/** Records what happened to a saisine: which event, its fields, and what it would change before it is recorded. */
export default function EventDialog({
  ticketId,
  saisine,
  onClose,
}: {
  ticketId: string;
  saisine: Saisine;
  onClose: () => void;
}) {
  const { t } = useWords();
  const id = useId();
  const zone = useZone();
  const forms = useQuery(eventFormsQuery(saisine));
  const [type, setType] = useState("");
  const [typed, setTyped] = useState<Typed>({});
  const [tried, setTried] = useState(false);
  const [joining, setJoining] = useState(false);
  const { record, busy, problem } = useRecording(ticketId, saisine, onClose);
  const offered = forms.data?.forms ?? NONE;
  const joinable = forms.data?.joinable ?? [];
  const form = offered.find((one) => one.type === type);
  const missing = form ? missingOf(form, typed) : [];
  const whole = form && missing.length === 0 ? JSON.stringify(eventOf(form, typed)) : "";
  const settled = useSettled(whole, 300);
  const wrong = (name: string): string | undefined =>
    tried && missing.some((one) => one.name === name)
      ? t("legal.field.missing")
      : problem?.places.find((one) => one.pointer === `/${name}`)?.detail;
  const placed = form?.fields.some((one) => wrong(one.name));

  function submit(): void {
    setTried(true);
    if (form && missing.length === 0) record(eventOf(form, typed));
    else requestAnimationFrame(() => firstWrong(id)?.focus());
  }

  if (joining) return <JoinDialog saisine={saisine} among={joinable} onClose={onClose} />;
  return (
    <Dialog
      title={t("legal.events")}
      wide
      onClose={onClose}
      foot={
        <>
          <span className="grow muted small">{t("legal.nothing_erased")}</span>
          <button className="btn" type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
          <button className="btn primary" type="submit" form={id} disabled={busy}>
            {busy ? t("app.loading") : t("legal.record")}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="cols"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="stack">
          {forms.error && !forms.data && (
            <Trouble error={forms.error} plain retry={() => void forms.refetch()} />
          )}
          <FormField
            label={t("legal.which")}
            hint={t("legal.which.hint", { zone })}
            wrong={tried && !form ? t("legal.field.missing") : ""}
          >
            {(described) => (
              <select
                {...described}
                className="select"
                required
                aria-busy={forms.isPending}
                value={form ? type : ""}
                onChange={({ target }) => {
                  setType(target.value);
                  setTried(false);
                }}
              >
                <option value="">{forms.isPending ? t("app.loading") : t("legal.choose")}</option>
                <Group label={t("legal.possible")} forms={offered.filter((one) => !one.refused_because)} />
                <Group label={t("legal.refused")} forms={offered.filter((one) => one.refused_because)} />
              </select>
            )}
          </FormField>
          {form?.refused_because && (
            <div className="notice warn">
              <Icon name="warn" />
              <p>
                {t("legal.refused_now")} {form.refused_because}{" "}
                <cite className="law">{form.refused_source}</cite>
              </p>
            </div>
          )}
          {form && (
            <EventFields
              fields={form.fields}
              typed={typed}
              wrong={wrong}
              onType={(name, value) => setTyped((all) => ({ ...all, [name]: value }))}
            />
          )}
          {form?.source && (
            <p className="muted small">
              <cite className="law">{form.source}</cite>
            </p>
          )}
          {!form && joinable.length > 0 && (
            <p className="row small">
              {t("legal.join.ask")}
              <button className="btn sm" type="button" onClick={() => setJoining(true)}>
                {t("legal.join")}
              </button>
            </p>
          )}
          {problem && !placed && <Trouble error={problem} plain />}
        </div>
        <EventEffect saisine={saisine} event={settled ? (JSON.parse(settled) as LegalEvent) : null} />
      </form>
    </Dialog>
  );
}

function Group({ label, forms }: { label: string; forms: readonly EventForm[] }) {
  if (forms.length === 0) return null;
  return (
    <optgroup label={label}>
      {forms.map((one) => (
        <option key={one.type} value={one.type}>
          {one.title}
        </option>
      ))}
    </optgroup>
  );
}

const firstWrong = (form: string): HTMLElement | null =>
  document.getElementById(form)?.querySelector<HTMLElement>("[aria-invalid=true]") ?? null;
