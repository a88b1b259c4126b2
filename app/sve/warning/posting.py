"""Putting a mail to agents in the post: frozen once for each recipient, and the sender woken, in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.facts import FactBook
from app.identity import absences_repository
from app.jobs import queue
from app.jobs.queue import Job
from app.sve.warning import notices
from app.sve.warning.facts import NoticeQueued
from app.sve.warning.values import OF_THE_WATCH, Letter

NOTIFY = "notify"
# A mail to agents goes after what arrives, like everything that leaves.
_LATER = -1


class Posting:
    """Freezes letters to agents. The same thing told twice is written once."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def post(self, session: Session, tenant_id: UUID, letter: Letter, recipients: Sequence[str]) -> int:
        """Freezes a letter for each recipient and wakes the sender; returns how many were not written before.

        What the watch tells somebody who is away goes to who stands in for them too; a link of their own never does.
        """
        now, everybody = self._clock(), list(recipients)
        if letter.kind in OF_THE_WATCH:
            instead = await absences_repository.also_to(session, tenant_id, recipients, on=letter.day)
            everybody = list(dict.fromkeys([*recipients, *instead.values()]))
        frozen = await notices.freeze(session, tenant_id, letter, everybody, at=now)
        if not frozen:
            return 0
        await queue.defer(session, wake_up(tenant_id))
        await self._book.record(
            session,
            *(
                NoticeQueued(tenant_id=tenant_id, subject_id=notice_id, at=now, kind=letter.kind.value)
                for notice_id in frozen
            ),
        )
        return len(frozen)


def wake_up(tenant_id: UUID) -> Job:
    """The job that sends what one administration's agents are due."""
    return Job(NOTIFY, {"tenant": str(tenant_id)}, f"notices:{tenant_id}", priority=_LATER)
