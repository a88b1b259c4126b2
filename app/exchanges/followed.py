"""What somebody who proved their address is shown of their own request, and nothing more.

Only what came from that address, or from others of the same person that are proved, and what left for those: never a
note, a draft, a code, another person's words, nor what an agent wrote down of a call.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound, OutState
from app.sve.cases import case_of_saisine, judge, read_as_of
from app.sve.expecting import Expected, expected
from app.sve.service import LegalFace
from app.sve.simulation import SimulationError
from app.tenants.values import Tenant
from app.tickets.values import Direction, Message, Status, Ticket

# What is said to the person; a code is for other eyes than the page's, a transfer is for a partner.
_TOLD = frozenset({"reply", "information", "letter", "AEE", "ARE", "AR"})
_LEFT = frozenset({OutState.ACCEPTED, OutState.DELIVERED, OutState.BOUNCED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One exchange. `written_down` is a call, a visit or a letter: its day is shown, not what an agent noted of it."""

    ours: bool
    at: datetime
    text: str
    purpose: str = ""
    written_down: bool = False
    withdrawn: bool = False
    returned: bool = False  # it came back: the person has not read it
    pieces: Sequence[tuple[str, int | None]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A request as its author sees it. `reference` is the one they know, even where the request was joined to another."""

    reference: str
    subject: str
    status: Status
    received_at: datetime | None
    exchanges: Sequence[Said]
    expected: Sequence[tuple[datetime, Expected]]  # each with the day of the message it is about

    def first(self, *purposes: str) -> datetime | None:
        """Returns when the first of such messages left and did not come back."""
        return min((one.at for one in self.exchanges if one.purpose in purposes and not one.returned), default=None)


async def followed(
    session: Session,
    legal: LegalFace,
    tenant: Tenant,
    ticket: Ticket,
    thread: Sequence[Message],
    *,
    reference: str,
    points: Collection[UUID],
    now: datetime,
) -> Followed:
    """Gathers what is shown of a request to whoever holds these addresses."""
    left = {
        one.message_id: one for one in await outbox.of_ticket(session, tenant.id, ticket.id) if _theirs(one, points)
    }
    heard = [one for one in thread if one.direction is Direction.IN and one.point_id in points]
    said = [_heard(one) for one in heard]
    said += [_answer(one, left[one.id]) for one in thread if one.direction is Direction.OUT and one.id in left]
    return Followed(
        reference=reference,
        subject=next((one.subject for one in heard if one.subject and one.reception_id), ""),
        status=ticket.status,
        received_at=heard[0].received_at if heard else None,
        exchanges=sorted(said, key=lambda one: one.at),
        expected=await _expected(session, legal, tenant, ticket.id, {one.id for one in heard}, now=now),
    )


async def _expected(
    session: Session, legal: LegalFace, tenant: Tenant, ticket_id: UUID, heard: Collection[UUID], *, now: datetime
) -> list[tuple[datetime, Expected]]:
    """Reads the clocks of their own messages as of now. One joined to another counts there; one set aside asks nothing."""
    found = list[tuple[datetime, Expected]]()
    for saisine in await legal.of_tickets(session, tenant.id, [ticket_id]):
        if saisine.message_id not in heard or saisine.joined_to is not None:
            continue
        try:
            case = case_of_saisine(tenant, saisine, await legal.counted_events(session, saisine))
        except SimulationError:
            continue  # an agent sees it, and what it says; a citizen is told no date nobody can read
        reading = judge(case, now=read_as_of(saisine, now)).reading
        found.append((saisine.received_at, expected(reading, certainty=saisine.certainty)))
    return found


def _theirs(one: Outbound, points: Collection[UUID]) -> bool:
    recipient: Mapping[str, object] = one.recipient
    return one.purpose in _TOLD and one.state in _LEFT and str(recipient.get("point_id")) in {str(p) for p in points}


def _heard(one: Message) -> Said:
    by_hand = one.reception_id is None
    return Said(
        ours=False,
        at=one.received_at,
        text="" if by_hand or one.withdrawn_at else (one.text_new or one.text),
        written_down=by_hand,
        withdrawn=one.withdrawn_at is not None,
        pieces=[] if by_hand else [(piece.name, piece.size) for _, piece in one.pieces if not piece.inline],
    )


def _answer(one: Message, carried: Outbound) -> Said:
    enclosed = carried.request.get("enclosed") or []
    return Said(
        ours=True,
        at=carried.settled_at or one.received_at,
        text=one.text,
        purpose=carried.purpose,
        returned=carried.state is OutState.BOUNCED,
        pieces=[(str(piece.get("name", "")), piece.get("size")) for piece in enclosed],
    )
