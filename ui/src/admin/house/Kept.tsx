import { type ReactNode, useId, useState } from "react";
import type { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { Moved } from "../parts/Moved";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";

export interface Filling<T> {
  typed: T;
  change: (changed: Partial<T>) => void;
  /** What is wrong with a place of what was sent, and whatever stands below it. */
  wrong: (pointer: string) => string | undefined;
}

/** A setting kept whole under one version: filled, saved, and never written over somebody else's unseen. */
export function Kept<Out extends { version: number }, T extends object>({
  title,
  about,
  found,
  may,
  typedOf,
  ready = () => true,
  save,
  reread,
  theirs,
  onSaved,
  children,
}: {
  title: string;
  about: string;
  found: Out;
  may: boolean;
  typedOf: (out: Out) => T;
  /** Whether what was typed can be sent; the fields say why not. */
  ready?: (typed: T) => boolean;
  save: (version: number, typed: T) => Promise<Out>;
  reread: () => Promise<Out>;
  theirs: (there: Out) => ReactNode;
  onSaved: (out: Out) => void;
  children: (filling: Filling<T>) => ReactNode;
}) {
  const say = useAdmin();
  const { t } = useWords();
  const tell = useTell();
  const heading = useId();
  const doing = useDoing();
  const [version, setVersion] = useState(found.version);
  const [typed, setTyped] = useState<T>(() => typedOf(found));
  const stale = doing.problem?.status === 412 ? doing.problem : null;

  function restart(there: Out): void {
    setVersion(there.version);
    setTyped(typedOf(there));
    doing.clear();
  }

  return (
    <section aria-labelledby={heading}>
      <form
        className="settings stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready(typed)) return;
          void doing.run(async () => {
            const out = await save(version, typed);
            restart(out);
            onSaved(out);
            tell(say("ready.saved"));
          });
        }}
      >
        <h2 id={heading}>{title}</h2>
        <p className="soft small">{about}</p>
        {!may && <p className="muted small">{say("house.read_only")}</p>}
        <fieldset className="stack" disabled={!may}>
          <legend className="vh">{title}</legend>
          {children({
            typed,
            change: (changed) => setTyped((all) => ({ ...all, ...changed })),
            wrong: (pointer) => wrongOf(doing.problem, pointer),
          })}
        </fieldset>
        {stale && (
          <Moved
            problem={stale}
            reread={reread}
            theirs={theirs}
            onTheirs={restart}
            onMine={(there) => {
              setVersion(there.version);
              doing.clear();
            }}
          />
        )}
        {doing.problem && !stale && <Refusal problem={doing.problem} />}
        {may && (
          <p>
            <button className="btn" type="submit" disabled={doing.busy}>
              {doing.busy ? t("app.loading") : t("app.save")}
              <span className="vh"> {title}</span>
            </button>
          </p>
        )}
      </form>
    </section>
  );
}

const wrongOf = (problem: Problem | null, pointer: string): string | undefined =>
  problem?.places
    .filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))
    .map((one) => one.detail)
    .join(" ; ") || undefined;
