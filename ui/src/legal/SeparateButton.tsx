import { useQueryClient } from "@tanstack/react-query";
import { useDoing } from "../admin/parts/useDoing";
import { useWords } from "../i18n";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import type { Saisine } from "../ticket/queries";
import { separated } from "./queries";

/** Undoes a join: each clock runs by itself again. */
export function SeparateButton({ saisine }: { saisine: Saisine }) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const { run, busy, problem } = useDoing();
  async function go(): Promise<void> {
    const done = await run(async () => {
      await separated(saisine);
    });
    void client.invalidateQueries({ queryKey: ["ticket"] });
    if (done) tell(t("legal.separated"));
  }
  return (
    <>
      <button className="btn sm" type="button" disabled={busy} onClick={() => void go()}>
        {t("legal.separate")}
      </button>
      {problem && (
        <p className="err-m" role="alert">
          {refusalWords(problem, t)}
        </p>
      )}
    </>
  );
}
