import { useWords } from "../../i18n";
import { FormField } from "../parts/FormField";
import { useAdmin } from "../words";
import type { Published } from "./queries";
import { Simulation } from "./Simulation";
import { fieldName, sideOf } from "./words";

/** What publishing would do: each field before and after, the dates of an example, who carries the code; then why, and the act. */
export function Preview({
  published,
  note,
  wordless,
  busy,
  onNote,
  onPublish,
}: {
  published: Published;
  note: string;
  wordless: boolean;
  busy: boolean;
  onNote: (note: string) => void;
  onPublish: () => void;
}) {
  const say = useAdmin();
  const { t, language } = useWords();
  const speaking = { say, t, language };
  return (
    <section className="panel stack" aria-labelledby="apercu" data-preview>
      <h2 id="apercu" tabIndex={-1}>
        {say("edition.preview")}
      </h2>
      {published.differences.length === 0 ? (
        <p>{say("edition.preview.same")}</p>
      ) : (
        <dl className="changes">
          {published.differences.map((one) => (
            <div key={one.field} data-difference={one.field}>
              <dt>{fieldName(say, one.field)}</dt>
              <dd>
                <del>
                  <span className="vh">{say("edition.preview.before")} </span>
                  {sideOf(one.field, one.before, speaking)}
                </del>
              </dd>
              <dd>
                <ins>
                  <span className="vh">{say("edition.preview.after")} </span>
                  {sideOf(one.field, one.after, speaking)}
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p>
        {published.open_saisines > 0
          ? say("edition.preview.open", { n: published.open_saisines })
          : say("edition.preview.none_open")}
      </p>
      <Simulation versions={published.procedure.versions} />
      <FormField
        label={say("edition.note")}
        hint={say("edition.note.hint")}
        wrong={wordless && note.trim().length < 3 && say("field.required")}
      >
        {(described) => (
          <textarea
            {...described}
            className="area"
            name="note"
            rows={2}
            maxLength={2000}
            value={note}
            onChange={(event) => onNote(event.target.value)}
          />
        )}
      </FormField>
      <p>
        <button className="btn primary" type="button" disabled={busy} onClick={onPublish}>
          {busy ? t("app.loading") : say("edition.publish", { n: published.edition })}
        </button>
      </p>
    </section>
  );
}
