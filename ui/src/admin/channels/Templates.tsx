import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, got } from "../../api/client";
import { useZone } from "../../api/house";
import { useWords } from "../../i18n";
import { Trouble } from "../../parts/Trouble";
import { moment } from "../../text/dates";
import { shown } from "../../text/unseen";
import { useDoing } from "../parts/useDoing";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import type { Channel } from "./health";

const HOUR = 3600;

const read = (id: string, max_age: number, signal?: AbortSignal) =>
  got(
    api.GET("/api/v1/channels/{channel_id}/templates", {
      params: { path: { channel_id: id }, query: { max_age } },
      ...(signal ? { signal } : {}),
    }),
  );

/** The texts a provider approved, which may leave once the window to answer has closed; read only, they are its own. */
export function Templates({ channel }: { channel: Channel }) {
  const say = useAdmin();
  const { language } = useWords();
  const client = useQueryClient();
  const zone = useZone();
  const doing = useDoing();
  const key = ["channels", channel.id, "templates"];
  const asked = useQuery({ queryKey: key, queryFn: ({ signal }) => read(channel.id, HOUR, signal) });
  return (
    <section className="stack" aria-labelledby="modeles">
      <div className="row between">
        <h2 id="modeles">{say("templates.title")}</h2>
        <button
          className="btn sm"
          type="button"
          disabled={doing.busy}
          onClick={() =>
            void doing.run(async () => {
              client.setQueryData(key, await read(channel.id, 0));
            })
          }
        >
          {say(doing.busy ? "templates.reading" : "templates.reread")}
        </button>
      </div>
      {doing.problem && <Trouble error={doing.problem} plain />}
      <Waiting asked={asked}>
        {({ data, read_at, problem }) => (
          <>
            {problem && <p className="notice warn">{language === "fr" ? problem.words : problem.words_en}</p>}
            {read_at && (
              <p className="small muted">
                {say("templates.read_at", { at: moment(read_at, language, zone) })}
              </p>
            )}
            {data.length === 0 ? (
              <p className="small soft">{say("templates.none")}</p>
            ) : (
              <ul className="lines">
                {data.map((one) => (
                  <li key={`${one.name}${one.language}`} data-template={one.name}>
                    <b>{shown(one.name)}</b>{" "}
                    <span className="small muted">
                      {[one.language, one.category].filter(Boolean).join(" · ")}
                    </span>
                    <p lang={one.language}>{shown(one.text)}</p>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Waiting>
    </section>
  );
}
