"""The acknowledgement of registration (AEE): whether it may leave by itself, and what it says.

The duty stands whatever is decided here (CRPA L112-11): a sending that is not answered automatically keeps its AEE on
the list of what is owed.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.sve.law.reasons import in_french
from app.tenants.values import Tenant
from app.tickets.values import Incoming

# One a sender and hour, three a day: somebody else's address may have been typed a thousand times.
PER_HOUR, PER_DAY = 1, 3


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an AEE leaves by itself; `because` is kept when it does not."""

    send: bool
    because: str = ""


def decide(incoming: Incoming, *, sent_last_hour: int, sent_last_day: int) -> Decision:
    """Decides whether to answer by ourselves. Source: RFC 3834 §2 (automatic answers), CRPA R112-11-2."""
    if not incoming.electronic:
        return Decision(send=False, because="reçu autrement que par voie électronique")
    if incoming.point_id is None:
        return Decision(send=False, because="expéditeur sans adresse de réponse")
    if incoming.automatic:
        return Decision(send=False, because="message automatique : y répondre ferait une boucle (RFC 3834)")
    if incoming.fields.get("repliable") is False:
        reason = incoming.fields.get("not_repliable_because")
        return Decision(send=False, because=str(reason or "adresse à laquelle on ne répond pas"))
    if sent_last_hour >= PER_HOUR or sent_last_day >= PER_DAY:
        return Decision(send=False, because="accusés déjà envoyés à cette adresse : un par heure, trois par jour")
    return Decision(send=True)


def public_registration_text(tenant: Tenant, *, received_at: datetime) -> str:
    """The AEE as everybody may read it: its date of reception (CRPA R112-11-2), who is in charge, and no reference.

    Whoever reads it learns nothing that the comment it stands under does not show.
    """
    local = received_at.astimezone(ZoneInfo(tenant.time_zone))
    return (
        f"Bonjour, {tenant.name} a enregistré votre message le {in_french(local.date())} à {local:%H h %M} "
        f"(article R. 112-11-2 du code des relations entre le public et l'administration). Service chargé : "
        f"{tenant.service_name}. Ne publiez ici rien de personnel : écrivez-nous plutôt en message privé."
    )


def registration_text(tenant: Tenant, *, reference: str, received_at: datetime) -> str:
    """The AEE: its date of reception (CRPA R112-11-2), a fixed text, nothing of what was sent."""
    local = received_at.astimezone(ZoneInfo(tenant.time_zone))
    lines = [
        "Bonjour,",
        "",
        (
            f"{tenant.name} a bien enregistré votre envoi le {in_french(local.date())} à {local:%H h %M}, "
            f"sous la référence {reference}."
        ),
        "",
        (
            "Ceci est un accusé d'enregistrement électronique (article R. 112-11-2 du code des relations entre le public "
            "et l'administration). Un accusé de réception vous sera adressé dans un délai de dix jours ouvrés ; s'il s'agit "
            "d'une demande, il précisera ce que vaut le silence de l'administration."
        ),
        "",
        f"Service chargé de votre dossier : {tenant.service_name}",
    ]
    lines += [line for line in (tenant.postal_address, tenant.email, tenant.phone) if line]
    lines += ["", "Ce message est automatique. Vous pouvez y répondre pour compléter votre envoi."]
    return "\n".join(lines)
