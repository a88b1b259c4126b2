import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { begin } from "../api/begin";
import { useMe } from "../api/house";
import { Problem } from "../api/problem";
import { chooseLanguage, type Key, useWords } from "../i18n";
import { wishesQuery } from "../notices/queries";
import { WishesForm } from "../notices/WishesForm";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { type Preferences, preferencesQuery, useSavePreferences } from "../shell/preferences";
import { shown } from "../text/unseen";

const KeysDialog = lazy(() => import("../shell/KeysDialog"));

const THEMES = ["system", "light", "dark"] as const;
const DENSITIES = ["normal", "tight"] as const;
const LANGUAGES = ["fr", "en"] as const;
const ORDERS = ["oldest", "newest"] as const;

/** S11: how one likes one's screens, kept with the account; and where to find help. */
export default function ProfileScreen() {
  const { t, language } = useWords();
  const me = useMe();
  const tell = useTell();
  const save = useSavePreferences();
  const client = useQueryClient();
  if (me.user_id !== null) begin(client, wishesQuery);
  const read = useQuery(preferencesQuery);
  const [keys, setKeys] = useState(false);
  const [error, setError] = useState<Problem | null>(null);

  async function choose(change: Partial<Omit<Preferences, "version">>): Promise<void> {
    setError(null);
    try {
      await save(change);
      if (change.language && change.language !== language) chooseLanguage(change.language);
      tell(t("ticket.saved"));
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure);
    }
  }
  const likes = read.data;

  return (
    <Main titles={[t("profile.title")]}>
      <header className="bar">
        <h1>{t("profile.title")}</h1>
        <span className="muted small grow">{shown(me.name)}</span>
      </header>
      <div className="scroll profile stack">
        {read.error && <Trouble error={read.error} retry={() => void read.refetch()} />}
        {error && <Trouble error={error} plain />}
        {likes === null && <p className="muted">{t("profile.nobody")}</p>}
        {likes && (
          <section className="stack" aria-labelledby="h-ecrans">
            <h2 id="h-ecrans">{t("profile.screens")}</h2>
            <p className="muted small">{t("profile.kept")}</p>
            <Choice
              name="theme"
              values={THEMES}
              chosen={likes.theme}
              onChoose={(theme) => void choose({ theme })}
            />
            <Choice
              name="density"
              values={DENSITIES}
              chosen={likes.density}
              onChoose={(density) => void choose({ density })}
            />
            <Choice
              name="language"
              values={LANGUAGES}
              chosen={likes.language ?? language}
              onChoose={(tongue) => void choose({ language: tongue })}
            />
            <Choice
              name="thread_order"
              values={ORDERS}
              chosen={likes.thread_order}
              onChoose={(thread_order) => void choose({ thread_order })}
            />
            {likes.columns.length > 0 && (
              <p>
                <button className="btn" type="button" onClick={() => void choose({ columns: [] })}>
                  {t("profile.columns.reset")}
                </button>
              </p>
            )}
          </section>
        )}
        {likes && <WishesForm />}
        <section className="stack" aria-labelledby="h-aide">
          <h2 id="h-aide">{t("profile.help")}</h2>
          <p>
            <button className="btn" type="button" aria-haspopup="dialog" onClick={() => setKeys(true)}>
              {t("profile.keys")}
            </button>
          </p>
          <ul>
            <li>
              <a href="/profil">{t("profile.account")}</a>{" "}
              <span className="muted">{t("profile.elsewhere")}</span>
            </li>
            <li>
              <a href="/accessibilite">{t("profile.accessibility")}</a>
            </li>
            <li>
              <a href="/ecran/simple">{t("app.without")}</a>{" "}
              <span className="muted">{t("profile.elsewhere")}</span>
            </li>
          </ul>
        </section>
      </div>
      <Suspense fallback={null}>{keys && <KeysDialog onClose={() => setKeys(false)} />}</Suspense>
    </Main>
  );
}

function Choice<Value extends string>({
  name,
  values,
  chosen,
  onChoose,
}: {
  name: "theme" | "density" | "language" | "thread_order";
  values: readonly Value[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const { t } = useWords();
  return (
    <fieldset>
      <legend>{t(`profile.${name}`)}</legend>
      {values.map((value) => (
        <label className="tick" key={value}>
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{t(`profile.${name}.${value}` as Key)}</span>
        </label>
      ))}
    </fieldset>
  );
}
