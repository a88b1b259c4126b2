"""Teams: organisation, service, team; archived, never deleted."""

from collections.abc import Collection, Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import SYSTEM, Actor, FactBook
from app.identity import people_repository
from app.identity.facts import TeamEdited
from app.identity.people import Team, name_key, plain_name
from app.identity.refusals import TeamTaken
from app.ids import new_id
from app.rest.languages import Said

DEEPEST = 3


class Teams:
    """The tree of teams of an administration, at most three floors deep."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def all(self, session: Session, tenant_id: UUID) -> Sequence[Team]:
        """Returns those that are not archived, by name; an administration has at most a thousand."""
        return await people_repository.teams(session, tenant_id)

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Team]:
        """Returns a page of those that are not archived, in the order they were made."""
        return await people_repository.teams_page(session, tenant_id, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, team_id: UUID) -> Team:
        """Raises `NotFound`."""
        found = await people_repository.teams(session, tenant_id, ids=[team_id])
        if not found:
            raise NotFound(Said("aucune équipe n'a cet identifiant", en="no team has this identifier"))
        return found[0]

    async def make(
        self, session: Session, tenant_id: UUID, *, name: str, parent_id: UUID | None = None, actor: Actor = SYSTEM
    ) -> Team:
        """Raises `TeamTaken`, or `Invalid` for a parent that is unknown, archived or too deep."""
        team_id = new_id()
        await self._placed(session, tenant_id, team_id, name=name, parent_id=parent_id)
        values = {
            "tenant_id": tenant_id,
            "id": team_id,
            "name": plain_name(name),
            "name_key": name_key(name),
            "parent_id": parent_id,
            "created_at": self._clock(),
            "version": 1,
        }
        await people_repository.add_team(session, values)
        return await self._edited(session, tenant_id, team_id, actor=actor)

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        team_id: UUID,
        *,
        name: str,
        parent_id: UUID | None,
        archived: bool,
        version: int,
        actor: Actor,
    ) -> Team:
        """Renames, moves, archives or opens again. Raises `NotFound`, `Stale`, `TeamTaken` or `Invalid`.

        An archived team keeps its requests and its members: what was theirs is found again when it is reopened.
        """
        was = await self.get(session, tenant_id, team_id)
        if not archived:
            await self._placed(session, tenant_id, team_id, name=name, parent_id=parent_id)
        archived_at = (was.archived_at or self._clock()) if archived else None
        values = {
            "name": plain_name(name),
            "name_key": name_key(name),
            "parent_id": parent_id,
            "archived_at": archived_at,
        }
        if not await people_repository.change_team(session, tenant_id, team_id, values, version=version):
            raise Stale
        return await self._edited(session, tenant_id, team_id, actor=actor)

    async def _placed(
        self, session: Session, tenant_id: UUID, team_id: UUID, *, name: str, parent_id: UUID | None
    ) -> None:
        known = {team.id: team for team in await self.all(session, tenant_id)}
        if any(name_key(team.name) == name_key(name) and team.id != team_id for team in known.values()):
            raise TeamTaken(TeamTaken.advice)
        above, depth = parent_id, _floors(team_id, known.values())
        while above is not None:
            depth += 1
            if above not in known or above == team_id or depth > DEEPEST:
                told = Said(
                    f"une équipe non archivée est attendue, sur {DEEPEST} niveaux au plus, hors d'elle-même",
                    en=f"a living team is expected, {DEEPEST} levels at most, not the team itself",
                )
                raise Invalid(flaws=[Flaw("/parent_id", "parent", told)])
            above = known[above].parent_id

    async def _edited(self, session: Session, tenant_id: UUID, team_id: UUID, *, actor: Actor) -> Team:
        team = await self.get(session, tenant_id, team_id)
        fact = TeamEdited(
            tenant_id=tenant_id,
            subject_id=team_id,
            at=self._clock(),
            actor=actor,
            parent_id=team.parent_id,
            archived=team.archived_at is not None,
        )
        await self._book.record(session, fact)
        return team


def _floors(team_id: UUID, known: Collection[Team]) -> int:
    """Counts the floors of a team and of what stands below it: they move along."""
    below = [team.id for team in known if team.parent_id == team_id and team.id != team_id]
    return 1 + max((_floors(one, known) for one in below), default=0)
