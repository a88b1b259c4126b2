import type { ReactNode } from "react";
import { useWords } from "../../i18n";
import { Trouble } from "../../parts/Trouble";

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** What was asked of the API: awaited, refused in its words, or there. */
export function Waiting<T>({ asked, children }: { asked: Asked<T>; children: (data: T) => ReactNode }) {
  const { t } = useWords();
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <p className="wait" role="status">
      {t("app.loading")}
    </p>
  );
}
