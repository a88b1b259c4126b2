import type { ReactNode } from "react";
import { useWords } from "../../i18n";
import { More } from "../../outbox/More";
import { Empty } from "../../parts/Empty";
import { Trouble } from "../../parts/Trouble";

export interface AskedList<T> {
  data: { pages: { data: T[] }[] } | undefined;
  error: unknown;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** A list asked page by page: awaited, refused, empty in its own words, or there with what follows. */
export function Listed<T>({
  asked,
  empty,
  advice,
  children,
}: {
  asked: AskedList<T>;
  empty: string;
  advice?: string;
  children: (rows: readonly T[]) => ReactNode;
}) {
  const { t } = useWords();
  if (!asked.data) {
    if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
    return (
      <p className="wait" role="status">
        {t("app.loading")}
      </p>
    );
  }
  const rows = asked.data.pages.flatMap((page) => page.data);
  if (rows.length === 0) return <Empty title={empty} advice={advice} />;
  return (
    <>
      {children(rows)}
      <More list={asked} />
    </>
  );
}
