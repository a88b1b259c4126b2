"""What a person says of the service: read behind their own link, changed until it ends, or the question refused for ever."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.channels.kit.json import clean_text
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.exchanges.satisfaction import links, repository
from app.exchanges.satisfaction.facts import SatisfactionAnswered, SatisfactionRefused
from app.exchanges.satisfaction.values import MOST_COMMENT, Grade, Question
from app.facts import Actor, FactBook
from app.sealing import KeyRing
from app.tickets.service import Tickets

CITIZEN = Actor("citizen")


class Standing(StrEnum):
    """Where a link leads whoever opens it."""

    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"  # the request, or whoever was asked, was erased: there is nothing left to answer about


@dataclass(frozen=True, slots=True)
class Presented:
    """A question as its link shows it."""

    question: Question
    reference: str
    standing: Standing


class SatisfactionAnswers:
    """The citizen's side of the question. Opening a link changes nothing: readers of mail follow links by themselves."""

    def __init__(self, database: Database, tickets: Tickets, ring: KeyRing, book: FactBook, clock: Clock) -> None:
        self._database, self._tickets, self._ring = database, tickets, ring
        self._book, self._clock = book, clock

    async def present(self, word: str) -> Presented:
        """Returns what a link is about. Raises `NotFound` for a word that is not ours."""
        tenant_id, question_id = links.read(self._ring, word)
        async with self._database.transaction(tenant=tenant_id) as session:
            return await self._presented(session, tenant_id, question_id)

    async def answer(self, word: str, *, grade: Grade, comment: str) -> Presented:
        """Keeps an answer, or another in its place, while the link is open. Raises `NotFound`."""
        tenant_id, question_id = links.read(self._ring, word)
        said = clean_text(comment.replace("\r\n", "\n")).strip()[:MOST_COMMENT]
        async with self._database.transaction(tenant=tenant_id) as session:
            shown = await self._presented(session, tenant_id, question_id, lock=True)
            question, now = shown.question, self._clock()
            if shown.standing is not Standing.OPEN or (question.grade, question.comment) == (grade, said):
                return shown
            changed = question.answered_at is not None
            when = {"changed_at": now} if changed else {"answered_at": now}
            await repository.change(session, question, {"grade": grade.value, "comment": said, **when})
            fact = SatisfactionAnswered(
                tenant_id=tenant_id,
                subject_id=question_id,
                ticket_id=question.ticket_id,
                at=now,
                actor=CITIZEN,
                grade=grade.value,
                changed=changed,
            )
            await self._book.record(session, fact)
            return replace(shown, question=replace(question, grade=grade, comment=said))

    async def refuse(self, word: str) -> Presented:
        """Notes that the person is not to be asked any more, about any request; an answer that was given stays.

        Raises `NotFound`.
        """
        tenant_id, question_id = links.read(self._ring, word)
        async with self._database.transaction(tenant=tenant_id) as session:
            shown = await self._presented(session, tenant_id, question_id, lock=True)
            question, now = shown.question, self._clock()
            if shown.standing is Standing.CLOSED or question.refused_at is not None:
                return shown
            await repository.change(session, question, {"refused_at": now})
            fact = SatisfactionRefused(
                tenant_id=tenant_id, subject_id=question_id, ticket_id=question.ticket_id, at=now, actor=CITIZEN
            )
            await self._book.record(session, fact)
            return replace(shown, question=replace(question, refused_at=now))

    async def _presented(
        self, session: Session, tenant_id: UUID, question_id: UUID, *, lock: bool = False
    ) -> Presented:
        question = await repository.find(session, tenant_id, question_id, lock=lock)
        if question is None:
            raise NotFound
        ticket = await self._tickets.get(session, tenant_id, question.ticket_id)
        if ticket.erased_at is not None or question.point_id is None:
            return Presented(question, ticket.reference, Standing.CLOSED)
        late = self._clock() >= question.expires_at
        return Presented(question, ticket.reference, Standing.LATE if late else Standing.OPEN)
