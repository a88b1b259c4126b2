"""Sending again, together, what failed together: looked at first, each judged as if it left now, with one reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.service import Channels
from app.contacts import service as contacts
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.recipients import refusal
from app.exchanges.resolving import Decision, Resolver
from app.facts import Actor

MOST = 200
# What is in doubt may have arrived: a person decides of each, never of many at once.
REPLAYABLE = (OutState.FAILED, OutState.BOUNCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which failures: of a channel, of some states, that ended since an instant, until another."""

    states: Sequence[OutState] = REPLAYABLE
    channel_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """One message, and why it would not leave again; None when it would."""

    outbound: Outbound
    because: str | None


class Replaying:
    """Sends failures again."""

    def __init__(self, channels: Channels, resolver: Resolver) -> None:
        self._channels, self._resolver = channels, resolver

    async def look(self, session: Session, tenant_id: UUID, wanted: Wanted) -> list[Replay]:
        """Says what would leave again, the oldest first, at most `MOST`; changes nothing."""
        found = await outbox.ended(
            session,
            tenant_id,
            [state.value for state in wanted.states if state in REPLAYABLE],
            channel_id=wanted.channel_id,
            since=wanted.since,
            until=wanted.until,
            limit=MOST,
        )
        points = await contacts.points(session, tenant_id, {UUID(one.recipient["point_id"]) for one in found})
        ours = await self._channels.own_addresses(session, tenant_id)
        return [Replay(one, refusal(one, points=points, ours=ours)) for one in found]

    async def replay(
        self, session: Session, tenant_id: UUID, wanted: Wanted, *, reason: str, actor: Actor
    ) -> list[Replay]:
        """Freezes again what may leave, each with its line in the journal; returns what was looked at."""
        looked = await self.look(session, tenant_id, wanted)
        for one in looked:
            if one.because is None:
                await self._resolver.resolve(
                    session, tenant_id, one.outbound.id, decision=Decision.RESEND, reason=reason, actor=actor
                )
        return looked
