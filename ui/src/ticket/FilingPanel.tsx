import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, got, ifMatch, type Schemas } from "../api/client";
import { tagsQuery, useMay } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import type { Ticket } from "../inbox/queries";
import { Icon } from "../parts/Icon";
import { TagChip } from "../parts/TagChip";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { ticketQuery } from "./queries";

const Picker = lazy(() => import("../parts/Picker"));

/** The words a request is filed under: put on and taken off at the version on screen. */
export function Tags({ ticket }: { ticket: Ticket }) {
  const { t } = useWords();
  const client = useQueryClient();
  const tell = useTell();
  const may = useMay("tickets:write") && !ticket.merged_into;
  const [choosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const tags = useQuery({ ...tagsQuery, enabled: choosing }).data ?? [];
  const on = new Set(ticket.tags.map((tag) => tag.id));

  async function file(tag: Pick<Schemas["TagBrief"], "id" | "name">, puts: boolean): Promise<void> {
    setBusy(true);
    const path = { ticket_id: ticket.id, tag_id: tag.id };
    const params = { path, header: ifMatch(ticket.version) };
    const where = "/api/v1/tickets/{ticket_id}/tags/{tag_id}" as const;
    try {
      const now = await got(puts ? api.PUT(where, { params }) : api.DELETE(where, { params }));
      client.setQueryData(ticketQuery(ticket.id).queryKey, now);
      tell(t(puts ? "tags.put" : "tags.taken", { name: shown(tag.name) }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(error.status === 412 ? t("tags.stale") : [error.title, error.detail].filter(Boolean).join(". "));
      void client.invalidateQueries({ queryKey: ["ticket", ticket.id] });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="ctx">
      <h3>{t("inbox.col.tags")}</h3>
      {ticket.tags.length === 0 && <p className="muted small">{t("tags.none")}</p>}
      <ul className="tags bare">
        {ticket.tags.map((tag) => (
          <li key={tag.id} className="filedon">
            <TagChip tag={tag} />
            {may && (
              <button
                className="btn quiet icon"
                type="button"
                disabled={busy}
                aria-label={t("tags.take", { name: shown(tag.name) })}
                onClick={() => void file(tag, false)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {may && (
        <button
          className="btn quiet sm"
          type="button"
          aria-haspopup="dialog"
          disabled={busy}
          onClick={() => setChoosing(true)}
        >
          <Icon name="tag" />
          {t("tags.add")}
        </button>
      )}
      <Suspense fallback={null}>
        {choosing && (
          <Picker
            title={t("tags.add")}
            search={t("tags.search")}
            choices={tags
              .filter((tag) => !on.has(tag.id))
              .map((tag) => ({ id: tag.id, words: shown(tag.name) }))}
            onPick={(id) => {
              const tag = tags.find((one) => one.id === id);
              if (tag) void file(tag, true);
            }}
            onClose={() => setChoosing(false)}
          />
        )}
      </Suspense>
    </div>
  );
}
