"""Short words for tests that merge and split."""

from typing import Any
from uuid import UUID

from app.exchanges.moves import Moves
from app.facts import Actor
from app.tickets.moves import Move, MoveKind, Undone
from app.tickets.values import Ticket
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", None, "Accueil")


async def a_request(town: TownHouse, name: str, **words: str) -> UUID:
    """Receives a mail; returns its ticket."""
    kept = await town.receive(mail(message_id=f"<{name}@example.org>", **{"subject": name, **words}))
    assert kept.ticket_id is not None, kept.reason
    return kept.ticket_id


async def ticket(town: TownHouse, ticket_id: UUID) -> Ticket:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.tickets.get(session, town.tenant_id, ticket_id)


def _moves(town: TownHouse) -> Moves:
    return town.house.moves


async def merge(town: TownHouse, target: UUID, *sources: UUID, **options: Any) -> list[Move]:
    """Merges at the target's present version."""
    version = options.pop("version", None) or (await ticket(town, target)).version
    words = {"reason": "même affaire", "actor": AGENT, **options}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await _moves(town).merge(session, town.tenant_id, target, sources, version=version, **words)


async def split(town: TownHouse, source: UUID, *messages: UUID, subject: str = "Autre demande") -> Move:
    version = (await ticket(town, source)).version
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await _moves(town).split(
            session,
            town.tenant_id,
            source,
            messages,
            subject=subject,
            reason="autre affaire",
            version=version,
            actor=AGENT,
        )


async def undo(town: TownHouse, move: Move) -> Undone:
    place = move.target_id if move.kind is MoveKind.MERGE else move.source_id
    version = (await ticket(town, place)).version
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await _moves(town).undo(session, town.tenant_id, place, move.id, move.kind, version=version, actor=AGENT)


async def open_clocks(town: TownHouse) -> int:
    """Counts the saisines that nothing has ended, whatever their ticket."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return sum((await town.house.legal.counts(session, town.tenant_id)).values())
