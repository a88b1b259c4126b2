"""Asking the sender of a doubtful submission to confirm it: one mail, one signed link, seven days.

What is held is received all the same: if it is a request, silence counts from its reception (CRPA L231-1), confirmed or
not. So nothing here drops anything; without a confirmation an agent decides.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.exchanges import receptions
from app.exchanges.confirmation_facts import ConfirmationAsked, ConfirmationLapsed, IntakeConfirmed
from app.exchanges.receptions import Reception, State
from app.facts import Actor, FactBook
from app.forms import confirmations
from app.forms.confirmations import Confirmation, Mail
from app.ids import new_id
from app.jobs import queue
from app.jobs.queue import Job
from app.sealing import KeyRing

_PURPOSE = "form-confirmation"
CONFIRM = "confirm"
OPEN_FOR = timedelta(days=7)
KEPT_AFTER = timedelta(days=30)
# Somebody else's address may have been typed a thousand times: as for acknowledgements, and a bound for the whole town.
PER_HOUR, PER_DAY, PER_TOWN_AND_HOUR = 1, 3, 100
AWAITED, LAPSED = "à confirmer par l’expéditeur : ", "jamais confirmé par l’expéditeur : "
SENDER = Actor("citizen")
_LAPSE = 200


class Standing(StrEnum):
    """Where a link leads whoever opens it."""

    OPEN = "open"
    DONE = "done"  # confirmed, or released by an agent: there is nothing left to do
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Presented:
    """A submission as its link shows it."""

    confirmation: Confirmation
    reception: Reception
    standing: Standing


class Confirming:
    """Holds the conversation about a held submission; `letters` of the sibling module carry it."""

    def __init__(self, database: Database, ring: KeyRing, book: FactBook, clock: Clock) -> None:
        self._database, self._ring, self._book, self._clock = database, ring, book, clock

    async def ask(
        self, session: Session, channel: Channel, reception_id: UUID, *, submission: str, recipient: str, language: str
    ) -> bool:
        """Asks the sender to confirm what was just held; says whether a mail asks, or a limit forbids one more."""
        tenant_id, now = channel.tenant_id, self._clock()
        first = await confirmations.asked_already(
            session, tenant_id, channel.id, submission, recipient=recipient, now=now
        )
        if first is None and not await self._allowed(session, tenant_id, recipient, now=now):
            return False
        asked = Confirmation(
            tenant_id=tenant_id,
            id=new_id(),
            reception_id=reception_id,
            channel_id=channel.id,
            same_as=first,
            submission=submission,
            recipient=recipient,
            language=language,
            mail=Mail.DUE if first is None else Mail.NONE,
            attempts=0,
            next_attempt_at=now if first is None else None,
            asked_at=now,
            expires_at=now + OPEN_FOR,
            sent_at=None,
            confirmed_at=None,
            lapsed_at=None,
            detail=None,
        )
        await confirmations.add(session, asked)
        if first is None:
            await queue.defer(session, wake_up(tenant_id))
            fact = ConfirmationAsked(tenant_id=tenant_id, subject_id=reception_id, at=now)
            await self._book.record(session, fact)
        return True

    def word(self, confirmation: Confirmation) -> str:
        """Returns the secret end of the link: whose, which, and our signature."""
        named = confirmation.tenant_id.bytes + confirmation.id.bytes
        return base64.urlsafe_b64encode(named + self._ring.sign(named, purpose=_PURPOSE)).decode()

    async def present(self, word: str) -> Presented:
        """Returns what a link is about, and changes nothing: readers of mail follow links by themselves.

        Raises `NotFound` for a word that is not ours, or of which nothing is left.
        """
        tenant_id, confirmation_id = self._read(word)
        async with self._database.transaction(tenant=tenant_id) as session:
            return await self._presented(session, tenant_id, confirmation_id)

    async def confirm(self, word: str) -> Presented:
        """Gives the submission to the intake, at the date it arrived; once, however often it is asked. Raises `NotFound`."""
        tenant_id, confirmation_id = self._read(word)
        async with self._database.transaction(tenant=tenant_id) as session:
            shown = await self._presented(session, tenant_id, confirmation_id, lock=True)
            match shown.standing:
                case Standing.OPEN:
                    await self._release(session, shown.confirmation)
                case Standing.DONE | Standing.LATE:
                    pass
                case _:
                    assert_never(shown.standing)
        return shown

    async def lapse(self, tenant_id: UUID) -> None:
        """Tells agents of what nobody confirmed in time: the round's part."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            ended = await confirmations.lapse(session, tenant_id, now=now, limit=_LAPSE)
            if not ended:
                return
            await receptions.retell(session, tenant_id, ended, before=AWAITED, after=LAPSED)
            facts = [ConfirmationLapsed(tenant_id=tenant_id, subject_id=one, at=now) for one in ended]
            await self._book.record(session, *facts)

    async def forget(self, tenant_id: UUID) -> None:
        """Drops the addresses of what ended a month ago."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await confirmations.forget(session, tenant_id, before=self._clock() - KEPT_AFTER)

    async def _allowed(self, session: Session, tenant_id: UUID, recipient: str, *, now: datetime) -> bool:
        hour, day = now - timedelta(hours=1), now - timedelta(days=1)
        his_hour, his_day, everybody = await confirmations.counted(session, tenant_id, recipient, hour=hour, day=day)
        return his_hour < PER_HOUR and his_day < PER_DAY and everybody < PER_TOWN_AND_HOUR

    async def _presented(
        self, session: Session, tenant_id: UUID, confirmation_id: UUID, *, lock: bool = False
    ) -> Presented:
        found = await confirmations.find(session, tenant_id, confirmation_id, lock=lock)
        reception = await receptions.find(session, tenant_id, found.reception_id) if found else None
        if found is None or reception is None:
            raise NotFound
        if found.confirmed_at is not None or reception.state is not State.HELD:
            return Presented(found, reception, Standing.DONE)
        return Presented(found, reception, Standing.LATE if self._clock() >= found.expires_at else Standing.OPEN)

    async def _release(self, session: Session, confirmation: Confirmation) -> None:
        tenant_id, now = confirmation.tenant_id, self._clock()
        ids: Sequence[UUID] = [
            confirmation.reception_id,
            *await confirmations.same(session, tenant_id, confirmation.id),
        ]
        released = [one for one in ids if await receptions.release(session, tenant_id, one, now=now)]
        await confirmations.confirm(session, confirmation, at=now)
        await queue.defer(session, receptions.wake_up(tenant_id))
        facts = [IntakeConfirmed(tenant_id=tenant_id, subject_id=one, at=now, actor=SENDER) for one in released]
        await self._book.record(session, *facts)

    def _read(self, word: str) -> tuple[UUID, UUID]:
        try:
            held = base64.urlsafe_b64decode(word)
        except (binascii.Error, ValueError):
            raise NotFound from None
        named, mac = held[:32], held[32:]
        if len(held) != 48 or not self._ring.signed(named, mac, purpose=_PURPOSE):
            raise NotFound
        return UUID(bytes=named[:16]), UUID(bytes=named[16:])


def wake_up(tenant_id: UUID) -> Job:
    """The job that sends what one administration's doubtful senders are to be asked."""
    return Job(CONFIRM, {"tenant": str(tenant_id)}, f"confirmations:{tenant_id}", priority=-1)
