import { useWords } from "../i18n";
import { Icon } from "./Icon";

/** Says that a link leads out of the application: a sign for the eye, words for who hears the screen. */
export function Outside() {
  const { t } = useWords();
  return (
    <>
      <span className="outside" aria-hidden="true">
        <Icon name="leave" />
      </span>
      <span className="vh"> {t("rail.elsewhere")}</span>
    </>
  );
}
