import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";

/** The foot of a list that goes on. */
export function More({
  list,
}: {
  list: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
}) {
  const { t } = useWords();
  if (list.error) return <Trouble error={list.error} retry={() => void list.fetchNextPage()} />;
  if (!list.hasNextPage) return null;
  return (
    <p className="loadmore">
      <button
        className="btn"
        type="button"
        disabled={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {list.isFetchingNextPage ? t("app.loading") : t("inbox.following")}
      </button>
    </p>
  );
}
