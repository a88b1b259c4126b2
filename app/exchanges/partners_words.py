"""What a partner says of the reports we handed over: numbers, statuses, and our own reports shown back among its others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels.contract import Event
from app.channels.values import Channel
from app.db.transaction import Session
from app.exchanges import forwards
from app.exchanges.facts import ReportStatusTold
from app.exchanges.understood import Ledger, Said
from app.facts import FactBook

OURS = "un signalement que nous avons transmis, relu chez le partenaire"


async def heard(session: Session, book: FactBook, channel: Channel, event: Event, *, now: datetime) -> bool:
    """Writes what a partner told of a report we handed over; says whether it was one of ours."""
    said = event.fields.get("partner")
    if not isinstance(said, dict) or not said.get("number"):
        return False
    number, names = str(said["number"]), [str(said["number"]), str(said.get("was") or said["number"])]
    ours = await forwards.known(session, channel.tenant_id, channel.id, names)
    if not ours:
        return False
    values: dict[str, Any] = {"number": number}
    if "was" not in said:
        values |= {"status": str(said.get("status") or "") or None, "notes": str(said.get("notes") or "") or None}
    at = min(event.occurred_at or now, now) if "was" not in said else None
    for outbound_id, ticket_id in await forwards.told(session, channel.tenant_id, channel.id, names, values, at=at):
        fact = ReportStatusTold(
            tenant_id=channel.tenant_id,
            subject_id=outbound_id,
            at=now,
            ticket_id=ticket_id,
            channel_id=channel.id,
            status=values.get("status"),
        )
        await book.record(session, fact)
    return True


async def made_there(session: Session, said: Sequence[Said], ledgers: Mapping[UUID, Ledger]) -> list[Said]:
    """Returns messages without the reports that we handed over ourselves, which a partner lists among its own."""
    kept: list[Said] = []
    for one, event in said:
        if event.fields.get("partner") and event.external_id:
            names = [event.external_id]
            if await forwards.known(session, one.channel.tenant_id, one.channel.id, names):
                ledgers[one.reception.id].ignored.append(OURS)
                continue
        kept.append((one, event))
    return kept
