import { shown } from "../../text/unseen";
import { MoveButtons } from "../parts/MoveButtons";
import { useAdmin } from "../words";
import type { CustomField } from "./fields";

/** Fields in their order: what each holds, of which requests, and whether closing waits for it. */
export function FieldsTable({
  fields,
  busy,
  onChange,
  onMove,
  onArchive,
}: {
  fields: readonly CustomField[];
  busy: boolean;
  onChange: (one: CustomField) => void;
  onMove: (place: number, by: -1 | 1) => void;
  onArchive: (one: CustomField) => void;
}) {
  const say = useAdmin();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{say("part.fields")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("field.label")}</th>
          <th scope="col">{say("field.kind")}</th>
          <th scope="col">{say("field.of")}</th>
          <th scope="col">{say("col.acts")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((one, place) => {
          const about = <span className="vh"> {shown(one.label)}</span>;
          const living = one.choices.filter((choice) => !choice.archived);
          return (
            <tr key={one.id} data-field={one.key}>
              <td>
                <b>{shown(one.label)}</b>
                {one.archived_at && <span className="muted small"> ({say("field.is_archived")})</span>}
                <p className="muted small">
                  <code>{one.key}</code>
                </p>
              </td>
              <td className="small">
                {say(`field.kind.${one.kind}`)}
                {living.length > 0 && <p>{living.map((choice) => shown(choice.label)).join(", ")}</p>}
              </td>
              <td className="small">
                {one.procedures.length > 0 ? one.procedures.join(", ") : say("field.procedures.all")}
                {one.required_to_close && <p>{say("field.close.yes")}</p>}
              </td>
              <td>
                <div className="row">
                  <button
                    className="btn sm"
                    type="button"
                    aria-haspopup="dialog"
                    onClick={() => onChange(one)}
                  >
                    {say("people.change")}
                    {about}
                  </button>
                  <MoveButtons
                    place={place}
                    last={place === fields.length - 1}
                    busy={busy}
                    about={about}
                    onMove={(by) => onMove(place, by)}
                  />
                  <button className="btn sm" type="button" disabled={busy} onClick={() => onArchive(one)}>
                    {say(one.archived_at ? "field.reopen" : "field.archive")}
                    {about}
                  </button>
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
