import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useMay } from "../../api/house";
import { useWords } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { FormField } from "../parts/FormField";
import { Listed } from "../parts/Listed";
import { sayCode, useAdmin } from "../words";
import { type Brief, proceduresQuery } from "./queries";
import { silenceOf } from "./words";

const OURS = "notres";

/** S10: the catalogue of procedures, ours over the national ones; searched, each with what silence does. */
export default function ProceduresScreen() {
  const say = useAdmin();
  const [address, setAddress] = useSearchParams();
  const q = address.get("q") ?? "";
  const ours = address.get("vue") === OURS;
  const may = useMay("sve:read");
  const writes = useMay("sve:write");
  const asked = useInfiniteQuery({ ...proceduresQuery(q, ours ? "local" : null), enabled: may });
  const [typed, setTyped] = useState(q);
  const found = (words: string, vue: string) =>
    new URLSearchParams({ ...(words ? { q: words } : {}), ...(vue ? { vue } : {}) });
  return (
    <Frame
      title={say("part.procedures")}
      scope="sve:read"
      under={<p className="muted small">{say("procedures.order")}</p>}
      acts={
        writes && (
          <Link className="btn primary" to="/reglages/demarches/nouvelle">
            <Icon name="plus" />
            {say("procedures.make")}
          </Link>
        )
      }
      tabs={
        <nav className="tabs" aria-label={say("part.procedures")}>
          <Link to={`?${found(q, "")}`} aria-current={ours ? undefined : "page"}>
            {say("procedures.tab.all")}
          </Link>
          <Link to={`?${found(q, OURS)}`} aria-current={ours ? "page" : undefined}>
            {say("procedures.tab.ours")}
          </Link>
        </nav>
      }
    >
      <div className="scroll">
        <search>
          <form
            className="filters pad"
            onSubmit={(event) => {
              event.preventDefault();
              setAddress(found(typed.trim(), ours ? OURS : ""));
            }}
          >
            <FormField label={say("procedures.search")} hint={say("procedures.search.hint")}>
              {(described) => (
                <input
                  {...described}
                  className="input"
                  type="search"
                  autoComplete="off"
                  maxLength={200}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </FormField>
            <p className="row">
              <button className="btn" type="submit">
                <Icon name="search" />
                {say("procedures.find")}
              </button>
            </p>
          </form>
        </search>
        <div aria-busy={asked.isFetching}>
          <Listed
            asked={asked}
            empty={say(q ? "procedures.none.found" : "procedures.none")}
            advice={say(q ? "procedures.none.found.advice" : "procedures.none.advice")}
          >
            {(rows) => <Table rows={rows} />}
          </Listed>
        </div>
      </div>
    </Frame>
  );
}

function Table({ rows }: { rows: readonly Brief[] }) {
  const say = useAdmin();
  const { t } = useWords();
  return (
    <table className="tbl stackable untick" id="liste">
      <caption className="vh">{say("part.procedures")}</caption>
      <thead>
        <tr>
          {(["title", "silence", "domain", "origin"] as const).map((one) => (
            <th key={one} scope="col">
              {say(`procedures.col.${one}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.code} data-procedure={one.code}>
            <td>
              <Link to={`/reglages/demarches/${encodeURIComponent(one.code)}`}>{shown(one.title)}</Link>{" "}
              <code className="small muted">{one.code}</code>
            </td>
            <td>
              {silenceOf(one, { say, t })} <Certainty of={one.certainty} />
            </td>
            <td className="small">{shown(one.domain)}</td>
            <td className="small">
              {sayCode(say, "procedure.origin", one.origin)}
              {one.edition !== null && ` n° ${one.edition}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const TONES = { read: "ok", partly: "warn", unverified: "danger" } as const;

/** How far the texts were read, in a word. */
export function Certainty({ of }: { of: Brief["certainty"] }) {
  const say = useAdmin();
  return <span className={`tag ${TONES[of]}`}>{sayCode(say, "procedure.certainty", of)}</span>;
}
