"""The administration's own words on each kind of letter: before and after what the law prescribes, which stays whole.

Each writing is an edition that replaces the one before, as a letterhead does; a letter says by which it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.etags import require_version
from app.sve.letters import wording_repository as repository
from app.sve.letters.facts import LetterWorded
from app.sve.letters.french import day
from app.sve.letters.ground import Ground
from app.sve.letters.opening import on_a_line
from app.sve.letters.parts import Paragraph
from app.sve.letters.values import Kind
from app.sve.letters.wording_values import Wording
from app.tickets.wording import Variable, fill

# What a letter always knows; a team is nobody's signature on paper.
VARIABLES: Sequence[Variable] = tuple(one for one in Variable if one is not Variable.TEAM)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The paragraphs that open and close a letter; none where nothing was written."""

    opening: Sequence[Paragraph] = ()
    closing: Sequence[Paragraph] = ()


class LetterWordings:
    """Reads and writes the words of letters."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def in_force(self, session: Session, tenant_id: UUID) -> Mapping[Kind, Wording]:
        """Returns the last edition of each kind that has one."""
        return await repository.in_force(session, tenant_id)

    async def of_kind(self, session: Session, tenant_id: UUID, kind: Kind) -> Wording:
        """Returns the last edition of a kind; nobody wrote any: edition 0, without words."""
        return (await repository.in_force(session, tenant_id, kind=kind)).get(kind) or Wording.none(kind)

    async def editions(
        self, session: Session, tenant_id: UUID, kind: Kind, *, after: int | None, limit: int
    ) -> Sequence[Wording]:
        """Returns a page of the editions of a kind, the last first; `after` is the last edition read."""
        return await repository.editions(session, tenant_id, kind, after=after, limit=limit)

    async def write(
        self,
        session: Session,
        tenant_id: UUID,
        kind: Kind,
        *,
        opening: str,
        closing: str,
        version: int,
        actor: Actor,
    ) -> Wording:
        """Writes a new edition, empty words for those of the product alone. Raises `Stale` on another edition than read."""
        last = await repository.held(session, tenant_id, kind)
        require_version(last, expected=version)
        wording_id, now = new_id(), self._clock()
        wording = Wording(
            id=wording_id,
            kind=kind,
            edition=last + 1,
            opening=opening,
            closing=closing,
            created_at=now,
            created_by=actor.label,
        )
        await repository.add(session, tenant_id, wording)
        fact = LetterWorded(
            tenant_id=tenant_id,
            subject_id=wording_id,
            at=now,
            actor=actor,
            kind=kind.value,
            edition=wording.edition,
        )
        await self._book.record(session, fact)
        return wording


def own_words(wording: Wording, ground: Ground) -> OwnWords:
    """Fills an edition for one request. A line with a place that nothing fills here is left out, never sent as it is."""
    values = _values(ground)
    return OwnWords(_paragraphs(wording.opening, values), _paragraphs(wording.closing, values))


def _paragraphs(text: str, values: Mapping[Variable, str]) -> list[Paragraph]:
    filled = [fill(line, values) for line in text.splitlines()]
    words = "\n".join(one.text for one in filled if not one.missing).strip()
    # Where a channel carries little, what the law prescribes goes first, and alone.
    return [Paragraph(text=words, short="")] if words else []


def _values(ground: Ground) -> Mapping[Variable, str]:
    office, received = ground.office, ground.day("reception_date")
    return {
        Variable.REFERENCE: ground.reference,
        Variable.SUBJECT: ground.subject,
        Variable.RECEIVED: day(received) if received else "",
        Variable.CONTACT: ground.fields.addressee or ground.citizen,
        Variable.AGENT: ground.agent_name,
        Variable.ADMINISTRATION: office.name,
        Variable.SERVICE: office.service,
        Variable.ADDRESS: on_a_line(office.postal_address),
        Variable.EMAIL: office.email,
        Variable.PHONE: office.phone,
        Variable.TODAY: day(ground.on),
    }
