"""What is said of a delivery that is held: what silence may already be running to, and what its sender was asked. Pure."""

from datetime import date, datetime

from app.channels.values import Channel, Unopened
from app.exchanges.receptions import Reception, ReceptionLine
from app.forms.confirmations import Confirmation, Mail
from app.sve.cases import first_case, judge
from app.tenants.values import Tenant
from app.web.dates import long_moment
from app.web.marks import CAPTURED


def may_run(
    tenant: Tenant, channel: Channel | Unopened | None, held: ReceptionLine | Reception, *, now: datetime
) -> date | None:
    """Returns the earliest day on which silence could have decided, were it a request: nobody has looked at it yet.

    Source: CRPA L231-1. Holding a message keeps the answers back, never the reception (R112-11-1).
    """
    if channel is None:
        return None
    case = first_case(tenant, channel_type=channel.type, received_at=held.received_at)
    return judge(case, now=now).reading.alert_on


def asked_of_sender(asked: Confirmation | None, tenant: Tenant, *, now: datetime) -> str:
    """Says what became of the question put to the sender; empty when none was."""
    if asked is None:
        return ""
    if asked.confirmed_at is not None:
        return f"confirmé par l’expéditeur le {long_moment(asked.confirmed_at, tenant.time_zone)}"
    ends = long_moment(asked.expires_at, tenant.time_zone)
    if now >= asked.expires_at:
        return f"Personne n’a confirmé avant le {ends}{_unsent(asked)}"
    match asked.mail:
        case Mail.DUE:
            why = f" (dernier essai : {asked.detail})" if asked.detail else ""
            return f"demandée, le courriel va partir{why} ; possible jusqu’au {ends}"
        case Mail.SENT:
            told = f" ({asked.detail})" if asked.detail else ""
            return f"demandée par courriel le {_moment(asked.sent_at, tenant)}{told} ; possible jusqu’au {ends}"
        case Mail.FAILED:
            return f"impossible à demander{_unsent(asked)}"
        case Mail.NONE:
            return f"même envoi qu’un autre : une seule confirmation est demandée, jusqu’au {ends}"


def kept_here(asked: Confirmation, *, now: datetime) -> bool:
    """Whether the mail that asks stayed in a house that sends nothing, and may still be answered."""
    if asked.mail is not Mail.SENT or asked.confirmed_at is not None or now >= asked.expires_at:
        return False
    return (asked.detail or "").startswith(CAPTURED)


def _unsent(asked: Confirmation) -> str:
    return f" : le courriel n’est pas parti ({asked.detail})" if asked.mail is Mail.FAILED else ""


def _moment(at: datetime | None, tenant: Tenant) -> str:
    return long_moment(at, tenant.time_zone) if at else "—"
