import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay, useZone } from "../api/house";
import { useWords } from "../i18n";
import { Channel } from "../parts/Channel";
import { Trouble } from "../parts/Trouble";
import { civilDay, daysBetween, moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Account, accountsQuery } from "./queries";

/** How each account stands, for those who connect them. */
export function Accounts() {
  const { t } = useWords();
  const may = useMay("channels:admin");
  const accounts = useQuery({ ...accountsQuery, enabled: may });
  if (!may) return null;
  if (accounts.error && !accounts.data)
    return <Trouble error={accounts.error} retry={() => void accounts.refetch()} plain />;
  if (!accounts.data?.length) return null;
  return (
    <ul className="strip" aria-label={t("social.health")}>
      {accounts.data.map((one) => (
        <li key={one.id}>
          <Channel type={one.type} />
          <Link to={`/reglages/canaux/${one.id}`}>{shown(one.name)}</Link>
          <Health of={one} />
        </li>
      ))}
    </ul>
  );
}

const SOON_DAYS = 15;
const soon = (instant: string, zone: string): boolean =>
  daysBetween(civilDay(new Date(), zone), civilDay(new Date(instant), zone)) <= SOON_DAYS;

const SHAPES = {
  ok: "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  warn: "M6 1 11.5 11H.5z",
  bad: "M2 2h8v8H2z",
} as const;

/** The worst thing to say of an account: out of service, silent, its access about to end; else when it last received. */
function Health({ of }: { of: Account }) {
  const { t, language } = useWords();
  const zone = useZone();
  const at = (instant: string) => ({ at: moment(instant, language, zone) });
  const [look, words]: [keyof typeof SHAPES, string] =
    of.state !== "active"
      ? [of.state === "paused" ? "warn" : "bad", t(`social.state.${of.state}`)]
      : of.silent_since
        ? ["bad", t("social.silent", at(of.silent_since))]
        : of.credentials_expire_at && soon(of.credentials_expire_at, zone)
          ? ["warn", t("social.expires", at(of.credentials_expire_at))]
          : of.last_inbound_at
            ? ["ok", t("social.last", at(of.last_inbound_at))]
            : ["ok", t("social.never")];
  return (
    <span className={`h ${look}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={SHAPES[look]} />
      </svg>
      {words}
    </span>
  );
}
