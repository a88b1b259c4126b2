import { type ReactNode, useEffect, useRef, useState } from "react";
import { Problem } from "../../api/problem";
import { useWords } from "../../i18n";
import { Trouble } from "../../parts/Trouble";
import { useAdmin } from "../words";

/**
 * Somebody changed it since it was read: what stands there now is read and shown, then one keeps one's own words over it, knowing
 * them, or goes on from theirs. Nothing is overwritten unseen.
 */
export function Moved<T>({
  problem,
  reread,
  theirs,
  onTheirs,
  onMine,
}: {
  problem: Problem;
  reread: () => Promise<T>;
  theirs: (there: T) => ReactNode;
  onTheirs: (there: T) => void;
  onMine: (there: T) => void;
}) {
  const say = useAdmin();
  const { t } = useWords();
  const [there, setThere] = useState<T | null>(null);
  const [lost, setLost] = useState<Problem | null>(null);
  const asking = useRef(reread);
  asking.current = reread;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is read anew
  useEffect(() => {
    let stale = false;
    setLost(null);
    asking.current().then(
      (found) => stale || setThere(found),
      (failure: unknown) => {
        if (!(failure instanceof Problem)) throw failure;
        if (!stale) setLost(failure);
      },
    );
    return () => {
      stale = true;
    };
  }, [problem]);
  return (
    <div className="notice warn stack" role="alert">
      <div className="grow">
        <b>{say("moved.title")}</b>
        {lost ? (
          <Trouble error={lost} plain />
        ) : there === null ? (
          <p>{t("app.loading")}</p>
        ) : (
          <>
            <p>{say("moved.theirs")}</p>
            <div data-theirs>{theirs(there)}</div>
            <p className="row">
              <button className="btn sm" type="button" onClick={() => onTheirs(there)}>
                {say("moved.take")}
              </button>
              <button className="btn sm" type="button" onClick={() => onMine(there)}>
                {say("moved.keep")}
              </button>
            </p>
          </>
        )}
      </div>
    </div>
  );
}
