import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { isAnswer } from "../../api/client";
import { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import { refusalWords } from "../../parts/refusalWords";
import { useTell } from "../../parts/toasts";
import { useAdmin } from "../words";

/**
 * Makes again what was removed, and says whether it could: its name may have been taken meanwhile. Where no answer came, it is
 * offered again; `make` bears one name, so that it is made once.
 */
export function useRestoring(key: QueryKey): (make: () => Promise<unknown>) => void {
  const say = useAdmin();
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  async function restore(make: () => Promise<unknown>): Promise<void> {
    try {
      await make();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      const again = { words: t("app.retry"), run: () => void restore(make) };
      const why = failure.detail || refusalWords(failure, t);
      tell(say("ready.restored.not", { why }), isAnswer(failure) ? undefined : again);
      return;
    }
    await client.invalidateQueries({ queryKey: key });
    tell(say("ready.restored"));
  }
  return (make) => void restore(make);
}
