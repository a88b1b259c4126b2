"""What providers tell of a person's other addresses: theirs when nobody has them, proposed to an agent when somebody does.

Two people who are known are never joined here: a provider may be wrong, and a number changes hands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.contract import Event, Party, PointKind, Sent
from app.channels.values import Channel
from app.contacts import recognising, repository
from app.contacts import service as contacts
from app.contacts.facts import ContactUpdated
from app.contacts.repository import Point
from app.contacts.service import PointKey
from app.contacts.values import Proof, Reason, ReasonCode
from app.contacts.weighing import Likeness
from app.db.transaction import Session
from app.exchanges.outbox import Outbound
from app.exchanges.understanding import alias_key
from app.facts import FactBook
from app.ids import new_id

MOST = 10  # of one answer, or one message
_WEIGHT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a provider told: whoever has the point has these too."""

    point_id: UUID
    keys: Sequence[PointKey]


def from_answer(message: Outbound, sent: Sent) -> Lesson | None:
    """Returns what the answer to one of our messages teaches, None when nothing."""
    kind, account = PointKind(message.recipient["kind"]), sent.account or message.request["scope"] or ""
    found = [alias_key(kind, alias, account=account or str(message.channel_id)) for alias in sent.aliases[:MOST]]
    keys = [key for key in found if key is not None]
    return Lesson(point_id=UUID(str(message.recipient["point_id"])), keys=keys) if keys else None


def from_event(event: Event, channel: Channel, point: Point | None, *, verified: bool | None) -> Lesson | None:
    """Returns what a message teaches of its author, beside its words; None unless its provider signed for it."""
    told = event.fields.get("aliases")
    if point is None or verified is not True or not isinstance(told, list):
        return None
    account = event.account or str(channel.id)
    found = [alias_key(PointKind(point.kind), one, account=account) for one in _parties(told[:MOST])]
    keys = [key for key in found if key is not None]
    return Lesson(point_id=point.id, keys=keys) if keys else None


async def learn(session: Session, book: FactBook, tenant_id: UUID, lessons: Sequence[Lesson], *, at: datetime) -> None:
    """Keeps the addresses nobody has, and proposes the people who may be one; three statements when all is known."""
    points = await contacts.points(session, tenant_id, {lesson.point_id for lesson in lessons})
    wanted: dict[PointKey, Point] = {}
    for lesson in lessons:
        if (point := points.get(lesson.point_id)) is not None:
            wanted |= {key: point for key in lesson.keys if key != (point.kind, point.scope, point.address)}
    if not wanted:
        return
    known = await _held(session, tenant_id, wanted)
    missing = [key for key in wanted if key not in known]
    if missing:
        await repository.add_points(session, [_row(tenant_id, key, wanted[key], at=at) for key in missing])
        fresh = await _held(session, tenant_id, missing)
        # One that another transaction kept meanwhile may be somebody else's.
        known |= fresh
        facts = [
            ContactUpdated(
                tenant_id=tenant_id, subject_id=point.contact_id, at=at, change="point_learnt", point_id=point.id
            )
            for key, point in fresh.items()
            if point.contact_id == wanted[key].contact_id
        ]
        await book.record(session, *facts)
    alike = [
        _alike(wanted[key].contact_id, point)
        for key, point in known.items()
        if point.contact_id != wanted[key].contact_id
    ]
    await recognising.told_alike(session, book, tenant_id, alike, at=at)


async def _held(
    session: Session, tenant_id: UUID, keys: Sequence[PointKey] | Mapping[PointKey, Point]
) -> dict[PointKey, Point]:
    found = await repository.points_of(session, tenant_id, list(keys))
    return {PointKey(one.kind, one.scope, one.address): one for one in found}


def _row(tenant_id: UUID, key: PointKey, of: Point, *, at: datetime) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "id": new_id(),
        "contact_id": of.contact_id,
        "kind": key.kind,
        "scope": key.scope,
        "address": key.address,
        "display_name": of.display_name,
        # Whoever refused us refused us, under whatever name their provider knows them.
        "opted_out_at": of.opted_out_at,
        "verified_at": at,
        "verified_how": Proof.LEARNT.value,
        "created_at": at,
    }


def _alike(contact_id: UUID, other: Point) -> Likeness:
    one, two = sorted((contact_id, other.contact_id))
    reason = Reason(code=ReasonCode.PROVIDER_TOLD, weight=_WEIGHT, value=other.address)
    return Likeness(one_id=one, other_id=two, reasons=[reason])


def _parties(told: Sequence[object]) -> list[Party]:
    return [
        Party(PointKind(one["kind"]), one["address"])
        for one in told
        if isinstance(one, dict) and one.get("kind") in set(PointKind) and isinstance(one.get("address"), str)
    ]
