import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { begin } from "../../api/begin";
import { beginNames, tenantQuery, useMay } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { civilDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { Waiting } from "../parts/Waiting";
import { sayCode, useAdmin } from "../words";
import { About } from "./About";
import { Editions } from "./Editions";
import { Certainty } from "./ProceduresScreen";
import { type InFull, procedureQuery, standing } from "./queries";
import { Simulation } from "./Simulation";
import { versionOn } from "./simulated";
import { Versions } from "./Versions";
import { WithdrawDialog } from "./WithdrawDialog";
import { silenceOf } from "./words";

/** S10, one procedure: what silence does today and on any day, where it was read, and what we made of it. */
export default function ProcedureScreen() {
  const say = useAdmin();
  const code = useParams().code ?? "";
  const client = useQueryClient();
  const may = useMay("sve:read");
  if (may) {
    begin(client, procedureQuery(code));
    beginNames(client);
  }
  const asked = useQuery({ ...procedureQuery(code), enabled: may });
  const found = asked.data;
  return (
    <Frame
      title={found ? shown(found.title) : say("part.procedures")}
      scope="sve:read"
      under={
        <p className="small">
          <code>{code}</code> {found && <Certainty of={found.certainty} />}{" "}
          {found && <span className="muted">{sayCode(say, "procedure.origin", found.origin)}</span>} ·{" "}
          <Link to="/reglages/demarches">{say("procedure.all")}</Link>
        </p>
      }
      acts={found && <Acts procedure={found} />}
    >
      <Waiting asked={asked}>
        {(one) => (
          <div className="split">
            <div className="pad settings-pane stack-5">
              <Today procedure={one} />
              <Versions versions={one.versions} sources={one.sources} />
              <About procedure={one} />
              <Editions procedure={one} />
            </div>
            <div className="pad stack-5">
              <Simulation key={one.edition ?? 0} versions={one.withdrawn ? [] : one.versions} />
            </div>
          </div>
        )}
      </Waiting>
    </Frame>
  );
}

function Acts({ procedure }: { procedure: InFull }) {
  const say = useAdmin();
  const may = useMay("sve:write");
  const [withdrawing, setWithdrawing] = useState(false);
  if (!may) return null;
  return (
    <>
      <Link className="btn primary" to={`/reglages/demarches/${encodeURIComponent(procedure.code)}/edition`}>
        {say(procedure.origin === "local" ? "procedure.edit" : "procedure.adapt")}
      </Link>
      {standing(procedure.editions) && !procedure.withdrawn && (
        <button
          className="btn danger"
          type="button"
          aria-haspopup="dialog"
          onClick={() => setWithdrawing(true)}
        >
          {say("procedure.withdraw")}
        </button>
      )}
      {withdrawing && <WithdrawDialog procedure={procedure} onClose={() => setWithdrawing(false)} />}
    </>
  );
}

function Today({ procedure }: { procedure: InFull }) {
  const say = useAdmin();
  const { t } = useWords();
  const tenant = useQuery(tenantQuery).data;
  if (!tenant) return null;
  const version = versionOn(procedure.versions, civilDay(new Date(), tenant.time_zone));
  const ours = (procedure.kinds as readonly string[]).includes(tenant.kind);
  return (
    <section className="stack">
      <h2>{say("procedure.today")}</h2>
      {procedure.withdrawn ? (
        <p className="notice warn">
          <Icon name="warn" />
          <span>{say("procedure.withdrawn")}</span>
        </p>
      ) : (
        <p className="big-day">{version ? silenceOf(version, { say, t }) : say("procedure.today.none")}</p>
      )}
      {procedure.doubt && (
        <p className="notice warn">
          <Icon name="warn" />
          <span>{say("procedure.doubt", { what: shown(procedure.doubt) })}</span>
        </p>
      )}
      {!ours && (
        <p className="notice">
          <Icon name="move" />
          <span>{say("procedure.elsewhere")}</span>
        </p>
      )}
    </section>
  );
}
