import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { api, got, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { Trouble } from "../parts/Trouble";
import { useSettled } from "../parts/useSettled";
import { shown } from "../text/unseen";
import { usePreview } from "./usePreview";

export type Choice = Schemas["TemplateChoice"];
type Template = Schemas["TemplateOut"];
const PAUSE_MS = 600;
const HOUR_S = 3600;

/** Whether a refusal says that free words may no longer leave, and that approved ones may. */
export const closedButApproved = (error: unknown): boolean =>
  error instanceof Problem &&
  error.code === "window-closed" &&
  error.places.some((place) => place.pointer === "/template");

/** Once free words may no longer leave: a text the provider approved is chosen, its places are filled, and it leaves alone. */
export function Approved({
  ticket,
  to,
  locked,
  onSend,
}: {
  ticket: Ticket;
  to: string;
  locked: boolean;
  onSend: (template: Choice) => void;
}) {
  const { t } = useWords();
  const id = useId();
  const [at, setAt] = useState(0);
  const channelId = ticket.channel_id;
  const asked = useQuery({
    queryKey: ["channels", channelId, "templates"],
    queryFn: ({ signal }) =>
      got(
        api.GET("/api/v1/channels/{channel_id}/templates", {
          params: { path: { channel_id: channelId }, query: { max_age: HOUR_S } },
          signal,
        }),
      ),
  });
  const templates = asked.data?.data ?? [];
  const template = templates[at];
  return (
    <fieldset className="guard stack-2">
      <legend>
        <b>{t("approved.title")}</b>
      </legend>
      <p className="small">{t("approved.alone")}</p>
      {asked.error && <Trouble error={asked.error} plain retry={() => void asked.refetch()} />}
      {asked.data && templates.length === 0 && <p className="small">{t("approved.none")}</p>}
      {template && (
        <>
          <label htmlFor={id}>{t("approved.which")}</label>
          <select
            id={id}
            className="select"
            value={at}
            disabled={locked}
            onChange={(event) => setAt(Number(event.target.value))}
          >
            {templates.map((one, place) => (
              <option key={`${one.name} ${one.language}`} value={place}>
                {shown(one.name)} ({one.language})
              </option>
            ))}
          </select>
          <Filled
            key={`${template.name} ${template.language}`}
            ticketId={ticket.id}
            template={template}
            to={to}
            locked={locked}
            onSend={onSend}
          />
        </>
      )}
    </fieldset>
  );
}

function Filled({
  ticketId,
  template,
  to,
  locked,
  onSend,
}: {
  ticketId: string;
  template: Template;
  to: string;
  locked: boolean;
  onSend: (template: Choice) => void;
}) {
  const { t } = useWords();
  const id = useId();
  const [given, setGiven] = useState<readonly string[]>(() => Array(template.parameters).fill(""));
  const whole = given.every((words) => words.trim() !== "");
  const settled = useSettled(JSON.stringify(given), PAUSE_MS);
  const { name, language } = template;
  const parameters: string[] = JSON.parse(settled);
  const preview = usePreview(
    ticketId,
    { template: { name, language, parameters }, to_contact_point_id: to || null },
    parameters.every((words) => words.trim() !== "") && !locked,
  );
  return (
    <>
      <p className="words">{shown(template.text)}</p>
      {given.map((words, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places are known by their number, and do not move
        <p key={place} className="field">
          <label htmlFor={`${id}-${place}`}>{t("approved.place", { n: place + 1 })}</label>
          <input
            id={`${id}-${place}`}
            className="input"
            value={words}
            maxLength={1000}
            readOnly={locked}
            onChange={(event) =>
              setGiven((before) => before.map((one, other) => (other === place ? event.target.value : one)))
            }
            onKeyDown={(event) => {
              if (event.key === "Enter") event.preventDefault(); // the form sends free words
            }}
          />
        </p>
      ))}
      <div aria-live="polite" className="small">
        {preview.error instanceof Problem && (
          <p className="danger">{preview.error.flaws.join(". ") || refusalWords(preview.error, t)}</p>
        )}
        {whole && preview.data && !preview.error && (
          <>
            <p>{t("approved.read")}</p>
            <blockquote className="words">
              {shown(preview.data.parts.map((part) => part.text).join("\n"))}
            </blockquote>
          </>
        )}
      </div>
      <button
        className="btn"
        type="button"
        disabled={locked || !whole}
        onClick={() => onSend({ name, language, parameters: [...given] })}
      >
        <Icon name="send" />
        {t("approved.send")}
      </button>
    </>
  );
}
