import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { fr, type Key } from "../i18n/fr";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Main } from "../parts/Main";
import { ReasonDialog } from "../parts/ReasonDialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { moment } from "../text/dates";
import { size } from "../text/sizes";
import { shown } from "../text/unseen";
import { More } from "./More";
import { type Held, heldQuery, released } from "./queries";

/** S9: what arrived and opened no request. Each is looked at by somebody; its date stays the one it arrived on. */
export default function QuarantineScreen() {
  const { t } = useWords();
  const reads = useMay("intake:read");
  const may = useMay("intake:write");
  const client = useQueryClient();
  const tell = useTell();
  const list = useInfiniteQuery({ ...heldQuery, enabled: reads });
  const [releasing, setReleasing] = useState<Held | null>(null);
  const held = list.data?.pages.flatMap((page) => page.data) ?? [];

  return (
    <Main titles={[t("rail.quarantine")]}>
      <header className="bar">
        <h1>{t("rail.quarantine")}</h1>
        <span className="muted small grow">{t("quarantine.order")}</span>
      </header>
      <div className="scroll">
        {!reads ? (
          <div className="state">
            <h2>{t("error.forbidden")}</h2>
            <p>{t("quarantine.forbidden")}</p>
          </div>
        ) : list.isPending ? (
          <p className="wait" role="status">
            {t("app.loading")}
          </p>
        ) : list.error && !list.data ? (
          <Trouble error={list.error} retry={() => void list.refetch()} />
        ) : held.length === 0 ? (
          <Empty title={t("quarantine.empty")} advice={t("quarantine.teach")} />
        ) : (
          <>
            <p className="notice warn lane">
              <Icon name="warn" />
              <span>
                <b>{t("quarantine.saisine")}</b> {t("quarantine.saisine.why")}{" "}
                <cite className="law">CRPA R112-11-1</cite>
              </span>
            </p>
            <HeldTable held={held} onRelease={may ? setReleasing : null} />
            <More list={list} />
          </>
        )}
      </div>
      {releasing && (
        <ReasonDialog
          title={t("quarantine.release.title")}
          act={t("quarantine.release")}
          onClose={() => setReleasing(null)}
          onAct={async (reason, name) => {
            await released(releasing.receipt_id, reason, name);
            for (const key of ["held", "waiting"]) void client.invalidateQueries({ queryKey: [key] });
            tell(t("quarantine.released"));
          }}
        >
          <p>{t("quarantine.release.effect")}</p>
        </ReasonDialog>
      )}
    </Main>
  );
}

function HeldTable({ held, onRelease }: { held: readonly Held[]; onRelease: ((held: Held) => void) | null }) {
  const { t, language } = useWords();
  const zone = useZone();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{t("rail.quarantine")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("quarantine.col.received")}</th>
          <th scope="col">{t("quarantine.col.why")}</th>
          <th scope="col">{t("quarantine.col.door")}</th>
          <th scope="col">{t("quarantine.col.acts")}</th>
        </tr>
      </thead>
      <tbody>
        {held.map((one) => (
          <tr key={one.receipt_id} data-held={one.receipt_id}>
            <td>
              <time dateTime={one.received_at}>{moment(one.received_at, language, zone)}</time>
            </td>
            <td>{shown(one.reason) || "—"}</td>
            <td>
              {[doorOf(one.door, t), size(one.size, language)].join(" · ")}
              {one.verified === false && <b className="warn"> {t("quarantine.unsigned")}</b>}
            </td>
            <td>
              <span className="row decide">
                {onRelease && (
                  <button className="btn sm" type="button" onClick={() => onRelease(one)}>
                    <Icon name="again" />
                    {t("quarantine.release")}
                  </button>
                )}
                <a className="btn sm" href={`/quarantaine/${one.receipt_id}`}>
                  {t("quarantine.look")}
                </a>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function doorOf(door: string, t: (key: Key) => string): string {
  const key = `quarantine.door.${door}`;
  return key in fr ? t(key as Key) : door;
}
