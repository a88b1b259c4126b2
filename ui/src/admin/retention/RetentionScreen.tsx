import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/house";
import { Frame } from "../Frame";
import { Listed } from "../parts/Listed";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { HoldTable } from "./HoldTable";
import { LeavingTable } from "./LeavingTable";
import { PolicyDialog } from "./PolicyDialog";
import { PolicyTable } from "./PolicyTable";
import { holdsQuery, leavingQuery, type Policy, policiesQuery } from "./queries";

/** S10: how long requests are kept and why, what would leave next, and what stays whatever is asked. */
export default function RetentionScreen() {
  const say = useAdmin();
  const may = useMay("archives:read");
  const officer = useMay("privacy:admin");
  const policies = useQuery({ ...policiesQuery, enabled: may });
  const leaving = useInfiniteQuery({ ...leavingQuery, enabled: may });
  const holds = useInfiniteQuery({ ...holdsQuery, enabled: officer });
  const [opened, setOpened] = useState<Policy | null>(null);
  return (
    <Frame
      title={say("part.retention")}
      scope="archives:read"
      under={<p className="muted small">{say("retention.under")}</p>}
    >
      <div className="scroll pad stack-5">
        <section className="stack" aria-labelledby="durees">
          <h2 id="durees">{say("retention.policies")}</h2>
          <p className="soft small">{say("retention.policies.about")}</p>
          <Waiting asked={policies}>{(found) => <PolicyTable policies={found} onOpen={setOpened} />}</Waiting>
        </section>
        <section className="stack" aria-labelledby="departs">
          <h2 id="departs">{say("retention.leaving")}</h2>
          <p className="soft small">{say("retention.leaving.about")}</p>
          <Listed
            asked={leaving}
            empty={say("retention.leaving.none")}
            advice={say("retention.leaving.none.advice")}
          >
            {(rows) => <LeavingTable rows={rows} />}
          </Listed>
        </section>
        {officer && (
          <section className="stack" aria-labelledby="gels">
            <h2 id="gels">{say("retention.holds")}</h2>
            <p className="soft small">{say("retention.holds.about")}</p>
            <Listed
              asked={holds}
              empty={say("retention.holds.none")}
              advice={say("retention.holds.none.advice")}
            >
              {(rows) => <HoldTable rows={rows} />}
            </Listed>
          </section>
        )}
      </div>
      {opened && <PolicyDialog policy={opened} onClose={() => setOpened(null)} />}
    </Frame>
  );
}
