import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { moment } from "../../text/dates";
import { useAdmin } from "../words";
import { type Channel, healthOf, type Look } from "./health";

export const SHAPES: Readonly<Record<Look, string>> = {
  ok: "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  warn: "M6 1 11.5 11H.5z",
  bad: "M2 2h8v8H2z",
};

export function Shape({ look }: { look: Look }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true">
      <path d={SHAPES[look]} />
    </svg>
  );
}

/** How a channel fares: a shape and a word; the colour never speaks alone. */
export function Health({ of }: { of: Channel }) {
  const say = useAdmin();
  const { language } = useWords();
  const zone = useZone();
  const mark = healthOf(of, new Date(), zone);
  return (
    <span className={`h ${mark.look}`}>
      <Shape look={mark.look} />
      {say(mark.says, mark.at ? { at: moment(mark.at, language, zone) } : {})}
    </span>
  );
}
