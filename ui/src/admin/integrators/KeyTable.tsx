import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { useTell } from "../../parts/toasts";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Shape } from "../channels/HealthMark";
import { ActDialog } from "../parts/ActDialog";
import { type AskedList, Listed } from "../parts/Listed";
import { useDoing } from "../parts/useDoing";
import { sayCode, useAdmin } from "../words";
import { type ApiKey, revoked, stateOf } from "./queries";
import { ReplaceKeyDialog } from "./ReplaceKeyDialog";

const LOOKS = { live: "ok", ending: "warn", ended: "bad", revoked: "bad" } as const;

/** The keys: what each may do, until when, when it last served, and what ends or replaces it. */
export function KeyTable({ asked }: { asked: AskedList<ApiKey> }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const [acting, setActing] = useState<{ key: ApiKey; act: "replace" | "revoke" } | null>(null);
  const at = (instant: string) => moment(instant, language, zone);
  return (
    <>
      <Listed asked={asked} empty={say("keys.none")} advice={say("keys.none.advice")}>
        {(keys) => (
          <table className="tbl stackable untick" id="liste">
            <caption className="vh">{say("keys.tab")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("keys.col.name")}</th>
                <th scope="col">{say("keys.col.rights")}</th>
                <th scope="col">{say("keys.col.state")}</th>
                <th scope="col">{say("keys.col.used")}</th>
                <th scope="col">{say("col.acts")}</th>
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => {
                const state = stateOf(key, new Date());
                const alive = state === "live" || state === "ending";
                return (
                  <tr key={key.id} data-key={key.id}>
                    <td>
                      <div className="two">
                        <b>{shown(key.name)}</b>
                        <span className="l2">
                          <code>{key.hint}…</code>
                        </span>
                      </div>
                    </td>
                    <td className="small">
                      {key.scopes.map((one) => sayCode(say, "scope", one)).join(" · ")}
                    </td>
                    <td>
                      <span className={`h ${LOOKS[state]}`}>
                        <Shape look={LOOKS[state]} />
                        {say(`keys.state.${state}`)}
                      </span>
                      {key.expires_at && alive && (
                        <span className="muted small">
                          {" "}
                          · {say("keys.until", { at: at(key.expires_at) })}
                        </span>
                      )}
                    </td>
                    <td>
                      <span className="inline-label">{say("keys.col.used")} </span>
                      {key.last_used_at ? at(key.last_used_at) : say("keys.unused")}
                    </td>
                    <td>
                      {alive && (
                        <span className="row decide">
                          <button
                            className="btn sm"
                            type="button"
                            aria-haspopup="dialog"
                            onClick={() => setActing({ key, act: "replace" })}
                          >
                            {say("keys.replace")}
                          </button>
                          <button
                            className="btn sm danger"
                            type="button"
                            aria-haspopup="dialog"
                            onClick={() => setActing({ key, act: "revoke" })}
                          >
                            {say("keys.revoke")}
                          </button>
                        </span>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Listed>
      {acting?.act === "replace" && <ReplaceKeyDialog apiKey={acting.key} onClose={() => setActing(null)} />}
      {acting?.act === "revoke" && <RevokeDialog apiKey={acting.key} onClose={() => setActing(null)} />}
    </>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  async function revoke(): Promise<void> {
    const done = await doing.run(async () => {
      await revoked(apiKey);
    });
    if (!done) return;
    void client.invalidateQueries({ queryKey: ["keys"] });
    tell(say("keys.revoked"));
    onClose();
  }
  return (
    <ActDialog
      title={say("keys.revoke.title", { name: shown(apiKey.name) })}
      act={say("keys.revoke")}
      danger
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void revoke()}
      onClose={onClose}
    >
      <p>{say("keys.revoke.effect")}</p>
    </ActDialog>
  );
}
