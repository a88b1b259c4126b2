import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { customFieldsQuery, useMay } from "../api/house";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { Trouble } from "../parts/Trouble";
import { shown } from "../text/unseen";
import { asked, type CustomField, labelOf } from "./customFields";
import { useHeldWords } from "./useHeldWords";

const FieldsDialog = lazy(() => import("./FieldsDialog"));

/** The fields the administration adds to its requests: what they hold here, and filling them. */
export function FieldsPanel({ ticket }: { ticket: Ticket }) {
  const { t, language } = useWords();
  const words = useHeldWords();
  const fields = useQuery(customFieldsQuery);
  const may = useMay("tickets:write") && !ticket.merged_into;
  const [filling, setFilling] = useState(false);
  if (fields.error) return <Trouble error={fields.error} plain />;
  const here = (fields.data ?? []).filter((one) => asked(one, ticket) || one.key in ticket.custom_fields);
  if (here.length === 0) return null;
  const said = (field: CustomField): string => {
    const held = ticket.custom_fields[field.key];
    return held === undefined ? "—" : shown(words(field, held));
  };
  return (
    <div className="ctx" data-fields>
      <h3>{t("fields.title")}</h3>
      <dl className="dl">
        {here.map((field) => (
          <div key={field.id} className="point">
            <dt>{shown(labelOf(field, language))}</dt>
            <dd>
              {said(field)}
              {field.required_to_close && !(field.key in ticket.custom_fields) && (
                <span className="tag warn">{t("fields.required")}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {may && (
        <button
          className="btn quiet sm"
          type="button"
          aria-haspopup="dialog"
          onClick={() => setFilling(true)}
        >
          <Icon name="form" />
          {t("fields.fill")}
        </button>
      )}
      <Suspense fallback={null}>
        {filling && <FieldsDialog ticket={ticket} fields={here} onClose={() => setFilling(false)} />}
      </Suspense>
    </div>
  );
}
