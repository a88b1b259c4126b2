import { useId, useRef, useState } from "react";
import { useMay } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import type { Saisine } from "../ticket/queries";
import { AsItReads } from "./AsItReads";
import { Foot } from "./Foot";
import { KindField } from "./KindField";
import { LetterField } from "./LetterField";
import type { Form, Way } from "./queries";
import { SentLetters } from "./SentLetters";
import { askedOf, begun, isTyped, type Typed } from "./typed";
import { useReading } from "./useReading";
import { useSending } from "./useSending";
import { WayFields } from "./WayFields";
import { useLetterWords } from "./words";

/** The form beside the letter as it would read; what is wrong stands beside its field, and nothing typed is lost unasked. */
export function LetterForm({
  ticket,
  saisine,
  forms,
  title,
  onClose,
}: {
  ticket: Ticket;
  saisine: Saisine;
  forms: readonly Form[];
  title: string;
  onClose: () => void;
}) {
  const { t } = useWords();
  const say = useLetterWords();
  const id = useId();
  const maySend = useMay("tickets:write");
  const [kind, setKind] = useState<Form["kind"] | null>(null);
  const [typed, setTyped] = useState<Typed>({});
  const [wanted, setWanted] = useState<Way | null>(null);
  const [to, setTo] = useState("");
  const [tried, setTried] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const from = useRef<Element | null>(null);
  const form = forms.find((one) => one.kind === kind) ?? (forms[0] as Form);
  const way = form.ways.find((one) => one.way === wanted)?.way ?? openWay(form);
  const reading = useReading(saisine, form, askedOf(form, typed));
  const sending = useSending(ticket, saisine, onClose);
  const usual = form.fields.filter((one) => !one.folded);
  const seldom = form.fields.filter((one) => one.folded);

  function wrong(name: string): string | undefined {
    const pointer = name === "way" ? "/way" : `/fields/${name}`;
    const refused = [...(sending.problem?.places ?? []), ...(reading.problem?.places ?? [])];
    const flaw = refused.find((place) => `${place.pointer}/`.startsWith(`${pointer}/`));
    return flaw ? begun(flaw.detail) : tried ? reading.lacking(name) : undefined;
  }

  function goTo(name: string): void {
    const field = document.getElementById(id)?.querySelector<HTMLElement>(`[data-field="${name}"]`);
    const folded = field?.closest("details");
    if (folded) folded.open = true;
    field?.focus();
  }

  function submit(): void {
    setTried(true);
    const first = reading.firstLacking();
    if (first) goTo(first);
    else if (reading.lacks) document.getElementById(`${id}-reads`)?.focus();
    else
      void sending.send({
        ...askedOf(form, typed),
        way,
        to_contact_point_id: (way === "channel" && to) || null,
      });
  }

  function close(): void {
    if (sending.busy) return;
    if (leaving) stay();
    else if (!isTyped(typed)) onClose();
    else {
      from.current = document.activeElement;
      setLeaving(true);
    }
  }

  function stay(): void {
    setLeaving(false);
    if (from.current instanceof HTMLElement) from.current.focus();
  }

  const fieldsOf = (fields: Form["fields"]) =>
    fields.map((field) => (
      <LetterField
        key={field.name}
        field={field}
        typed={typed[field.name] ?? ""}
        wrong={wrong(field.name)}
        onType={(text) => setTyped((all) => ({ ...all, [field.name]: text }))}
      />
    ));

  return (
    <Dialog
      title={title}
      wide
      onClose={close}
      foot={
        <Foot
          form={id}
          leaving={leaving}
          onThrow={onClose}
          onStay={stay}
          onClose={close}
          busy={sending.busy}
          act={form.stands && maySend ? say(way === "channel" ? "letter.send" : "letter.keep") : null}
          told={maySend ? "" : say("letter.cannot")}
        />
      }
    >
      <form
        id={id}
        className="cols letter-cols"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="stack">
          <KindField
            forms={forms}
            form={form}
            onKind={(next) => {
              setKind(next);
              setTried(false);
              sending.clear();
            }}
          />
          {form.stands ? (
            <>
              {fieldsOf(usual)}
              <details open={seldom.some((one) => wrong(one.name)) || undefined}>
                <summary>{say("letter.folded")}</summary>
                <div className="stack letter-folded">{fieldsOf(seldom)}</div>
              </details>
              <WayFields
                form={form}
                way={way}
                onWay={setWanted}
                contactId={ticket.contact?.id ?? null}
                to={to}
                onTo={setTo}
                wrong={wrong("way")}
              />
              {sending.problem && <Trouble error={sending.problem} plain />}
            </>
          ) : (
            <div className="notice warn">
              <p>
                <b>{say("letter.not")}.</b> {form.because}. <cite className="law">{form.source}</cite>
              </p>
            </div>
          )}
          <SentLetters saisineId={saisine.id} />
        </div>
        <AsItReads
          id={`${id}-reads`}
          preview={form.stands ? reading.preview : undefined}
          reading={form.stands && reading.busy}
          problem={form.stands ? reading.problem : null}
          labelOf={(name) => form.fields.find((one) => one.name === name)?.label ?? name}
          goTo={goTo}
          reread={reading.again}
        >
          {form.stands && (
            <button className="btn sm" type="button" disabled={reading.opening} onClick={reading.open}>
              {reading.opening ? t("app.loading") : say("letter.see")}
            </button>
          )}
        </AsItReads>
      </form>
    </Dialog>
  );
}

/** The first way that is open, else the first. */
const openWay = (form: Form): Way => (form.ways.find((one) => one.open) ?? form.ways[0])?.way ?? "channel";
