"""Whose a request is, as its page shows it: its team, its agent, and those it may be given to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.transaction import Session
from app.identity.absences_repository import Absence
from app.ids import Prefix, public_id
from app.tickets.values import Ticket
from app.web.dates import short_day
from app.web.house import WebHouse


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Owners:
    """The team and the agent a request is with, and those it may be given to."""

    team: str | None
    agent: str | None
    teams: Sequence[Choice]
    agents: Sequence[Choice]
    away: str = ""  # what is to be known of the agent's absence


async def owners_of(session: Session, house: WebHouse, tenant_id: UUID, ticket: Ticket) -> Owners:
    """Returns whose a request is; a team put away, or a suspended agent, is still named where it stands."""
    teams = list(await house.teams.all(session, tenant_id))
    if ticket.team_id is not None and ticket.team_id not in {one.id for one in teams}:
        teams.append(await house.teams.get(session, tenant_id, ticket.team_id))
    people = [
        one
        for one in await house.accounts.page(session, tenant_id, after=None, limit=1000)
        if one.suspended_at is None or one.id == ticket.assignee_id
    ]
    named = sorted(people, key=lambda one: one.name.casefold())
    of_teams = [Choice(public_id(Prefix.TEAM, one.id), one.name, one.id == ticket.team_id) for one in teams]
    away = await house.absences.away(session, tenant_id, [one.id for one in named])
    names = {one.id: one.name for one in people}
    said = {user_id: _said(absence, names) for user_id, absence in away.items()}
    of_agents = [
        Choice(
            public_id(Prefix.USER, one.id),
            f"{one.name} ({said[one.id]})" if one.id in said else one.name,
            one.id == ticket.assignee_id,
        )
        for one in named
    ]
    return Owners(
        _chosen(of_teams),
        names.get(ticket.assignee_id) if ticket.assignee_id else None,
        of_teams,
        of_agents,
        said.get(ticket.assignee_id, "") if ticket.assignee_id else "",
    )


def _said(absence: Absence, names: Mapping[UUID, str]) -> str:
    instead = names.get(absence.stand_in_id) if absence.stand_in_id else None
    by = f", {instead} remplace" if instead else ", sans remplaçant"
    return f"absent jusqu’au {short_day(absence.until_on)}{by}"


def _chosen(choices: Sequence[Choice]) -> str | None:
    return next((one.name for one in choices if one.chosen), None)
