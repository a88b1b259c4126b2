import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay, useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { Frame } from "../Frame";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { type Wording, wordingsQuery } from "./queries";
import { WordingDialog } from "./WordingDialog";

/** S10: the administration's own words on each kind of letter, around what the law prescribes. */
export default function WordingsScreen() {
  const say = useAdmin();
  const asked = useQuery({ ...wordingsQuery, enabled: useMay("sve:read") });
  const [opened, setOpened] = useState<Wording["kind"] | null>(null);
  const shown = asked.data?.data.find((one) => one.kind === opened);
  return (
    <Frame
      title={say("part.wordings")}
      scope="sve:read"
      under={<p className="muted small">{say("wordings.under")}</p>}
    >
      <div className="scroll pad stack">
        <p className="soft small">{say("wordings.about")}</p>
        <Waiting asked={asked}>{({ data }) => <KindTable kinds={data} onOpen={setOpened} />}</Waiting>
      </div>
      {shown && (
        <WordingDialog
          wording={shown}
          variables={asked.data?.variables ?? []}
          onClose={() => setOpened(null)}
        />
      )}
    </Frame>
  );
}

function KindTable({
  kinds,
  onOpen,
}: {
  kinds: readonly Wording[];
  onOpen: (kind: Wording["kind"]) => void;
}) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const may = useMay("sve:write");
  const stateOf = (one: Wording): string =>
    !one.created_at
      ? say("wordings.none")
      : one.opening || one.closing
        ? say("wordings.edition", { n: one.edition, at: moment(one.created_at, language, zone) })
        : say("wordings.emptied", { at: moment(one.created_at, language, zone) });
  return (
    <table className="tbl stackable untick">
      <caption className="vh">{say("part.wordings")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("wordings.col.kind")}</th>
          <th scope="col">{say("wordings.col.words")}</th>
          <th scope="col">
            <span className="vh">{say("wordings.col.act")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {kinds.map((one) => (
          <tr key={one.kind} data-kind={one.kind}>
            <td lang="fr">{one.name}</td>
            <td className="muted">{stateOf(one)}</td>
            <td>
              <button
                className="btn sm"
                type="button"
                aria-haspopup="dialog"
                aria-label={say(may ? "wordings.write_of" : "wordings.read_of", { name: one.name })}
                onClick={() => onOpen(one.kind)}
              >
                {say(may ? "wordings.write" : "wordings.read")}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
