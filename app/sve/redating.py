"""Putting right the day a sending was received: the right reception is recorded, then the wrong one corrected.

Both stay written; the clock runs from the one that counts. Source: CRPA L112-3, R112-5 1° (the date of reception).
"""

from datetime import datetime

from app.clock import civil_day
from app.db.transaction import Session
from app.facts import Actor
from app.ids import Prefix, public_id
from app.sve import repository
from app.sve.cases import received_event
from app.sve.service import LegalFace
from app.sve.values import Saisine
from app.tenants.values import Tenant


async def redate(
    session: Session, legal: LegalFace, tenant: Tenant, saisine: Saisine, *, at: datetime, why: str, actor: Actor
) -> None:
    """Gives a saisine its true reception. Raises as `LegalFace.record` does."""
    # Its own alone: what was received by another way, joined to it, keeps its day.
    own = await legal.events_of(session, saisine)
    wrong = [event for event in own if event.type == "received" and event.annulled_by is None]
    channel = str(wrong[0].payload.get("channel", "post")) if wrong else "post"
    told = received_event(tenant, channel_type=channel, received_at=at)
    present = await legal.record(session, tenant.id, saisine.id, told, version=saisine.version, actor=actor)
    for event in wrong:
        correction = {"type": "corrected", "event_id": public_id(Prefix.LEGAL_EVENT, event.id), "reason": why}
        present = await legal.record(session, tenant.id, saisine.id, correction, version=present.version, actor=actor)
    values = {"received_at": at, "received_on": civil_day(at, tenant.time_zone)}
    await repository.change(session, tenant.id, saisine.id, values)
