import { useQuery, useQueryClient } from "@tanstack/react-query";
import { tenantQuery, useMay } from "../../api/house";
import { shown } from "../../text/unseen";
import { Frame } from "../Frame";
import { FormField } from "../parts/FormField";
import { TextField } from "../parts/TextField";
import { Waiting } from "../parts/Waiting";
import { useAdmin } from "../words";
import { AccentField } from "./AccentField";
import { wear } from "./accent";
import { HoursForm } from "./HoursForm";
import { Kept } from "./Kept";
import { changedTenant, readTenant, type Tenant } from "./queries";
import { SatisfactionForm } from "./SatisfactionForm";
import { SendingForm } from "./SendingForm";
import { WatchForm } from "./WatchForm";

const FIELDS = ["name", "service_name", "postal_address", "email", "phone", "dpo_contact"] as const;
const ZONES = [
  "Europe/Paris",
  "America/Cayenne",
  "America/Guadeloupe",
  "America/Marigot",
  "America/Martinique",
  "America/Miquelon",
  "America/St_Barthelemy",
  "Indian/Mayotte",
  "Indian/Reunion",
  "Pacific/Gambier",
  "Pacific/Marquesas",
  "Pacific/Noumea",
  "Pacific/Tahiti",
  "Pacific/Wallis",
];

/** S10: what the administration says of itself, when it is open, when its information leaves, whether people are asked, whom the watch tells. */
export default function HouseScreen() {
  const say = useAdmin();
  const may = useMay("tickets:read");
  const legal = useMay("sve:read");
  const administers = useMay("users:admin");
  const tenant = useQuery({ ...tenantQuery, enabled: may });
  return (
    <Frame title={say("part.tenant")} scope="tickets:read">
      <div className="scroll pad stack-5">
        <Waiting asked={tenant}>{(found) => <Particulars tenant={found} />}</Waiting>
        {may && <HoursForm />}
        {may && <SendingForm />}
        {may && <SatisfactionForm />}
        {legal && <WatchForm />}
        {administers && (
          <p className="small">
            <a href="/administration">{say("house.more")}</a>
          </p>
        )}
      </div>
    </Frame>
  );
}

function Particulars({ tenant }: { tenant: Tenant }) {
  const say = useAdmin();
  const client = useQueryClient();
  const may = useMay("users:admin");
  return (
    <Kept
      title={say("house.title")}
      about={say("house.about")}
      found={tenant}
      may={may}
      typedOf={(one) => ({
        name: one.name,
        service_name: one.service_name,
        postal_address: one.postal_address,
        email: one.email,
        phone: one.phone,
        dpo_contact: one.dpo_contact,
        accent: one.accent,
        time_zone: one.time_zone,
      })}
      save={changedTenant}
      reread={readTenant}
      theirs={(there) =>
        [...FIELDS.map((one) => shown(there[one])), there.accent, there.time_zone].filter(Boolean).join(" · ")
      }
      onSaved={(out) => {
        client.setQueryData(tenantQuery.queryKey, out);
        if (out.accent !== tenant.accent) wear(out.accent);
      }}
    >
      {({ typed, change, wrong }) => (
        <>
          {FIELDS.map((one) => (
            <TextField
              key={one}
              label={say(`house.${one}`)}
              hint={say(`house.${one}.hint`)}
              wrong={wrong(`/${one}`)}
              name={one}
              maxLength={300}
              value={typed[one]}
              onChange={(value) => change({ [one]: value })}
            />
          ))}
          <AccentField
            value={typed.accent}
            wrong={wrong("/accent")}
            onChange={(accent) => change({ accent })}
          />
          <FormField
            label={say("house.time_zone")}
            hint={say("house.time_zone.hint")}
            wrong={wrong("/time_zone")}
          >
            {(described) => (
              <select
                {...described}
                className="select narrow"
                value={typed.time_zone}
                onChange={(event) => change({ time_zone: event.target.value })}
              >
                {[...new Set([tenant.time_zone, ...ZONES])].map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </FormField>
          <p className="small">
            {say("house.territory", { territory: tenant.territory })}{" "}
            <span className="muted">{say("house.territory.hint")}</span>
          </p>
        </>
      )}
    </Kept>
  );
}
