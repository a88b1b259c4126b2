import { Component, type ReactNode } from "react";
import { WordsContext } from "../i18n";

/** Stands where a screen fell: says so, and keeps the way out. */
export class Fallen extends Component<{ children: ReactNode }, { fallen: boolean }> {
  static override contextType = WordsContext;
  declare context: React.ContextType<typeof WordsContext>;
  override state = { fallen: false };

  static getDerivedStateFromError(): { fallen: boolean } {
    return { fallen: true };
  }

  override render(): ReactNode {
    if (!this.state.fallen) return this.props.children;
    const { t } = this.context;
    return (
      <main className="alone" aria-label={t("app.failed")}>
        <div role="alert">
          <h1>{t("app.failed")}</h1>
          <p>{t("app.failed.advice")}</p>
        </div>
        <p>
          <button className="btn primary" type="button" onClick={() => location.reload()}>
            {t("app.reload")}
          </button>{" "}
          <a href="/ecran/simple">{t("app.without")}</a>
        </p>
      </main>
    );
  }
}
