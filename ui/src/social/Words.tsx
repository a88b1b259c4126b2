import { useQuery } from "@tanstack/react-query";
import { useZone } from "../api/house";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { moment } from "../text/dates";
import { shown } from "../text/unseen";
import { type Message, placeOf, wordsQuery } from "./queries";

/** What was written, public or not, with who answered already; fetched when somebody asks for it. */
export function Words({ ticketId }: { ticketId: string }) {
  const { t } = useWords();
  const words = useQuery(wordsQuery(ticketId));
  if (words.isPending)
    return (
      <p className="wait" role="status">
        {t("app.loading")}
      </p>
    );
  if (!words.data) return <Trouble error={words.error} retry={() => void words.refetch()} plain />;
  return (
    <>
      {words.data.data
        .filter((one) => one.direction !== "note")
        .map((one) => (
          <Said key={one.id} message={one} />
        ))}
      {words.data.next_cursor && <p className="small">{t("social.earlier")}</p>}
    </>
  );
}

function Said({ message }: { message: Message }) {
  const { t, language } = useWords();
  const zone = useZone();
  const place = placeOf(message);
  return (
    <div className="said">
      <p className="facts">
        <span className={message.public ? "tag warn" : "tag"}>
          {t(message.public ? "social.public" : "social.private")}
        </span>
        <b>{shown(message.author_name || message.author_address)}</b>
        {message.direction === "in" && message.author_address && <span>{shown(message.author_address)}</span>}
        {message.automatic && <span>{t("social.automatic")}</span>}
        {message.withdrawn_at && <span>{t("social.withdrawn")}</span>}
        <time dateTime={message.received_at}>{moment(message.received_at, language, zone)}</time>
      </p>
      <p className="txt">{message.text_new ?? message.text}</p>
      {message.attachments.length > 0 && (
        <p className="small">{t("social.pieces", { n: message.attachments.length })}</p>
      )}
      {place && (
        <p className="small">
          <a href={place} rel="noreferrer noopener" target="_blank">
            {t("social.see")}
          </a>
        </p>
      )}
    </div>
  );
}
