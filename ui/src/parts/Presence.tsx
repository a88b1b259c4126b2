import { useZone } from "../api/house";
import { type Present, useOthers } from "../api/presence";
import { useWords } from "../i18n";
import { hour } from "../text/dates";
import { shown } from "../text/unseen";
import { Icon } from "./Icon";

/** Who else is on a request: who writes first, each in the name the API gives. */
export function Presence({ ticketId }: { ticketId: string }) {
  const others = useOthers(ticketId);
  return (
    <>
      {others.map((one) => (
        <One key={one.who} one={one} />
      ))}
    </>
  );
}

function One({ one }: { one: Present }) {
  const { t } = useWords();
  const writes = one.doing === "writing";
  return (
    <span className={writes ? "pres write" : "pres"}>
      <Icon name={writes ? "note" : "eye"} />
      {t(writes ? "presence.writes" : "presence.reads", { who: shown(one.name) })}
    </span>
  );
}

/** Told before one writes: somebody else began. It warns, and forbids nothing. */
export function WritingAlready({ ticketId }: { ticketId: string }) {
  const { t, language } = useWords();
  const zone = useZone();
  const writers = useOthers(ticketId).filter((one) => one.doing === "writing");
  return (
    <div role="status">
      {writers.map((one) => (
        <p key={one.who} className="pres write already">
          <Icon name="note" />
          {t("presence.since", { who: shown(one.name), at: hour(one.since_at, language, zone) })}
        </p>
      ))}
    </div>
  );
}
