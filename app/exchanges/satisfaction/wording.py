"""The words of the question: a mail in French then in English, an SMS in French; the page itself speaks three ways."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.sve.law.reasons import in_french
from app.tenants.values import Tenant


def subject(reference: str) -> str:
    return f"Votre avis sur la réponse à votre demande {reference}"


def mail(tenant: Tenant, *, reference: str, link: str, ends_at: datetime) -> str:
    """Writes the mail: what is asked, how long it takes, what it changes, until when, and how not to be asked again."""
    ends = ends_at.astimezone(ZoneInfo(tenant.time_zone))
    return "\n\n".join(
        [
            "Bonjour,",
            f"{tenant.name} a répondu à votre demande {reference}. Êtes-vous satisfait du service rendu ?",
            "Une question, une minute, sans compte. Votre réponse ne change rien à votre demande ni à vos droits.",
            link,
            (
                f"Vous pouvez répondre, et changer votre réponse, jusqu'au {in_french(ends.date())} à {ends:%H h %M}. "
                "La page existe aussi en version facile à lire."
            ),
            "Vous ne voulez plus recevoir cette question ? La même page permet de le dire.",
            (
                f"English: {tenant.name} answered your request {reference}. Are you satisfied with the service? "
                f"One question, one minute, until {ends:%d/%m/%Y}:"
            ),
            f"{link}?lang=en",
            f"{tenant.service_name}, {tenant.name}",
        ]
    )


def sms(tenant: Tenant, *, reference: str, link: str) -> str:
    """Writes the SMS: as few words as say who asks, about what, and where one answers."""
    return f"{tenant.name} : votre avis sur la réponse à votre demande {reference}, ou ne plus être interrogé : {link}"
