import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { Moved } from "../admin/parts/Moved";
import { useDoing } from "../admin/parts/useDoing";
import { api, got } from "../api/client";
import { useWords } from "../i18n";
import { changed } from "../inbox/changes";
import type { Ticket } from "../inbox/queries";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import {
  asked,
  type CustomField,
  type Held,
  labelOf,
  same,
  sentOf,
  type Typed,
  typedOf,
} from "./customFields";
import { FieldInput } from "./FieldInput";
import { ticketQuery } from "./queries";
import { useHeldWords } from "./useHeldWords";

type Form = Record<string, Typed>;

/** Fills the fields of a request at the version read: only what was changed is sent, each refusal stands beside its field. */
export default function FieldsDialog({
  ticket,
  fields,
  onClose,
}: {
  ticket: Ticket;
  fields: readonly CustomField[];
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  const words = useHeldWords();
  const open = fields.filter((one) => asked(one, ticket));
  const formOf = (from: Ticket): Form =>
    Object.fromEntries(open.map((one) => [one.key, typedOf(from.custom_fields[one.key])]));
  const [read, setRead] = useState(ticket);
  const [form, setForm] = useState<Form>(() => formOf(ticket));
  const [from, setFrom] = useState(ticket);
  const wrong = (key: string): string | undefined =>
    doing.problem?.places.find((one) => `${one.pointer}/`.startsWith(`/custom_fields/${key}/`))?.detail;

  async function save(): Promise<void> {
    const sent: Record<string, Held | null> = {};
    for (const field of open) {
      const value = sentOf(field, form[field.key] ?? "");
      if (!same(value, from.custom_fields[field.key])) sent[field.key] = value;
    }
    if (Object.keys(sent).length === 0) {
      onClose();
      return;
    }
    const done = await doing.run(async () => {
      const now = await changed(read, { custom_fields: sent });
      client.setQueryData(ticketQuery(ticket.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    });
    if (!done) return;
    tell(t("fields.saved"));
    onClose();
  }

  const stale = doing.problem?.status === 412 ? doing.problem : null;
  const placed = open.some((one) => wrong(one.key));
  return (
    <ActDialog
      title={t("fields.fill")}
      act={t("fields.save")}
      busy={doing.busy}
      problem={stale || placed ? null : doing.problem}
      onAct={() => void save()}
      onClose={onClose}
    >
      {stale && (
        <Moved
          problem={stale}
          reread={() =>
            got(api.GET("/api/v1/tickets/{ticket_id}", { params: { path: { ticket_id: ticket.id } } }))
          }
          theirs={(there: Ticket) => (
            <dl className="dl">
              {open.map((field) => {
                const held = there.custom_fields[field.key];
                return (
                  <div key={field.id} className="point">
                    <dt>{shown(labelOf(field, language))}</dt>
                    <dd>{held === undefined ? "—" : shown(words(field, held))}</dd>
                  </div>
                );
              })}
            </dl>
          )}
          onTheirs={(there) => {
            setRead(there);
            setFrom(there);
            setForm(formOf(there));
            doing.clear();
          }}
          onMine={(there) => {
            setRead(there);
            doing.clear();
          }}
        />
      )}
      {open.map((field) => (
        <FieldInput
          key={field.id}
          field={field}
          typed={form[field.key] ?? ""}
          wrong={wrong(field.key)}
          onType={(typed) => setForm((all) => ({ ...all, [field.key]: typed }))}
        />
      ))}
    </ActDialog>
  );
}
