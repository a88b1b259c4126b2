import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "../../api/house";
import { useWords } from "../../i18n";
import { channelPicture } from "../../parts/Channel";
import { Icon } from "../../parts/Icon";
import { Frame } from "../Frame";
import { FormField } from "../parts/FormField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { type ChannelType, nameOf, typesQuery } from "./queries";

/** The catalogue: every type installed, those of other packages among them, and why one cannot serve. */
export default function TypesScreen() {
  const say = useAdmin();
  const { language } = useWords();
  const types = useQuery({ ...typesQuery, enabled: useMay("channels:admin") });
  const [sought, setSought] = useState("");
  const word = plain(sought);
  return (
    <Frame
      title={say("types.title")}
      scope="channels:admin"
      under={
        <p className="small">
          <Link to="/reglages/canaux">{say("types.back")}</Link>
        </p>
      }
    >
      <div className="scroll pad stack">
        <FormField label={say("types.search")}>
          {(described) => (
            <input
              {...described}
              className="input narrow"
              type="search"
              autoComplete="off"
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
          )}
        </FormField>
        <Waiting asked={types}>
          {(found) => {
            const kept = found
              .filter((one) => plain(`${nameOf(one, language)} ${one.type}`).includes(word))
              .sort((one, other) => nameOf(one, language).localeCompare(nameOf(other, language), language));
            return kept.length === 0 ? (
              <p>{say("types.none")}</p>
            ) : (
              <ul className="cards">
                {kept.map((one) => (
                  <Card key={one.type} type={one} />
                ))}
              </ul>
            );
          }}
        </Waiting>
      </div>
    </Frame>
  );
}

const plain = (words: string): string => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function Card({ type }: { type: ChannelType }) {
  const say = useAdmin();
  const { language } = useWords();
  const sends = type.protocols.includes("sender");
  const receives = ["webhook", "poller", "stream"].some((one) => type.protocols.includes(one));
  const name = nameOf(type, language);
  return (
    <li className="panel" data-type={type.type}>
      <h2>
        <Icon name={channelPicture(type.type)} />{" "}
        {type.usable ? <Link to={`/reglages/canaux/nouveau/${type.type}`}>{name}</Link> : name}
      </h2>
      <p className="small soft">
        {[
          receives ? say("types.receives") : "",
          sends ? say("types.sends") : say("types.sends_not"),
          type.protocols.includes("probe") ? say("types.tested") : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {!type.usable && (
        <p className="small">
          <b className="danger">{say("types.unusable")}</b> {type.reason}
        </p>
      )}
      <p className="small muted">
        <code>{type.type}</code>
        {type.distribution !== "parvis" && ` · ${say("types.brought", { by: type.distribution })}`}
        {type.homepage && (
          <>
            {" · "}
            <a href={type.homepage} rel="noreferrer" target="_blank">
              {say("types.guide")}
              <span className="vh"> {say("types.guide.of", { name })}</span>
            </a>
          </>
        )}
      </p>
    </li>
  );
}
