import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { actName } from "../api/client";
import { useMay, useZone } from "../api/house";
import { Problem } from "../api/problem";
import { type Key, useWords } from "../i18n";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { ReasonDialog } from "../parts/ReasonDialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { More } from "./More";
import {
  FILES,
  type File,
  isFile,
  lanesQuery,
  resolved,
  sendingsQuery,
  waitingSendingsQuery,
} from "./queries";
import { ReplayDialog } from "./ReplayDialog";
import { type Deciding, SendingTable } from "./SendingTable";

/** S9: what leaves, what did not, and what a person decides of it. Nothing is gone without an act. */
export default function OutboxScreen() {
  const { t } = useWords();
  const [address] = useSearchParams();
  const asked = address.get("file");
  const file: File = isFile(asked) ? asked : "reprendre";
  const may = useMay("tickets:write");
  const list = useInfiniteQuery(sendingsQuery(file));
  const waiting = useQuery(waitingSendingsQuery).data;
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const [replays, setReplays] = useState(false);
  const sendings = list.data?.pages.flatMap((page) => page.data) ?? [];
  const name = t(`outbox.file.${file}` as Key);

  return (
    <Main titles={[name, t("outbox.title")]}>
      <header className="bar">
        <h1>{t("outbox.title")}</h1>
        <span className="muted small grow">{t("outbox.kept")}</span>
        <button className="btn sm" type="button" onClick={() => void list.refetch()}>
          <Icon name="again" />
          {t("outbox.refresh")}
        </button>
        {may && file === "reprendre" && sendings.length > 1 && (
          <button className="btn sm" type="button" aria-haspopup="dialog" onClick={() => setReplays(true)}>
            {t("outbox.replay")}
          </button>
        )}
      </header>
      <nav className="tabs" aria-label={t("outbox.files")}>
        {(Object.keys(FILES) as File[]).map((one) => (
          <Link key={one} to={`/envois?file=${one}`} aria-current={one === file ? "page" : undefined}>
            {t(`outbox.file.${one}` as Key)}
            {one === "reprendre" && waiting !== undefined && <span className="n">{waiting}</span>}
          </Link>
        ))}
      </nav>
      <div className="scroll">
        <Lanes />
        {list.isPending ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : list.error && !list.data ? (
          <Trouble error={list.error} retry={() => void list.refetch()} />
        ) : sendings.length === 0 ? (
          <Empty title={t(`outbox.empty.${file}` as Key)} advice={t(`outbox.teach.${file}` as Key)} />
        ) : (
          <>
            <SendingTable
              caption={name}
              sendings={sendings}
              onDecide={may && file === "reprendre" ? setDeciding : null}
            />
            <More list={list} />
          </>
        )}
      </div>
      {deciding && <DecisionDialog deciding={deciding} onClose={() => setDeciding(null)} />}
      {replays && <ReplayDialog onClose={() => setReplays(false)} />}
    </Main>
  );
}

/** What is decided of one sending, its reason, and half a minute to take it back. */
function DecisionDialog({
  deciding: { sending, decision },
  onClose,
}: {
  deciding: Deciding;
  onClose: () => void;
}) {
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const moved = () =>
    Promise.all(["sendings", "waiting", "lanes"].map((key) => client.invalidateQueries({ queryKey: [key] })));

  async function takeBack(): Promise<void> {
    try {
      await resolved(sending.id, "undo", t("outbox.undo.reason"), actName());
      tell(t("bulk.undone"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell([error.title || t("error.network"), error.detail].filter(Boolean).join(". "));
    }
    void moved();
  }

  return (
    <ReasonDialog
      title={t(`outbox.${decision}.title` as Key)}
      act={t(`outbox.${decision}` as Key)}
      onClose={onClose}
      onAct={async (reason, name) => {
        await resolved(sending.id, decision, reason, name);
        void moved();
        tell(t(`outbox.${decision}.done` as Key), {
          words: t("bulk.undo"),
          run: () => void takeBack(),
        });
      }}
    >
      <p>{t(`outbox.${decision}.effect` as Key)}</p>
      <p className="muted small">{shown(String(sending.recipient.address ?? ""))}</p>
    </ReasonDialog>
  );
}

/** The channels that hold their sendings back, and why. */
function Lanes() {
  const { t, language } = useWords();
  const zone = useZone();
  const lanes = useQuery(lanesQuery).data ?? [];
  return lanes.map((lane) => (
    <p key={lane.channel_id} className="notice warn lane">
      <Icon name="warn" />
      <span>
        <b>{t(`outbox.lane.${lane.state}` as Key)}</b> {t("outbox.lane.waiting", { n: lane.waiting })}{" "}
        {lane.reason && `${lane.reason}. `}
        {lane.held_until && t("outbox.lane.until", { at: moment(lane.held_until, language, zone) })}{" "}
        <Link to={`/reglages/canaux/${lane.channel_id}`}>{t("outbox.lane.see")}</Link>
      </span>
    </p>
  ));
}
