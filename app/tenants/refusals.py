"""What is refused about administrations, named after the fact."""

from datetime import datetime

from app.errors import Conflict, Forbidden
from app.rest.languages import Said


class AdministrationSuspended(Forbidden):
    """The operator suspended it: nobody signs in, no program reads; messages still come in."""

    code = "administration-suspended"
    title_fr = "Administration suspendue"
    title_en = "Administration suspended"

    leaving = Said(
        "le service de cette administration est arrêté, et ses données sont en cours d'effacement",
        en="the service of this administration has ended, and its data are being erased",
    )

    @classmethod
    def since(cls, at: datetime, reason: str | None, *, ask: str | None) -> "AdministrationSuspended":
        """Says since when, why, and whom to ask."""
        day, why = at.date(), reason or "—"
        whom_fr, whom_en = (f" ({ask})", f" ({ask})") if ask else ("", "")
        return cls(
            Said(
                f"le service est suspendu depuis le {day:%d/%m/%Y} : « {why} ». Adressez-vous à l'exploitant de la "
                f"plateforme{whom_fr}. Les messages reçus sont gardés, et les délais légaux courent",
                en=f"the service has been suspended since {day.isoformat()}: “{why}”. Ask the operator of the "
                f"platform{whom_en}. Incoming messages are kept, and legal clocks run",
            )
        )


class TenantMismatch(Forbidden):
    """The request names one administration and the caller belongs to another."""

    code = "administration-mismatch"
    title_fr = "Cette clé est celle d'une autre administration"
    title_en = "This key belongs to another administration"
    advice = Said(
        "l'administration nommée par la requête (en-tête « Parvis-Tenant » ou nom d'hôte) n'est pas celle de la clé ou de "
        "la session présentée : corrigez l'une ou l'autre",
        en="the administration the request names (header `Parvis-Tenant` or host name) is not the one of the key or "
        "session presented: correct one of them",
    )


class NotSuspended(Conflict):
    """There is nothing to resume, or nothing more to suspend."""

    code = "administration-standing"
    title_fr = "L'administration est déjà dans cet état"
    title_en = "The administration is already in this state"
    advice = Said("voyez « parvis tenants list »", en="see `parvis tenants list`")
