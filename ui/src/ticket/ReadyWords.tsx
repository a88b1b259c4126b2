import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useRef } from "react";
import { api, got } from "../api/client";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { useOffers } from "../shell/offers";
import { shown } from "../text/unseen";
import { type Canned, cannedQuery, type Place, stillOpen } from "./readyWords";

const Picker = lazy(() => import("../parts/Picker"));
const OWNERS = ["person", "team", "administration"] as const;

/** Chooses a ready-made answer and fills it for this request; the server fills it, and names what nothing fills. */
export function ReadyWords({
  ticketId,
  onTake,
  onClose,
}: {
  ticketId: string;
  onTake: (words: string, unfilled: readonly Place[]) => void;
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const tell = useTell();
  const found = useQuery(cannedQuery);
  if (found.error) return <Refused error={found.error} />;
  if (!found.data)
    return (
      <p className="muted small" role="status">
        {t("app.loading")}
      </p>
    );
  const named = new Intl.DisplayNames([language], { type: "language" });
  const choices = OWNERS.flatMap((owner) =>
    found.data
      .filter((one) => one.owner === owner)
      .flatMap((one) => one.texts.map((text) => ({ one, said: text.language }))),
  );
  async function take(chosen: Canned, said: string): Promise<void> {
    try {
      const filled = await filledFor(ticketId, chosen, said);
      onTake(filled.text, filled.flaws);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    }
  }
  return (
    <Suspense fallback={null}>
      <Picker
        title={t("ready.title")}
        search={t("ready.search")}
        choices={choices.map(({ one, said }) => ({
          id: `${one.id} ${said}`,
          words: `${shown(one.shortcut)} · ${shown(one.name)}`,
          hint: one.texts.length > 1 ? (named.of(said) ?? said) : "",
          section: t(`ready.owner.${one.owner}`),
        }))}
        onPick={(id) => {
          const picked = choices.find(({ one, said }) => `${one.id} ${said}` === id);
          if (picked) void take(picked.one, picked.said);
        }}
        onClose={onClose}
      />
    </Suspense>
  );
}

const filledFor = (ticketId: string, chosen: Canned, said: string) =>
  got(
    api.POST("/api/v1/tickets/{ticket_id}/canned-replies/{canned_reply_id}/previews", {
      params: { path: { ticket_id: ticketId, canned_reply_id: chosen.id } },
      body: { language: said },
    }),
  );

/** Offers ready-made answers to the palette; `begin` turns to the answer they are put in. */
export function useReadyOffers(
  ticketId: string,
  begin: () => void,
  onTake: (words: string, unfilled: readonly Place[]) => void,
): void {
  const { t, language } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const take = useRef(onTake);
  take.current = onTake; // as it stands once the words are filled: the answer is then what is shown
  async function put(chosen: Canned, said: string): Promise<void> {
    begin();
    try {
      const filled = await filledFor(ticketId, chosen, said);
      take.current(filled.text, filled.flaws);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    }
  }
  useOffers(async () => {
    const named = new Intl.DisplayNames([language], { type: "language" });
    return (await client.ensureQueryData(cannedQuery)).flatMap((one) =>
      one.texts.map(({ language: said }) => ({
        id: `${one.id} ${said}`,
        words: `${shown(one.shortcut)} · ${shown(one.name)}`,
        hint: one.texts.length > 1 ? (named.of(said) ?? said) : "",
        section: t("ready.act"),
        run: () => void put(one, said),
      })),
    );
  });
}

function Refused({ error }: { error: Error }) {
  const { t } = useWords();
  const words = error instanceof Problem && error.status !== 0 ? error.title : t("error.network");
  return (
    <p className="danger small" role="alert">
      {words}
    </p>
  );
}

/** What is left to fill in by hand before the answer may leave. */
export function Unfilled({ text, places }: { text: string; places: readonly Place[] }) {
  const { t } = useWords();
  const open = stillOpen(text, places);
  if (open.length === 0) return null;
  return (
    <div className="small warn" role="status">
      <p>
        <Icon name="warn" /> <b>{t("ready.unfilled")}</b>
      </p>
      <ul>
        {open.map((place) => (
          <li key={place.variable}>
            <code>{`{{${place.variable}}}`}</code> {place.detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
