import { useState } from "react";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { Shape } from "../channels/HealthMark";
import { ActDialog } from "../parts/ActDialog";
import { Copied } from "../parts/Copied";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import { headOf, verified } from "./queries";

type Found = Awaited<ReturnType<typeof verified>>;
type Head = Awaited<ReturnType<typeof headOf>>;

/** Reads the whole chain again, and gives its signed head to keep elsewhere. */
export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const doing = useDoing();
  const [found, setFound] = useState<{ chain: Found; head: Head } | null>(null);
  return (
    <ActDialog
      title={say("journal.verify.title")}
      act={say("journal.verify")}
      busy={doing.busy}
      problem={doing.problem}
      onAct={() => void doing.run(async () => setFound({ chain: await verified(), head: await headOf() }))}
      onClose={onClose}
    >
      <p>{say("journal.verify.effect")}</p>
      {found && (
        <div role="status" className="stack" data-chain={found.chain.holds}>
          <p>
            <span className={`h ${found.chain.holds ? "ok" : "bad"}`}>
              <Shape look={found.chain.holds ? "ok" : "bad"} />
              {found.chain.holds
                ? say("journal.holds", { n: found.chain.links })
                : say("journal.broken", { where: found.chain.broken ?? "" })}
            </span>
          </p>
          {found.head.sealed_at && (
            <p className="small soft">
              {say("journal.head", {
                n: found.head.number,
                at: moment(found.head.sealed_at, language, zone),
              })}
            </p>
          )}
          <Copied words={JSON.stringify(found.head)} label={say("journal.head.copy")} />
        </div>
      )}
    </ActDialog>
  );
}
