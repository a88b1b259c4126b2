"""Who has a request open, and who is writing in it: known while it lasts, kept nowhere.

Every process remembers what it heard, and tells the others over the bell. Nothing is lost with it: whoever is present says so
again within two minutes, and whoever does not is gone. A process that starts knows nobody for as long.
"""

import asyncio
import contextlib
import heapq
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.live.bell import Bell

LASTS = timedelta(minutes=2)
MOST_SHOWN = 20  # of one request
_MOST_TICKETS = 20_000
_EVERYWHERE = "presence"
_NAME = 100


class Doing(StrEnum):
    """What somebody does with a request they have open."""

    VIEWING = "viewing"
    WRITING = "writing"  # a soft claim: it warns others, and forbids nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody on a request, until when that holds unless they say so again, and what they claimed by typing."""

    who: str
    name: str
    since_at: datetime
    until_at: datetime
    writing_since_at: datetime | None
    writing_until_at: datetime | None
    told_at: datetime

    def writes(self, at: datetime) -> bool:
        return self.writing_until_at is not None and self.writing_until_at > at


def topic(tenant_id: UUID) -> str:
    """Returns where an administration's changes of presence are rung; the payload is the request's identifier."""
    return f"{_EVERYWHERE}:{tenant_id}"


class Presence:
    """What this process knows of who is where; all processes soon know the same."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._known: dict[tuple[UUID, UUID], dict[str, Present]] = {}
        self._hearing: asyncio.Task[None] | None = None

    async def here(self, tenant_id: UUID, ticket_id: UUID, *, who: str, name: str, doing: Doing, at: datetime) -> None:
        """Says that somebody is there for two minutes more; told to those who listen when it is new."""
        self._hear()
        was = self._living(tenant_id, ticket_id, at).get(who)
        claimed = was is not None and was.writes(at)
        now = Present(
            who=who,
            name=name[:_NAME],
            since_at=was.since_at if was else at,
            until_at=at + LASTS,
            writing_since_at=was.writing_since_at if was else None,
            writing_until_at=was.writing_until_at if was else None,
            told_at=at,
        )
        if doing is Doing.WRITING:  # looking on does not end what typing claimed: it lapses by itself
            since = was.writing_since_at if was and claimed else at
            now = replace(now, writing_since_at=since, writing_until_at=at + LASTS)
        await self._tell(tenant_id, ticket_id, now, changed=was is None or claimed != now.writes(at))

    async def gone(self, tenant_id: UUID, ticket_id: UUID, *, who: str, at: datetime) -> None:
        """Says that somebody left; nothing is told of who was not there."""
        self._hear()
        was = self._living(tenant_id, ticket_id, at).get(who)
        if was is not None:
            await self._tell(
                tenant_id, ticket_id, replace(was, until_at=at, writing_until_at=None, told_at=at), changed=True
            )

    def on(self, tenant_id: UUID, ticket_ids: Sequence[UUID], *, at: datetime) -> Mapping[UUID, Sequence[Present]]:
        """Returns who is on each of some requests, who writes first, then who came first."""
        self._hear()
        return {one: self._shown(tenant_id, one, at) for one in ticket_ids}

    def known(self, tenant_id: UUID, *, at: datetime) -> Collection[UUID]:
        """Returns the requests somebody is on, or just left: what there is to tell whoever may have missed a change."""
        self._hear()
        return [
            ticket_id
            for (owner_id, ticket_id), known in self._known.items()
            if owner_id == tenant_id and any(one.until_at > at - LASTS for one in known.values())
        ]

    def everywhere(self, tenant_id: UUID, *, at: datetime, most: int) -> tuple[Sequence[UUID], bool]:
        """Returns the requests somebody is on, where somebody came last first, and whether these are all of them."""
        self._hear()
        came = {
            ticket_id: max(living)
            for (owner_id, ticket_id), known in self._known.items()
            if owner_id == tenant_id and (living := [one.since_at for one in known.values() if one.until_at > at])
        }
        return heapq.nlargest(most, came, key=came.__getitem__), len(came) <= most

    async def close(self) -> None:
        """Stops listening."""
        if self._hearing is not None:
            self._hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._hearing
            self._hearing = None

    def _shown(self, tenant_id: UUID, ticket_id: UUID, at: datetime) -> Sequence[Present]:
        living = self._living(tenant_id, ticket_id, at).values()
        ordered = sorted(living, key=lambda one: (not one.writes(at), one.since_at, one.who))
        return ordered[:MOST_SHOWN]

    def _living(self, tenant_id: UUID, ticket_id: UUID, at: datetime) -> dict[str, Present]:
        known = self._known.get((tenant_id, ticket_id), {})
        return {who: one for who, one in known.items() if one.until_at > at}

    async def _tell(self, tenant_id: UUID, ticket_id: UUID, present: Present, *, changed: bool) -> None:
        self._keep(tenant_id, ticket_id, present)
        words = {name: str(value) if value is not None else None for name, value in asdict(present).items()}
        await self._bell.ring(_EVERYWHERE, json.dumps([str(tenant_id), str(ticket_id), words]))
        if changed:
            await self._bell.ring(topic(tenant_id), str(ticket_id))

    def _keep(self, tenant_id: UUID, ticket_id: UUID, present: Present) -> None:
        """Keeps what was told last of somebody; who left is remembered as long, so that an older word does not bring them back."""
        if len(self._known) >= _MOST_TICKETS:
            self._tidy(present.told_at)
        known = self._living(tenant_id, ticket_id, present.told_at - LASTS)
        was = known.get(present.who)
        if was is None or was.told_at <= present.told_at:
            known[present.who] = present
        self._known[tenant_id, ticket_id] = known

    def _tidy(self, at: datetime) -> None:
        living = {place: known for place, known in self._known.items() if any(o.until_at > at for o in known.values())}
        # A crowd beyond all measure is let go rather than grow without end: it says so again.
        self._known = living if len(living) < _MOST_TICKETS else {}

    def _hear(self) -> None:
        if self._hearing is None or self._hearing.done():
            self._hearing = asyncio.create_task(self._listen(), name="presence")

    async def _listen(self) -> None:
        heard = self._bell.listen(_EVERYWHERE)
        try:
            async for payload in heard:
                if payload:
                    self._keep(*_read(payload))
        finally:
            await heard.aclose()


def _read(payload: str) -> tuple[UUID, UUID, Present]:
    tenant, ticket, words = json.loads(payload)
    return UUID(tenant), UUID(ticket), _present(words)


def _present(words: Mapping[str, Any]) -> Present:
    instants = {
        name: datetime.fromisoformat(value) if value else None for name, value in words.items() if name.endswith("_at")
    }
    return Present(**{**words, **instants})
