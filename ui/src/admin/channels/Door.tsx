import { useQueryClient } from "@tanstack/react-query";
import { useTell } from "../../parts/toasts";
import { Copied } from "../parts/Copied";
import { Refusal } from "../parts/Refusal";
import { useDoing } from "../parts/useDoing";
import { useAdmin } from "../words";
import type { Channel } from "./health";
import { type ChannelType, registered, unregistered } from "./queries";

/** The address to give to a provider; where it can be told by itself, it is. */
export function Door({ channel, type }: { channel: Channel; type: ChannelType | undefined }) {
  const say = useAdmin();
  const client = useQueryClient();
  const tell = useTell();
  const doing = useDoing();
  if (!channel.hook_url) return null;
  const registers = type?.protocols.includes("lifecycle") ?? false;

  function asks(ask: typeof registered): void {
    void doing.run(async () => {
      const check = await ask(channel);
      tell(check.words);
      await client.invalidateQueries({ queryKey: ["channels"] });
    });
  }

  return (
    <section aria-labelledby="porte" className="panel stack settings">
      <h2 id="porte">{say("door.title")}</h2>
      <p className="small soft">{say(registers ? "door.registers" : "door.advice")}</p>
      <Copied words={channel.hook_url} label={say("door.address")} />
      {registers && (
        <p className="row">
          <button className="btn" type="button" disabled={doing.busy} onClick={() => asks(registered)}>
            {say("door.register")}
          </button>
          <button className="btn" type="button" disabled={doing.busy} onClick={() => asks(unregistered)}>
            {say("door.unregister")}
          </button>
        </p>
      )}
      {doing.problem && <Refusal problem={doing.problem} />}
    </section>
  );
}
