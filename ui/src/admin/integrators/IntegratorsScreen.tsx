import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useMay } from "../../api/house";
import { Icon } from "../../parts/Icon";
import { Frame } from "../Frame";
import { useAdmin } from "../words";
import { KeyTable } from "./KeyTable";
import { NewKeyDialog } from "./NewKeyDialog";
import { NewWebhookDialog } from "./NewWebhookDialog";
import { keysQuery, webhooksQuery } from "./queries";
import { WebhookTable } from "./WebhookTable";

/** S10: what other programs hold: keys that open the API, webhooks it calls. */
export default function IntegratorsScreen() {
  const say = useAdmin();
  const [address] = useSearchParams();
  const hooks = address.get("vue") === "webhooks";
  const keys = useInfiniteQuery({ ...keysQuery, enabled: useMay("keys:admin") && !hooks });
  const webhooks = useInfiniteQuery({ ...webhooksQuery, enabled: useMay("webhooks:admin") && hooks });
  const [making, setMaking] = useState(false);
  return (
    <Frame
      title={say("part.integrators")}
      scope={hooks ? "webhooks:admin" : "keys:admin"}
      acts={
        <button className="btn primary" type="button" aria-haspopup="dialog" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {say(hooks ? "webhooks.make" : "keys.make")}
        </button>
      }
      tabs={
        <nav className="tabs" aria-label={say("part.integrators")}>
          <Link to="/reglages/integrateurs" aria-current={hooks ? undefined : "page"}>
            {say("keys.tab")}
          </Link>
          <Link to="/reglages/integrateurs?vue=webhooks" aria-current={hooks ? "page" : undefined}>
            {say("webhooks.tab")}
          </Link>
        </nav>
      }
    >
      <div className="scroll">{hooks ? <WebhookTable asked={webhooks} /> : <KeyTable asked={keys} />}</div>
      {making && !hooks && <NewKeyDialog onClose={() => setMaking(false)} />}
      {making && hooks && <NewWebhookDialog onClose={() => setMaking(false)} />}
    </Frame>
  );
}
