"""Who follows which requests: asked for, or by itself when one is given or named."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Stale
from app.facts import Actor, FactBook
from app.following import repository
from app.following.facts import NotificationWishesChanged, TicketFollowed, TicketUnfollowed
from app.following.values import MOST_FOLLOWED, Follower, NotAPerson, NotificationKind, TooManyFollowed, Why, Wishes
from app.rest.etags import require_version
from app.tickets.service import Tickets


class Followers:
    """Following and no longer following; what somebody wants to follow by itself."""

    def __init__(self, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._tickets, self._book, self._clock = tickets, book, clock

    async def of(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Follower]:
        """Returns a page of those who follow a request. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        return await repository.followers(session, tenant_id, ticket_id, after=after, limit=limit)

    async def follow(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, actor: Actor) -> None:
        """Has the caller follow a request; again changes nothing.

        Raises `NotFound`, `NotAPerson`, `TooManyFollowed`, `MergedElsewhere`, `TicketEmptied`.
        """
        user_id = person_of(actor)
        await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        if await repository.follows(session, tenant_id, ticket_id, user_id):
            return
        if await repository.followed(session, tenant_id, user_id, most=MOST_FOLLOWED) >= MOST_FOLLOWED:
            raise TooManyFollowed(TooManyFollowed.advice)
        await self.add(session, tenant_id, [(ticket_id, user_id)], Why.ASKED, actor=actor)

    async def unfollow(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, actor: Actor) -> None:
        """Has the caller follow a request no longer. Raises `NotFound`, `NotAPerson`."""
        user_id = person_of(actor)
        await self._tickets.get(session, tenant_id, ticket_id)
        if await repository.unfollow(session, tenant_id, ticket_id, user_id):
            now = self._clock()
            fact = TicketUnfollowed(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, user_id=user_id)
            await self._book.record(session, fact)

    async def given_back(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, user_id: UUID, *, since: datetime, actor: Actor
    ) -> None:
        """Has somebody follow a request no longer who did since then, only because it was given to them."""
        if await repository.unfollow(session, tenant_id, ticket_id, user_id, assigned_since=since):
            now = self._clock()
            fact = TicketUnfollowed(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, user_id=user_id)
            await self._book.record(session, fact)

    async def add(
        self, session: Session, tenant_id: UUID, pairs: Sequence[tuple[UUID, UUID]], why: Why, *, actor: Actor
    ) -> None:
        """Has people follow requests, as (request, person); who already does goes on as they were."""
        now = self._clock()
        own = {"tenant_id": tenant_id, "why": why.value, "since_at": now}
        rows = [{**own, "ticket_id": ticket_id, "user_id": user_id} for ticket_id, user_id in pairs]
        added = await repository.follow(session, rows)
        facts = [
            TicketFollowed(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, user_id=user_id, why=why)
            for ticket_id, user_id in added
        ]
        if facts:
            await self._book.record(session, *facts)

    async def wishes(self, session: Session, tenant_id: UUID, *, actor: Actor) -> Wishes:
        """Returns what the caller wants to follow and be told. Raises `NotAPerson`."""
        user_id = person_of(actor)
        return (await repository.wishes(session, tenant_id, [user_id])).get(user_id, Wishes())

    async def wish(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        follow_assigned: bool,
        follow_mentioned: bool,
        muted: Sequence[NotificationKind],
        version: int,
        actor: Actor,
    ) -> Wishes:
        """Changes what the caller wants, at the version they read. Raises `NotAPerson`, `Stale`."""
        was = await self.wishes(session, tenant_id, actor=actor)
        require_version(was.version, expected=version)
        values = {
            "follow_assigned": follow_assigned,
            "follow_mentioned": follow_mentioned,
            "muted": sorted({one.value for one in muted}),
        }
        if not await repository.wish(session, tenant_id, person_of(actor), values, version=version):
            raise Stale
        now = self._clock()
        fact = NotificationWishesChanged(tenant_id=tenant_id, subject_id=person_of(actor), at=now, actor=actor)
        await self._book.record(session, fact)
        return await self.wishes(session, tenant_id, actor=actor)


def person_of(actor: Actor) -> UUID:
    """Returns the account of a caller. Raises `NotAPerson` for a program or a guest."""
    if actor.kind != "agent" or actor.id is None:
        raise NotAPerson(NotAPerson.advice)
    return actor.id
