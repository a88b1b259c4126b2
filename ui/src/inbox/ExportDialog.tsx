import { useId, useState } from "react";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import type { Column } from "./columns";
import { type FileFormat, FORMATS, fileAddress } from "./listFile";
import type { Wanted } from "./views";

/** The list on screen as a file, whole, in the columns one has; what it holds is read by the server at that moment. */
export default function ExportDialog({
  wanted,
  columns,
  onClose,
}: {
  wanted: Wanted;
  columns: readonly Column[];
  onClose: () => void;
}) {
  const { t } = useWords();
  const id = useId();
  const [format, setFormat] = useState<FileFormat>("ods");
  const [every, setEvery] = useState(false);
  return (
    <Dialog
      title={t("export.title")}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button className="btn" type="button" onClick={onClose}>
            {t("app.close")}
          </button>
          {!wanted.q && (
            <a className="btn primary" href={fileAddress(wanted, every ? [] : columns, format)} download>
              {t("export.take")}
            </a>
          )}
        </>
      }
    >
      {wanted.q ? (
        <p>{t("export.words")}</p>
      ) : (
        <div className="stack">
          <p className="soft">{t("export.about")}</p>
          <div className="field">
            <label htmlFor={id}>{t("export.format")}</label>
            <select
              id={id}
              className="select"
              value={format}
              onChange={(event) => setFormat(event.target.value as FileFormat)}
            >
              {FORMATS.map((one) => (
                <option key={one} value={one}>
                  {t(`export.format.${one}`)}
                </option>
              ))}
            </select>
          </div>
          <label className="tick">
            <input type="checkbox" checked={every} onChange={(event) => setEvery(event.target.checked)} />
            <span>{t("export.every")}</span>
          </label>
        </div>
      )}
    </Dialog>
  );
}
