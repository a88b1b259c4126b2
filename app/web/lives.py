"""What the page of a request shows of a saisine's life: what it asks, why it was dismissed, what it may be joined to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.db.transaction import Session
from app.ids import Prefix, public_id
from app.sve import neighbours
from app.sve.cases import ASKED, dismissal, in_force
from app.sve.neighbours import Neighbour
from app.sve.values import LegalEvent, Saisine
from app.web import gestures
from app.web.dates import local, short_day
from app.web.gestures import Gesture
from app.web.timelines import dismissed_because

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Life:
    """`others` are the person's other saisines, `earlier` those received before, `kept` the one it is joined to."""

    asks: str = ""
    dismissed: str = ""
    kept: Option | None = None
    others: Sequence[Option] = ()
    earlier: Sequence[Option] = ()
    gestures: Sequence[Gesture] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """The saisines of the same person, and those some of these are joined to."""

    near: Sequence[Neighbour] = ()
    kept: Mapping[UUID, Neighbour] = field(default_factory=dict)


async def around(session: Session, tenant_id: UUID, ticket_id: UUID, saisines: Sequence[Saisine]) -> Around:
    near = await neighbours.of_ticket(session, tenant_id, ticket_id) if saisines else []
    wanted = [one.joined_to for one in saisines if one.joined_to is not None]
    return Around(near, await neighbours.named(session, tenant_id, wanted))


def life(saisine: Saisine, events: Sequence[LegalEvent], near: Around, *, zone: str) -> Life:
    """Returns what is shown of a saisine's life, and the forms that make sense of it."""
    said = dismissal(in_force(events))
    kept = near.kept.get(saisine.joined_to) if saisine.joined_to is not None else None
    others = [one for one in near.near if one.id != saisine.id]
    earlier = [one for one in others if one.may_take_in(saisine)]
    return Life(
        asks=next((str(event.payload.get("asks", "")) for event in events if event.type == ASKED), ""),
        dismissed=dismissed_because(said) if said is not None else "",
        kept=(f"/demandes/{public_id(Prefix.TICKET, kept.ticket_id)}#legal", kept.reference) if kept else None,
        others=[_option(one, zone) for one in others],
        earlier=[_option(one, zone) for one in earlier],
        gestures=gestures.shown(closed=saisine.closed_at is not None, dismissed=said is not None),
    )


def _option(one: Neighbour, zone: str) -> Option:
    day = short_day(local(one.received_at, zone).date())
    return public_id(Prefix.SAISINE, one.id), f"{one.reference} · {one.subject or '(sans objet)'} · reçue {day}"
