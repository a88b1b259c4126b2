import { doneBefore, type Problem } from "../api/problem";
import type { Key } from "../i18n";

/** A refusal in one sentence, for a toast or beside a button: what happened, what to do. */
export const refusalWords = (error: Problem, t: (key: Key) => string): string =>
  doneBefore(error)
    ? `${t("error.done_before")}. ${t("error.done_before.advice")}`
    : [error.status === 0 ? t("error.network") : error.title, error.detail].filter(Boolean).join(". ");
