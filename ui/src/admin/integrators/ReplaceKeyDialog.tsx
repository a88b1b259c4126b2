import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { shown } from "../../text/unseen";
import { ActDialog } from "../parts/ActDialog";
import { OverlapField } from "../parts/OverlapField";
import { ShownOnce } from "../parts/ShownOnce";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { type ApiKey, replaced } from "./queries";

/** Makes another key of the same rights; the old one goes on for as long as its program needs to take the new one. */
export function ReplaceKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const say = useAdmin();
  const client = useQueryClient();
  const doing = useDoing();
  const [hours, setHours] = useState(24);
  const [secret, setSecret] = useState<string | null>(null);
  if (secret) return <ShownOnce title={say("keys.made")} secret={secret} onClose={onClose} />;
  return (
    <ActDialog
      title={say("keys.replace.title", { name: shown(apiKey.name) })}
      act={say("keys.replace")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() =>
        void doing.run(async () => {
          setSecret((await replaced(apiKey, hours)).key);
          void client.invalidateQueries({ queryKey: ["keys"] });
        })
      }
      onClose={onClose}
    >
      <p>{say("keys.replace.effect")}</p>
      <OverlapField hours={hours} onChange={setHours} />
    </ActDialog>
  );
}
