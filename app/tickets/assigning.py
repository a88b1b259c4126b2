"""Whose a request is: a team's, an agent's; and whether they alone see it.

What is given to somebody who is away goes to who stands in for them, else to the team: it never waits for their return.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db.transaction import Session
from app.errors import Flaw, Invalid
from app.identity import absences, absences_repository, people_repository
from app.rest.languages import Said
from app.tenants.service import day_of
from app.tickets.values import Ticket


async def columns(
    session: Session,
    tenant_id: UUID,
    ticket: Ticket,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    as_was: bool = False,
) -> dict[str, Any]:
    """Returns the columns to write for what an agent changes; `as_was` leaves it with whoever is away, who had it.

    Raises `Invalid` for a team or an agent that is unknown or gone, and for a confidential request that nobody would see.
    """
    written = dict(changes)
    flaws = [*await check(session, tenant_id, changes)]
    wanted = written.pop("confidential", None)
    if wanted is not None:
        written["confidential_at"] = (ticket.confidential_at or now) if wanted else None
    hidden = written.get("confidential_at", ticket.confidential_at) is not None
    if not as_was:
        flaws += await _away(session, tenant_id, ticket, written, hidden=hidden, now=now)
    somebody = written.get("team_id", ticket.team_id) or written.get("assignee_id", ticket.assignee_id)
    if hidden and not somebody:
        told = Said(
            "une demande confidentielle a une équipe ou un agent : sans eux, personne ne la verrait",
            en="a confidential request has a team or an agent: without them nobody would see it",
        )
        flaws.append(Flaw("/confidential", "nobody", told))
    if flaws:
        raise Invalid(flaws=flaws)
    return written


async def check(session: Session, tenant_id: UUID, changes: Mapping[str, Any]) -> Sequence[Flaw]:
    """Returns what is wrong with the team or the agent given, whatever the request."""
    return [*await _team(session, tenant_id, changes.get("team_id")), *await _agent(session, tenant_id, changes)]


async def _team(session: Session, tenant_id: UUID, team_id: UUID | None) -> list[Flaw]:
    if team_id is None:
        return []
    found = await people_repository.teams(session, tenant_id, ids=[team_id])
    if found and found[0].archived_at is None:
        return []
    return [Flaw("/team_id", "unknown", Said("équipe inconnue ou rangée", en="unknown or archived team"))]


async def _agent(session: Session, tenant_id: UUID, changes: Mapping[str, Any]) -> list[Flaw]:
    user_id = changes.get("assignee_id")
    if user_id is None:
        return []
    found = await people_repository.person(session, tenant_id, user_id)
    if found is not None and found.suspended_at is None:
        return []
    return [Flaw("/assignee_id", "unknown", Said("agent inconnu ou suspendu", en="unknown or suspended agent"))]


async def _away(
    session: Session, tenant_id: UUID, ticket: Ticket, written: dict[str, Any], *, hidden: bool, now: datetime
) -> list[Flaw]:
    """Gives what goes to somebody away to who stands in, else to the team; what stays where it is stays."""
    user_id = written.get("assignee_id")
    if user_id is None or user_id == ticket.assignee_id:
        return []
    on = await day_of(session, tenant_id, now=now)
    absence = (await absences_repository.away(session, tenant_id, [user_id], on=on)).get(user_id)
    if absence is None:
        return []
    stand_in = await absences.present_stand_in(session, tenant_id, absence, on=on)
    if stand_in is not None and (absence.confidential or not hidden):
        written["assignee_id"] = stand_in
        return []
    person = await people_repository.person(session, tenant_id, user_id)
    own = sorted(person.teams) if person else []
    team_id = written.get("team_id", ticket.team_id) or (own[0] if len(own) == 1 else None)
    if team_id is not None:
        written.update(assignee_id=None, team_id=team_id)
        return []
    told = Said(
        f"absent jusqu'au {absence.until_on:%d/%m/%Y} et personne ne peut recevoir cette demande à sa place : "
        "confiez-la à une équipe",
        en=f"away until {absence.until_on} and nobody can take this request instead: give it to a team",
    )
    return [Flaw("/assignee_id", "away", told)]
