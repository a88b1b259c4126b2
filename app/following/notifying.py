"""Who is told what: heard in the transaction of what happened, written for each, rung for them alone once committed.

Those who follow a request are told of it whatever they may see: row-level security keeps from them what they no longer do,
and a ring names the requests, so that nobody hears that something happened to one they do not see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session, after_commit, whole
from app.facts import Actor, Fact, FactBook
from app.following import repository
from app.following.followers import Followers
from app.following.values import NotificationKind, Why, Wishes
from app.ids import new_id
from app.live.bell import Bell
from app.tickets.facts import MessageReceived, NoteAdded, TicketMerged, TicketMoveUndone, TicketUpdated
from app.tickets.filing_facts import TicketWoken
from app.tickets.snooze_values import WakeReason

_NOBODY = UUID(int=0)
_RUNG_TOGETHER = 100  # of which requests one ring tells: a ring is short


def topic(tenant_id: UUID) -> str:
    """Returns where an administration's people are rung; `read` reads the payload."""
    return f"notifications:{tenant_id}"


def read(payload: str) -> tuple[UUID, Sequence[UUID]]:
    """Reads who is rung, and of which requests: whoever carries it on tells them of those they see."""
    user_id, *ticket_ids = payload.split(" ")
    return UUID(user_id), [UUID(one) for one in ticket_ids]


class Warned(Protocol):
    """A warning of the watch about one request."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def ticket_id(self) -> UUID: ...

    @property
    def actor(self) -> Actor: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing to tell those who follow a request, or one person alone; never whoever did it."""

    ticket_id: UUID
    kind: NotificationKind
    actor: Actor
    message_id: UUID | None = None
    only: UUID | None = None


class Notifying:
    """Hears what happens to requests, and writes what each person is told."""

    def __init__(self, followers: Followers, bell: Bell, clock: Clock) -> None:
        self._followers, self._bell, self._clock = followers, bell, clock

    def listen(self, book: FactBook) -> None:
        """Hears what people are told of; the warnings of the watch are joined to `warned` by who knows them."""
        book.listen(TicketUpdated, self.updated)
        book.listen(MessageReceived, self.received)
        book.listen(NoteAdded, self.noted)
        book.listen(TicketWoken, self.woken)
        book.listen(TicketMerged, self.merged)
        book.listen(TicketMoveUndone, self.unmerged)

    async def updated(self, session: Session, facts: Sequence[TicketUpdated]) -> None:
        """Tells whoever a request was given to, and those who follow one whose status changed."""
        for fact in facts:
            tellings = []
            if "status" in fact.changes:
                tellings.append(Telling(ticket_id=fact.subject_id, kind=NotificationKind.STATUS, actor=fact.actor))
            if fact.given_to is not None:
                tellings.append(await self._given(session, fact, fact.given_to))
            await self._tell(session, fact.tenant_id, tellings)

    async def received(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        """Tells those who follow a request that its person wrote; a machine's answer is none."""
        tellings = [
            Telling(
                ticket_id=fact.ticket_id,
                kind=NotificationKind.ANSWERED,
                actor=fact.actor,
                message_id=fact.subject_id,
            )
            for fact in facts
            if not fact.incoming.automatic
        ]
        await self._tell_each(session, facts, tellings)

    async def noted(self, session: Session, facts: Sequence[NoteAdded]) -> None:
        """Tells those who follow a request of a colleague's note."""
        tellings = [
            Telling(ticket_id=fact.ticket_id, kind=NotificationKind.NOTED, actor=fact.actor, message_id=fact.subject_id)
            for fact in facts
        ]
        await self._tell_each(session, facts, tellings)

    async def woken(self, session: Session, facts: Sequence[TicketWoken]) -> None:
        """Tells those who follow a request that it is no longer set aside; that its person wrote is told by itself."""
        tellings = [
            Telling(ticket_id=fact.subject_id, kind=NotificationKind.WOKEN, actor=fact.actor)
            for fact in facts
            if fact.reason in {WakeReason.INSTANT, WakeReason.ASKED}
        ]
        await self._tell_each(session, facts, tellings)

    async def warned(self, session: Session, facts: Sequence[Warned]) -> None:
        """Tells those who follow a request, once, that the watch warns of its terms."""
        by_tenant: dict[UUID, dict[UUID, Telling]] = {}
        for fact in facts:
            one = Telling(ticket_id=fact.ticket_id, kind=NotificationKind.TERM, actor=fact.actor)
            by_tenant.setdefault(fact.tenant_id, {})[fact.ticket_id] = one
        for tenant_id, tellings in by_tenant.items():
            await self._tell(session, tenant_id, list(tellings.values()))

    async def merged(self, session: Session, facts: Sequence[TicketMerged]) -> None:
        """Has those who followed what was merged follow where it lives on."""
        for fact in facts:
            await repository.carry(session, fact.tenant_id, [(fact.source_id, fact.target_id)])

    async def unmerged(self, session: Session, facts: Sequence[TicketMoveUndone]) -> None:
        """Has those a merge had carried follow only what they followed before; a split carried nobody."""
        for fact in facts:
            if fact.subject_id == fact.target_id:  # a merge is undone where it led
                async with whole(session):
                    await repository.put_back(session, fact.tenant_id, of=fact.target_id, to=fact.source_id)

    async def name(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        message_id: UUID,
        user_ids: Sequence[UUID],
        *,
        actor: Actor,
    ) -> None:
        """Tells people that a note names them, in the place of what they were told of that note."""
        one = Telling(ticket_id=ticket_id, kind=NotificationKind.MENTIONED, actor=actor, message_id=message_id)
        rows = [self._row(tenant_id, one, user_id) for user_id in user_ids if user_id != actor.id]
        await repository.name(session, rows)
        self._ring(session, tenant_id, rows)

    async def _given(self, session: Session, fact: TicketUpdated, user_id: UUID) -> Telling:
        wanted = (await repository.wishes(session, fact.tenant_id, [user_id])).get(user_id, Wishes())
        if wanted.follow_assigned:
            pair = (fact.subject_id, user_id)
            await self._followers.add(session, fact.tenant_id, [pair], Why.ASSIGNED, actor=fact.actor)
        told = _NOBODY if NotificationKind.ASSIGNED in wanted.muted else user_id
        return Telling(ticket_id=fact.subject_id, kind=NotificationKind.ASSIGNED, actor=fact.actor, only=told)

    async def _tell_each(self, session: Session, facts: Sequence[Fact], tellings: Sequence[Telling]) -> None:
        # What is recorded together is one administration's.
        if tellings:
            await self._tell(session, facts[0].tenant_id, tellings)

    async def _tell(self, session: Session, tenant_id: UUID, tellings: Sequence[Telling]) -> None:
        asked = [one.ticket_id for one in tellings if one.only is None]
        followers = await repository.told_of(session, tenant_id, asked) if asked else {}
        rows = [
            self._row(tenant_id, one, user_id)
            for one in tellings
            for user_id in _told(one, followers)
            if user_id not in {one.actor.id, _NOBODY}
        ]
        if rows:
            await repository.tell(session, rows)
            self._ring(session, tenant_id, rows)

    def _row(self, tenant_id: UUID, one: Telling, user_id: UUID) -> dict[str, Any]:
        return {
            "tenant_id": tenant_id,
            "id": new_id(),
            "user_id": user_id,
            "kind": one.kind.value,
            "ticket_id": one.ticket_id,
            "message_id": one.message_id,
            "actor": one.actor.label,
            "actor_name": one.actor.name,
            "at": self._clock(),
        }

    def _ring(self, session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
        about: dict[UUID, set[UUID]] = {}
        for row in rows:
            about.setdefault(row["user_id"], set()).add(row["ticket_id"])
        for user_id, ticket_ids in about.items():
            ordered = sorted(ticket_ids)
            for start in range(0, len(ordered), _RUNG_TOGETHER):
                payload = " ".join(str(one) for one in (user_id, *ordered[start : start + _RUNG_TOGETHER]))
                after_commit(
                    session,
                    ("notified", tenant_id, payload),
                    lambda payload=payload: self._bell.ring(topic(tenant_id), payload),  # type: ignore[misc]
                )


def _told(one: Telling, followers: Mapping[UUID, Sequence[tuple[UUID, frozenset[str]]]]) -> Iterable[UUID]:
    if one.only is not None:
        return (one.only,)
    return (user_id for user_id, muted in followers.get(one.ticket_id, ()) if one.kind.value not in muted)
