import { useQuery } from "@tanstack/react-query";
import { tenantQuery, useMay, useMe, usersQuery } from "../api/house";
import { useWords } from "../i18n";
import { Main } from "../parts/Main";
import { Outside } from "../parts/Outside";
import { RISK_LOOKS, type Risk, RiskBadge } from "../parts/RiskBadge";
import { Trouble } from "../parts/Trouble";
import { shown } from "../text/unseen";
import TourOffer from "../tour/TourOffer";
import { KeysHelp } from "./KeysHelp";
import { ScreensHelp } from "./ScreensHelp";
import { type HelpKey, useHelp } from "./words";

const PARTS = ["keys", "risks", "law", "screens", "access", "ask"] as const;
/** The words of the law, each with the article that founds it, as `docs/glossary.md` gives them. */
const LAW = [
  ["saisine", "L112-8"],
  ["aee", "L112-11, R112-11-2"],
  ["are", "L112-11, R112-11-1"],
  ["sva", "L231-1"],
  ["svr", "L231-4, L231-5"],
  ["term", "L231-1"],
  ["pieces", "L114-5"],
  ["transfer", "L114-2, L114-3"],
  ["retrait", "L242-1"],
] as const;
const DONE = ["keys", "axe", "colour", "time"] as const;

/** What one asks on a first day, or on a bad one: keys, words, screens, accessibility, and whom to ask. */
export default function HelpScreen() {
  const say = useHelp();
  return (
    <Main titles={[say("title")]}>
      <header className="bar">
        <h1>{say("title")}</h1>
      </header>
      <div className="scroll help stack">
        <nav aria-label={say("contents")}>
          <ul className="contents">
            {PARTS.map((part) => (
              <li key={part}>
                <a href={`#aide-${part}`}>{say(part)}</a>
              </li>
            ))}
          </ul>
        </nav>
        <TourOffer />
        <Part name="keys">
          <KeysHelp />
        </Part>
        <Part name="risks">
          <Risks />
        </Part>
        <Part name="law">
          <Law />
        </Part>
        <Part name="screens">
          <ScreensHelp />
        </Part>
        <Part name="access">
          <Access />
        </Part>
        <Part name="ask">
          <Ask />
        </Part>
      </div>
    </Main>
  );
}

function Part({ name, children }: { name: (typeof PARTS)[number]; children: React.ReactNode }) {
  const say = useHelp();
  return (
    <section className="stack" aria-labelledby={`aide-${name}`}>
      <h2 id={`aide-${name}`} tabIndex={-1}>
        {say(name)}
      </h2>
      {children}
    </section>
  );
}

function Risks() {
  const { t } = useWords();
  const say = useHelp();
  return (
    <>
      <p>{say("risks.lead")}</p>
      <table className="tbl plain">
        <thead>
          <tr>
            <th scope="col">{say("risks.word")}</th>
            <th scope="col">{say("risks.meaning")}</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(RISK_LOOKS) as Risk[]).map((risk) => (
            <tr key={risk}>
              <th scope="row">
                <RiskBadge risk={risk} />
              </th>
              <td>{t(`risk.${risk}.why`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Law() {
  const say = useHelp();
  return (
    <>
      <p>{say("law.crpa")}</p>
      <table className="tbl plain">
        <thead>
          <tr>
            <th scope="col">{say("law.word")}</th>
            <th scope="col">{say("law.meaning")}</th>
            <th scope="col">{say("law.article")}</th>
          </tr>
        </thead>
        <tbody>
          {LAW.map(([word, article]) => (
            <tr key={word}>
              <th scope="row">{say(`law.${word}`)}</th>
              <td>{say(`law.${word}.is` as HelpKey)}</td>
              <td>
                <cite className="law">{article}</cite>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Access() {
  const say = useHelp();
  return (
    <>
      <p>{say("access.lead")}</p>
      <ul>
        {DONE.map((one) => (
          <li key={one}>{say(`access.done.${one}`)}</li>
        ))}
      </ul>
      <p>{say("access.not")}</p>
      <p>
        {say("access.simple")}{" "}
        <a href="/accessibilite">
          {say("access.statement")}
          <Outside />
        </a>
      </p>
    </>
  );
}

/** The people who administer this house, by name; then whoever runs the installation. */
function Ask() {
  const say = useHelp();
  const me = useMe();
  const town = useQuery(tenantQuery).data;
  const may = useMay("tickets:read");
  const users = useQuery({ ...usersQuery, enabled: may });
  const house = users.data?.filter((one) => one.state === "active" && one.role === "administrator") ?? [];
  return (
    <>
      <p>{say("ask.house", { town: shown(town?.name) })}</p>
      {users.error && <Trouble error={users.error} plain retry={() => void users.refetch()} />}
      {may ? (
        <ul>
          {house.map((one) => (
            <li key={one.id}>{shown(one.name)}</li>
          ))}
        </ul>
      ) : (
        <p>{say("ask.house.none")}</p>
      )}
      <p>{say("ask.operator")}</p>
      <p>{me.operator_contact ? <b>{shown(me.operator_contact)}</b> : say("ask.operator.none")}</p>
      <p className="muted">{say("ask.reference")}</p>
    </>
  );
}
