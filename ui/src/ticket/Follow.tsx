import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, got } from "../api/client";
import { useMe } from "../api/house";
import { Problem } from "../api/problem";
import { useWords } from "../i18n";
import { Icon } from "../parts/Icon";
import { refusalWords } from "../parts/refusalWords";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";

export const followersQuery = (id: string) =>
  queryOptions({
    queryKey: ["ticket", id, "followers"],
    queryFn: async ({ signal }) => {
      const params = { path: { ticket_id: id }, query: { limit: 200 } };
      return (await got(api.GET("/api/v1/tickets/{ticket_id}/followers", { params, signal }))).data;
    },
  });

/** Whoever follows a request is told what happens on it; one begins and ends it here. */
export function Follow({ ticketId }: { ticketId: string }) {
  const { t } = useWords();
  const me = useMe();
  const tell = useTell();
  const client = useQueryClient();
  const asked = followersQuery(ticketId);
  const followers = useQuery({ ...asked, enabled: me.user_id !== null }).data;
  if (!followers) return null;
  const mine = followers.some((one) => one.mine);
  const others = followers.filter((one) => !one.mine).map((one) => shown(one.name));

  async function turn(): Promise<void> {
    const params = { path: { ticket_id: ticketId } };
    try {
      if (mine) await got(api.DELETE("/api/v1/tickets/{ticket_id}/following", { params }));
      else await got(api.PUT("/api/v1/tickets/{ticket_id}/following", { params }));
      tell(t(mine ? "follow.ended" : "follow.begun"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(refusalWords(error, t));
    }
    void client.invalidateQueries({ queryKey: asked.queryKey });
  }
  return (
    <div className="ctx">
      <h3>{t("follow.title")}</h3>
      <p className="row small">
        <button className="btn sm quiet" type="button" aria-pressed={mine} onClick={() => void turn()}>
          <Icon name="bell" />
          {t(mine ? "follow.mine" : "follow.act")}
        </button>
        {others.length > 0 && <span className="muted">{t("follow.others", { who: others.join(", ") })}</span>}
      </p>
    </div>
  );
}
