import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { api, got, ifMatch, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { chooseLanguage, wishedLanguage } from "../i18n";
import { adoptKeys, chosenKeys, keysAreOn, onKeysChosen } from "./keys";

export type Preferences = Schemas["PreferencesOut"];
type Change = Partial<Omit<Preferences, "version">>;

const THEME = "parvis.theme";

/** What the person chose, kept with their account. A program, or a guest of the installation, has none: the usual ones. */
export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: async ({ signal }) => {
    try {
      return await got(api.GET("/api/v1/me/preferences", { signal }));
    } catch (error) {
      if (error instanceof Problem && error.status === 403) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export const usePreferences = (): Preferences | null => useQuery(preferencesQuery).data ?? null;

/** Shows the theme: the one chosen, else the device's. Kept here too, so that the next page begins with it. */
export function showTheme(theme: Preferences["theme"]): void {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(THEME);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(THEME, theme);
  }
}

export function showKeptTheme(): void {
  const kept = localStorage.getItem(THEME);
  if (kept === "light" || kept === "dark") showTheme(kept);
}

/** Changes what is given at the version read; another window's change of something else is no conflict, and is kept. */
async function save(client: QueryClient, change: Change): Promise<Preferences | null> {
  const read = await client.fetchQuery({ ...preferencesQuery, staleTime: Number.POSITIVE_INFINITY });
  if (!read) return null;
  const write = (version: number) =>
    got(
      api.PATCH("/api/v1/me/preferences", {
        params: { header: ifMatch(version) },
        body: change as Schemas["PreferencesChange"],
      }),
    );
  try {
    return await write(read.version);
  } catch (error) {
    if (!(error instanceof Problem && error.status === 412)) throw error;
    const now = await got(api.GET("/api/v1/me/preferences"));
    return await write(now.version);
  }
}

// One after the other: keys that choose quickly would change a version that is about to be another.
let turn: Promise<unknown> = Promise.resolve();

export function useSavePreferences(): (change: Change) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    (change) => {
      const mine = turn.then(async () => {
        const kept = await save(client, change);
        if (kept) client.setQueryData(preferencesQuery.queryKey, kept);
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    [client],
  );
}

/** Makes the screens as the person likes them, on whatever machine, and keeps the keys they change. */
export function usePreferredScreens(): void {
  const preferences = useQuery(preferencesQuery).data;
  const keep = useSavePreferences();
  useEffect(() => {
    if (!preferences) return;
    showTheme(preferences.theme);
    document.documentElement.dataset.density = preferences.density === "tight" ? "serree" : "";
    if (preferences.version > 0) adoptKeys(preferences.keys, preferences.keys_on);
    if (preferences.language && preferences.language !== wishedLanguage())
      chooseLanguage(preferences.language);
  }, [preferences]);
  useEffect(
    () =>
      onKeysChosen(() => {
        // Where the link is lost the keys stand in this browser, and are kept with the next change.
        keep({ keys: chosenKeys(), keys_on: keysAreOn() }).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error;
        });
      }),
    [keep],
  );
}
