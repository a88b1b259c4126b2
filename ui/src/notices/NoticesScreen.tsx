import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { api, got } from "../api/client";
import { useMe, useZone } from "../api/house";
import { useWords } from "../i18n";
import { More } from "../outbox/More";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Notice, noticesMoved, noticesQuery, unreadQuery } from "./queries";

/** What one was told: each line leads to its request, and is read once it was opened or said to be. */
export default function NoticesScreen() {
  const { t } = useWords();
  const me = useMe();
  const tell = useTell();
  const client = useQueryClient();
  const [address] = useSearchParams();
  const unread = address.get("file") !== "tous";
  const list = useInfiniteQuery({ ...noticesQuery(unread), enabled: me.user_id !== null });
  const count = useQuery({ ...unreadQuery, enabled: me.user_id !== null }).data;
  const { busy, error, run } = useTry(() => noticesMoved(client));
  const notices = list.data?.pages.flatMap((page) => page.data) ?? [];

  const readAll = (): void =>
    run(async () => {
      await got(api.PUT("/api/v1/notifications/readings", {}));
      tell(t("notices.all_read"));
    });
  const read = (one: Notice): void =>
    run(async () => {
      const params = { path: { notification_id: one.id } };
      await got(api.PUT("/api/v1/notifications/{notification_id}/reading", { params }));
    });

  return (
    <Main titles={[t("notices.title")]}>
      <header className="bar">
        <h1>{t("notices.title")}</h1>
        <span className="grow" />
        {count !== undefined && count !== "0" && (
          <button className="btn sm" type="button" disabled={busy} onClick={readAll}>
            <Icon name="check" />
            {t("notices.read_all")}
          </button>
        )}
      </header>
      <nav className="tabs" aria-label={t("notices.files")}>
        <Link to="/avis" aria-current={unread ? "page" : undefined}>
          {t("notices.unread")}
          {count !== undefined && <span className="n">{count}</span>}
        </Link>
        <Link to="/avis?file=tous" aria-current={unread ? undefined : "page"}>
          {t("notices.every")}
        </Link>
      </nav>
      <div className="scroll">
        {error && <Trouble error={error} plain />}
        {me.user_id === null ? (
          <div className="state">
            <h2>{t("notices.nobody")}</h2>
          </div>
        ) : list.isPending ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : list.error && !list.data ? (
          <Trouble error={list.error} retry={() => void list.refetch()} />
        ) : notices.length === 0 ? (
          <Empty title={t(unread ? "notices.none_unread" : "notices.none")} advice={t("notices.teach")} />
        ) : (
          <>
            <ul className="notices bare" aria-label={t("notices.title")}>
              {notices.map((one) => (
                <Line key={one.id} notice={one} busy={busy} onRead={() => read(one)} />
              ))}
            </ul>
            <More list={list} />
          </>
        )}
      </div>
    </Main>
  );
}

function Line({ notice, busy, onRead }: { notice: Notice; busy: boolean; onRead: () => void }) {
  const { t, language } = useWords();
  const zone = useZone();
  const who = shown(notice.actor_name) || t("notices.house");
  const isNew = notice.read_at === null;
  return (
    <li className={isNew ? "new" : undefined}>
      <span className="grow">
        {isNew && <span className="mark">{t("notices.new")}</span>}{" "}
        <Link to={`/dossiers/${notice.reference}`} onClick={() => isNew && onRead()}>
          {t(`notices.kind.${notice.kind}`, { who, reference: notice.reference })}
        </Link>{" "}
        <time className="muted small" dateTime={notice.at}>
          {moment(notice.at, language, zone)}
        </time>
      </span>
      {isNew && (
        <button className="btn sm quiet" type="button" disabled={busy} onClick={onRead}>
          {t("notices.read")} <span className="vh">{notice.reference}</span>
        </button>
      )}
    </li>
  );
}
