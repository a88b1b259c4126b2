import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, got, ifMatch } from "../api/client";
import { useWords } from "../i18n";
import { Trouble } from "../parts/Trouble";
import { useTell } from "../parts/toasts";
import { useTry } from "../parts/useTry";
import { KINDS, type Wishes, wishesQuery } from "./queries";

/** What one follows by oneself, and of what one is told. */
export function WishesForm() {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const read = useQuery(wishesQuery);
  const { busy, error, run } = useTry(
    () => void client.invalidateQueries({ queryKey: wishesQuery.queryKey }),
  );
  const wishes = read.data;

  function choose(change: Partial<Wishes>): void {
    if (!wishes) return;
    const { version, ...present } = wishes;
    run(async () => {
      const header = ifMatch(version);
      const body = { ...present, ...change };
      const kept = await got(api.PUT("/api/v1/notification-wishes", { params: { header }, body }));
      client.setQueryData(wishesQuery.queryKey, kept);
      tell(t("ticket.saved"));
    });
  }

  return (
    <section className="stack" aria-labelledby="h-avis">
      <h2 id="h-avis">{t("notices.title")}</h2>
      {read.error && <Trouble error={read.error} plain retry={() => void read.refetch()} />}
      {error && <Trouble error={error} plain />}
      {wishes && (
        <>
          <fieldset>
            <legend>{t("notices.follow")}</legend>
            {(["follow_assigned", "follow_mentioned"] as const).map((wish) => (
              <label className="tick" key={wish}>
                <input
                  type="checkbox"
                  checked={wishes[wish]}
                  disabled={busy}
                  onChange={(event) => choose({ [wish]: event.target.checked })}
                />
                <span>{t(`notices.${wish}`)}</span>
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>{t("notices.told")}</legend>
            {KINDS.map((kind) => (
              <label className="tick" key={kind}>
                <input
                  type="checkbox"
                  checked={!wishes.muted.includes(kind)}
                  disabled={busy}
                  onChange={(event) =>
                    choose({
                      muted: KINDS.filter((one) =>
                        one === kind ? !event.target.checked : wishes.muted.includes(one),
                      ),
                    })
                  }
                />
                <span>{t(`notices.wish.${kind}`)}</span>
              </label>
            ))}
          </fieldset>
        </>
      )}
    </section>
  );
}
