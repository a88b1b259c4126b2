import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ActDialog } from "../admin/parts/ActDialog";
import { FormField } from "../admin/parts/FormField";
import { useDoing } from "../admin/parts/useDoing";
import { useWords } from "../i18n";
import { useTell } from "../parts/toasts";
import { shown } from "../text/unseen";
import { isReason, ReasonField } from "../ticket/moves/ReasonField";
import type { Saisine } from "../ticket/queries";
import { type Joinable, joined } from "./queries";

/** Says that a saisine is the same request as another one, received before: one clock counts from then on. */
export function JoinDialog({
  saisine,
  among,
  onClose,
}: {
  saisine: Saisine;
  among: readonly Joinable[];
  onClose: () => void;
}) {
  const { t } = useWords();
  const tell = useTell();
  const client = useQueryClient();
  const doing = useDoing();
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);

  async function go(): Promise<void> {
    setTried(true);
    if (!to || !isReason(reason)) return;
    let warnings: readonly string[] = [];
    const done = await doing.run(async () => {
      warnings = (await joined(saisine, to, reason.trim())).warnings;
    });
    void client.invalidateQueries({ queryKey: ["ticket"] });
    if (!done) return;
    tell([t("legal.join.done"), ...warnings].join(" "));
    onClose();
  }

  return (
    <ActDialog
      title={t("legal.join")}
      act={t("legal.join.act")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void go()}
      onClose={onClose}
    >
      <p>
        {t("legal.join.effect")} <cite className="law">CRPA L114-3</cite>
      </p>
      <FormField label={t("legal.join.which")} wrong={tried && !to ? t("legal.field.missing") : ""}>
        {(described) => (
          <select
            {...described}
            className="select"
            required
            value={to}
            onChange={({ target }) => setTo(target.value)}
          >
            <option value="">{t("legal.choose")}</option>
            {among.map((one) => (
              <option key={one.value} value={one.value}>
                {shown(one.label)}
              </option>
            ))}
          </select>
        )}
      </FormField>
      <ReasonField value={reason} missing={tried && !isReason(reason)} onChange={setReason} />
    </ActDialog>
  );
}
