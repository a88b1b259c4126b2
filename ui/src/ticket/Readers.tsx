import { useWords } from "../i18n";

/** Who will read an answer to what was said before everybody: the person alone, unless its author says otherwise. */
export function Readers({ openly, choose }: { openly: boolean; choose: (openly: boolean) => void }) {
  const { t } = useWords();
  return (
    <fieldset>
      <legend className="vh">{t("compose.readers")}</legend>
      <div className="chsel">
        <label>
          <input type="radio" name="lecteurs" checked={!openly} onChange={() => choose(false)} />
          {t("compose.readers.one")}
        </label>
        <label>
          <input type="radio" name="lecteurs" checked={openly} onChange={() => choose(true)} />
          {t("compose.readers.all")}
        </label>
      </div>
    </fieldset>
  );
}

/** What everybody would read is published by a second gesture, after it was written. */
export function Publishing({
  published,
  publish,
}: {
  published: boolean;
  publish: (published: boolean) => void;
}) {
  const { t } = useWords();
  return (
    <label className="tick pub">
      <input type="checkbox" checked={published} onChange={(event) => publish(event.target.checked)} />
      <span>
        <b>{t("compose.public")}</b> {t("compose.public.confirm")}
      </span>
    </label>
  );
}
