import { Link } from "react-router";
import { useWords } from "../i18n";
import { addressOf } from "../inbox/views";
import { useChannelWords } from "../parts/Channel";
import { sayDuration, share, whole } from "../text/figures";
import { type Figures, listOf, type Period } from "./queries";

/** What came, by channel, and how soon a person answered: the table, then the same figures drawn. */
export function Channels({ figures, period }: { figures: Figures; period: Period }) {
  const { t, language } = useWords();
  const word = useChannelWords(figures.channels.map((one) => one.channel));
  const lasting = (seconds: number | null) => (seconds === null ? "–" : sayDuration(seconds, t));
  const rows = [{ ...figures, channel: null }, ...figures.channels];
  return (
    <section className="panel" aria-labelledby="canaux">
      <h3 id="canaux">{t("dashboard.channels")}</h3>
      <div className="tc">
        <div className="tbl-x">
          <table className="tbl plain compact">
            <caption className="vh">{t("dashboard.channels")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("dashboard.col.channel")}</th>
                <th scope="col" className="r">
                  {t("dashboard.col.received")}
                </th>
                <th scope="col" className="r">
                  {t("dashboard.col.share")}
                </th>
                <th scope="col" className="r">
                  {t("dashboard.col.answered")}
                </th>
                <th scope="col" className="r">
                  {t("dashboard.col.first")}
                </th>
                <th scope="col" className="r">
                  {t("dashboard.col.first.open")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ channel, received, answered, ...first }) => (
                <tr key={channel ?? ""}>
                  <th scope="row">
                    <Link to={addressOf(listOf(period, channel ? { channel } : {}))}>
                      {channel ? word(channel) : t("dashboard.total")}
                    </Link>
                  </th>
                  <td className="r">{whole(received, language)}</td>
                  <td className="r muted">{share(received, figures.received, language)}</td>
                  <td className="r">{whole(answered, language)}</td>
                  <td className="r">{lasting(first.first_answer_median_seconds)}</td>
                  <td className="r">{lasting(first.first_answer_open_median_seconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Bars figures={figures} />
      </div>
      <details>
        <summary>{t("dashboard.definition")}</summary>
        <p className="small soft">{t("dashboard.channels.means")}</p>
      </details>
    </section>
  );
}

const ROW = 32;
const WIDEST = 160;

function Bars({ figures }: { figures: Figures }) {
  const { t, language } = useWords();
  const word = useChannelWords(figures.channels.map((one) => one.channel));
  const most = Math.max(...figures.channels.map((one) => one.received), 1);
  return (
    <svg
      className="chart"
      viewBox={`0 0 300 ${figures.channels.length * ROW}`}
      role="img"
      aria-labelledby="canaux-barres"
    >
      <title id="canaux-barres">{t("dashboard.chart")}</title>
      {figures.channels.map(({ channel, received }, index) => {
        const width = Math.max((received / most) * WIDEST, 2);
        return (
          <g key={channel}>
            <text x="92" y={index * ROW + 20} textAnchor="end">
              {word(channel)}
            </text>
            <rect className="b1" x="100" y={index * ROW + 7} width={width} height="18" rx="2" />
            <text className="v" x={106 + width} y={index * ROW + 20}>
              {whole(received, language)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
