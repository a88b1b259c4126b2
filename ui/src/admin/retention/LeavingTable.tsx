import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Dialog } from "../../parts/Dialog";
import { moment, shortDay } from "../../text/dates";
import { shown } from "../../text/unseen";
import { Heads } from "../parts/Heads";
import { Listed } from "../parts/Listed";
import { sayCode, useAdmin } from "../words";
import { type Leaving, linesQuery, pageOf, paperOf } from "./queries";

const TONES: Readonly<Record<string, string>> = {
  proposed: "tag info",
  submitted: "tag warn",
  approved: "tag warn",
  running: "tag warn",
};

/** The lists by which requests leave, the one being filled first: what would go next. */
export function LeavingTable({ rows }: { rows: readonly Leaving[] }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const [opened, setOpened] = useState<Leaving | null>(null);
  return (
    <>
      <table className="tbl stackable untick">
        <caption className="vh">{say("retention.leaving")}</caption>
        <Heads
          words={[
            ...(["list", "fate", "requests", "state"] as const).map((one) => say(`retention.col.${one}`)),
            say("col.acts"),
          ]}
        />
        <tbody>
          {rows.map((one) => (
            <tr key={one.id} data-list={one.id}>
              <td>
                <b>{one.reference}</b>
                <br />
                <span className="muted small">{moment(one.made_at, language, zone)}</span>
              </td>
              <td>{say(`retention.fate.${one.fate}`)}</td>
              <td>
                {say("retention.requests", { n: one.listed })}
                {one.started_at && (
                  <>
                    <br />
                    <span className="muted small">
                      {say("retention.gone", { erased: one.erased, kept: one.kept })}
                    </span>
                  </>
                )}
              </td>
              <td>
                <span className={TONES[one.state] ?? "tag"}>
                  {sayCode(say, "retention.state", one.state)}
                </span>
                {one.visa_reference && (
                  <>
                    <br />
                    <span className="small">
                      {say("retention.visa", { reference: shown(one.visa_reference) })}
                    </span>
                  </>
                )}
              </td>
              <td>
                <div className="row wrap">
                  <button
                    className="btn sm"
                    type="button"
                    aria-haspopup="dialog"
                    onClick={() => setOpened(one)}
                  >
                    {say("retention.see")}
                    <span className="vh"> {one.reference}</span>
                  </button>
                  <a className="btn sm" href={pageOf(one)}>
                    {say("retention.go_on")}
                    <span className="vh"> {one.reference}</span>
                  </a>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {opened && <LinesDialog list={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

/** The requests of a list: numbers, days and reasons, never a word of a citizen. */
function LinesDialog({ list, onClose }: { list: Leaving; onClose: () => void }) {
  const say = useAdmin();
  const { language } = useWords();
  const asked = useInfiniteQuery(linesQuery(list.id));
  return (
    <Dialog
      wide
      title={say("retention.lines", { reference: list.reference })}
      onClose={onClose}
      foot={
        <>
          <a className="btn" href={paperOf(list, "csv")}>
            {say("retention.csv")}
          </a>
          <a className="btn" href={paperOf(list, "pdf")}>
            {say("retention.pdf")}
          </a>
        </>
      }
    >
      <div className="body">
        <Listed asked={asked} empty={say("retention.lines.none")}>
          {(rows) => (
            <ul className="lines">
              {rows.map((one) => (
                <li key={one.ticket_id} data-line={one.reference}>
                  <p>
                    {one.state === "erased" ? (
                      <b>{one.reference}</b>
                    ) : (
                      <Link to={`/dossiers/${one.reference}`}>{one.reference}</Link>
                    )}{" "}
                    <span className="tag">{sayCode(say, "retention.line", one.state)}</span>
                  </p>
                  <p className="small">
                    {say("retention.due", { on: shortDay(one.due_on, language) })} · {shown(one.because)}
                  </p>
                  <p className="muted small">{shown(one.kept_because ?? one.legal_basis)}</p>
                </li>
              ))}
            </ul>
          )}
        </Listed>
      </div>
    </Dialog>
  );
}
