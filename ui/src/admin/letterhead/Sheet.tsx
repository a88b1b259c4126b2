import { useQuery } from "@tanstack/react-query";
import { tenantQuery } from "../../api/house";
import { shown } from "../../text/unseen";
import { useAdmin } from "../words";
import type { Wording } from "./queries";

/** What a letter on this paper looks like, to nobody and about nothing: no date and no delay of the law is made here. */
export function Sheet({ wording, logo }: { wording: Wording; logo: string | null }) {
  const say = useAdmin();
  const tenant = useQuery(tenantQuery).data;
  const lines = tenant ? [tenant.service_name, tenant.postal_address, tenant.email, tenant.phone] : [];
  return (
    <figure className="paper">
      <figcaption className="muted small">{say("paper.example")}</figcaption>
      <div className="paper-sheet" lang="fr">
        <div className="row top between">
          <div>
            {logo && <img className="paper-logo" src={logo} alt={say("paper.logo")} />}
            <p>
              <b>{shown(tenant?.name ?? "")}</b>
            </p>
            {lines.map((one) => (
              <p key={one}>{shown(one)}</p>
            ))}
          </div>
          <div>
            <p>Camille Exemple</p>
            <p>3 rue de l’Exemple</p>
            <p>00000 Villebourg</p>
          </div>
        </div>
        <p>{shown(wording.place) || "…"}, le …</p>
        <p>Nos références : 26-000000-X</p>
        <h2 className="h3">Exemple de lettre</h2>
        <p>
          Ceci est un exemple : aucune demande, aucun délai. Les dates viennent du calcul de chaque demande.
        </p>
        <p>
          Tribunal compétent : {shown(wording.court) || "…"}
          {wording.court_address && `, ${shown(wording.court_address)}`}
        </p>
        <p className="paper-signed">
          {shown(wording.signatory_title)}
          <br />
          {shown(wording.signatory_name)}
        </p>
        <p className="muted small">{shown(wording.footer)}</p>
      </div>
    </figure>
  );
}
