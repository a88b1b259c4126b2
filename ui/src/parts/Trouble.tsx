import { doneBefore, Problem } from "../api/problem";
import { useWords } from "../i18n";

/** Says a failure in words: what happened, what to do, and the number to give whoever keeps the installation. */
export function Trouble({
  error,
  retry,
  plain = false,
}: {
  error: unknown;
  retry?: () => void;
  plain?: boolean;
}) {
  const { t } = useWords();
  const problem = error instanceof Problem ? error : null;
  const proof = problem?.code === "proof-wanted";
  const before = problem !== null && doneBefore(problem);
  const title =
    problem?.status === 0
      ? t("error.network")
      : problem?.status === 403 && !proof
        ? t("error.forbidden")
        : before
          ? t("error.done_before")
          : problem?.title || t("error.refused");
  const detail =
    problem?.status === 0
      ? t("error.network.advice")
      : before
        ? t("error.done_before.advice")
        : proof
          ? t("error.proof")
          : (problem?.detail ?? "");
  return (
    <div className={plain ? "" : "state"} role="alert">
      <h2>{title}</h2>
      {detail && <p>{detail}</p>}
      {proof && (
        <p>
          <a className="btn" href="/preuve" target="_blank" rel="noreferrer">
            {t("error.proof.open")}
          </a>
        </p>
      )}
      {problem?.flaws.map((flaw) => (
        <p key={flaw}>{flaw}</p>
      ))}
      {problem && problem.status >= 500 && problem.requestId && (
        <p className="muted small">{t("error.reference", { id: problem.requestId })}</p>
      )}
      {retry && problem?.status !== 403 && (
        <p>
          <button className="btn" type="button" onClick={retry}>
            {t("app.retry")}
          </button>
        </p>
      )}
    </div>
  );
}
