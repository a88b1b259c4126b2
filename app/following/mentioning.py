"""Notes that name colleagues: each must see the request, and follows it from then on if they wish."""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session, seen_by
from app.errors import Flaw, Invalid
from app.facts import Actor, FactBook
from app.following import repository
from app.following.facts import ColleaguesMentioned
from app.following.followers import Followers
from app.following.mentions import MOST, mentioned
from app.following.notifying import Notifying
from app.following.values import NotificationKind, Why, Wishes
from app.identity import eyes
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.rest.languages import Said
from app.tickets.service import Tickets
from app.tickets.values import Piece


class Mentioning:
    """Writes notes, and tells those they name."""

    def __init__(
        self, tickets: Tickets, followers: Followers, notifying: Notifying, book: FactBook, clock: Clock
    ) -> None:
        self._tickets, self._followers, self._notifying = tickets, followers, notifying
        self._book, self._clock = book, clock

    async def note(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        text: str,
        *,
        actor: Actor,
        pieces: Sequence[Piece] = (),
    ) -> UUID:
        """Adds an internal note, and tells the colleagues it names. Raises like `Tickets.note`, and `Invalid`.

        A note that names somebody who does not see the request is refused whole: nobody believes them told.
        """
        await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        named = await self._resolved(session, tenant_id, ticket_id, text)
        message_id = await self._tickets.note(session, tenant_id, ticket_id, text, actor=actor, pieces=pieces)
        if not named:
            return message_id
        fact = ColleaguesMentioned(
            tenant_id=tenant_id,
            subject_id=message_id,
            at=self._clock(),
            actor=actor,
            ticket_id=ticket_id,
            user_ids=tuple(named),
        )
        await self._book.record(session, fact)
        wanted = await repository.wishes(session, tenant_id, named)
        following = [one for one in named if wanted.get(one, Wishes()).follow_mentioned]
        await self._followers.add(
            session, tenant_id, [(ticket_id, one) for one in following], Why.MENTIONED, actor=actor
        )
        told = [one for one in named if NotificationKind.MENTIONED not in wanted.get(one, Wishes()).muted]
        await self._notifying.name(session, tenant_id, ticket_id, message_id, told, actor=actor)
        return message_id

    async def _resolved(self, session: Session, tenant_id: UUID, ticket_id: UUID, text: str) -> Sequence[UUID]:
        found = mentioned(text)
        if len(found) > MOST:
            told = Said(f"une note nomme {MOST} collègues au plus", en=f"a note names {MOST} colleagues at most")
            raise Invalid(flaws=[Flaw("/text", "too-many-mentions", told)])
        flaws = [
            Flaw("/text", "mention", _refusal(one))
            for one in found
            if one is None or not await self._sees(session, tenant_id, ticket_id, one)
        ]
        if flaws:
            raise Invalid(flaws=flaws)
        return [one for one in found if one is not None]

    async def _sees(self, session: Session, tenant_id: UUID, ticket_id: UUID, user_id: UUID) -> bool:
        """Whether somebody sees a request, looked at with their own eyes."""
        known = await eyes.known_by(session, tenant_id, f"agent:{user_id}", now=self._clock())
        if known is None or Scope.TICKETS_READ not in known.scopes:
            return False
        async with seen_by(session, tenant_id, known.sight):
            return bool(await self._tickets.some(session, tenant_id, [ticket_id]))


def _refusal(user_id: UUID | None) -> Said:
    # One answer for who does not exist, left, or does not see it: a note is no way to find out.
    who = public_id(Prefix.USER, user_id) if user_id else "@[…]"
    return Said(
        f"{who} ne voit pas cette demande : donnez-la à son équipe, ou ôtez la mention",
        en=f"{who} does not see this ticket: give it to their team, or take the mention out",
    )
