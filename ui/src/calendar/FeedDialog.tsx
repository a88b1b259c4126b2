import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMay, useZone } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Feed, feedsQuery, made, revoked } from "./queries";

/** Terms in an agenda: the file once, or addresses that an agenda follows; each holds a secret and names nobody. */
export function FeedDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const may = useMay("sve:write");
  const tell = useTell();
  const client = useQueryClient();
  const feeds = useQuery(feedsQuery);
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Problem | null>(null);

  async function tried(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await act();
      await client.invalidateQueries({ queryKey: ["feeds"] });
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  function make(event: FormEvent): void {
    event.preventDefault();
    void tried(async () => {
      setAddress((await made(name.trim())).url);
      setName("");
    });
  }

  return (
    <Dialog title={t("calendar.feed")} onClose={onClose}>
      <p>{t("calendar.feed.means")}</p>
      <p>
        <a className="btn" href="/api/v1/sve/calendar.ics" download="echeances.ics">
          {t("calendar.feed.file")}
        </a>
      </p>
      <h3>{t("calendar.feed.addresses")}</h3>
      {feeds.error && !feeds.data && <Trouble error={feeds.error} retry={() => void feeds.refetch()} plain />}
      {feeds.data?.length === 0 && <p className="muted">{t("calendar.feed.none")}</p>}
      <ul className="feeds">
        {feeds.data?.map((feed) => (
          <li key={feed.id} className="row">
            <FeedWords feed={feed} />
            {may && (
              <button
                className="btn sm"
                type="button"
                disabled={busy}
                onClick={() =>
                  void tried(async () => {
                    await revoked(feed.id);
                    tell(t("calendar.feed.revoked"));
                  })
                }
              >
                {t("calendar.feed.revoke")}
                <span className="vh"> {shown(feed.name)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {address && (
        <div className="field" role="status">
          <label htmlFor="adresse-agenda">{t("calendar.feed.once")}</label>
          <input
            id="adresse-agenda"
            className="input"
            readOnly
            value={address}
            onFocus={(e) => e.target.select()}
          />
        </div>
      )}
      {may && (
        <form onSubmit={make}>
          <div className="field">
            <label htmlFor="nom-agenda">{t("calendar.feed.name")}</label>
            <input
              id="nom-agenda"
              className="input"
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <p>
            <button className="btn primary" type="submit" disabled={busy || !name.trim()}>
              {t("calendar.feed.make")}
            </button>
          </p>
        </form>
      )}
      {error && <Trouble error={error} plain />}
    </Dialog>
  );
}

function FeedWords({ feed }: { feed: Feed }) {
  const { t, language } = useWords();
  const zone = useZone();
  return (
    <span className="grow">
      <b>{shown(feed.name)}</b>{" "}
      <span className="muted small">
        {feed.last_used_at
          ? t("calendar.feed.used", { at: moment(feed.last_used_at, language, zone) })
          : t("calendar.feed.unused")}
      </span>
    </span>
  );
}
