"""Saved views: lists a person, a team or the administration comes back to."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Forbidden, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.identity import people_repository
from app.identity.people import plain_name
from app.ids import new_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import repository, view_repository
from app.tickets.filing_facts import ViewEdited, ViewRemoved
from app.tickets.owning import Owner, Viewer, may_keep
from app.tickets.repository import Filter
from app.tickets.view_values import MOST_VIEWS, Sort, TooManyViews, View

MOST_COUNTED = 1000


class Views:
    """The views somebody sees and keeps; what they list is looked at by the list's own code."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def page(
        self, session: Session, tenant_id: UUID, viewer: Viewer, *, after: tuple[int, UUID] | None, limit: int
    ) -> Sequence[View]:
        """Returns a page of the views somebody sees, in their order."""
        return await view_repository.page(session, tenant_id, viewer, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, view_id: UUID, viewer: Viewer) -> View:
        """Raises `NotFound` for a view that does not exist or is somebody else's: the same answer."""
        found = await view_repository.view(session, tenant_id, view_id)
        if found is None or not found.seen_by(viewer):
            raise NotFound
        return found

    async def counts(self, session: Session, tenant_id: UUID, lists: Sequence[tuple[Filter, Sort]]) -> Sequence[int]:
        """Counts what each list holds for whoever looks, up to one past `MOST_COUNTED`: one statement for them all."""
        asked = [(wanted, sort is Sort.TERM) for wanted, sort in lists]
        return await repository.counts(session, tenant_id, asked, most=MOST_COUNTED + 1)

    async def make(
        self,
        session: Session,
        tenant_id: UUID,
        viewer: Viewer,
        *,
        owner: Owner,
        team_id: UUID | None,
        values: Mapping[str, Any],
        actor: Actor,
    ) -> View:
        """Raises `Forbidden`, `TooManyViews`, or `Invalid` for a team that is unknown, missing or too many."""
        await self._check_team(session, tenant_id, owner, team_id)
        _refuse_unless(may=may_keep(viewer, owner, team_id))
        holder = viewer.label if owner is Owner.PERSON else None
        held = await view_repository.held(session, tenant_id, owner, holder=holder, team_id=team_id, most=MOST_VIEWS)
        if held == MOST_VIEWS:
            raise TooManyViews(TooManyViews.advice)
        view_id = new_id()
        row = {
            **values,
            "tenant_id": tenant_id,
            "id": view_id,
            "name": plain_name(values["name"]),
            "owner": owner.value,
            "holder": holder,
            "team_id": team_id,
            "created_at": self._clock(),
            "version": 1,
        }
        await view_repository.add(session, row)
        return await self._edited(session, tenant_id, view_id, viewer, actor=actor)

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        view_id: UUID,
        viewer: Viewer,
        *,
        values: Mapping[str, Any],
        version: int,
        actor: Actor,
    ) -> View:
        """Changes what is given of a view. Raises `NotFound`, `Forbidden`, `Stale`, `Invalid`."""
        was = await self._kept(session, tenant_id, view_id, viewer, version=version)
        named = {"name": plain_name(values["name"])} if "name" in values else {}
        if not await view_repository.change(session, tenant_id, was.id, {**values, **named}, version=version):
            raise Stale
        return await self._edited(session, tenant_id, view_id, viewer, actor=actor)

    async def remove(
        self, session: Session, tenant_id: UUID, view_id: UUID, viewer: Viewer, *, version: int, actor: Actor
    ) -> None:
        """Removes a view; no request is touched. Raises `NotFound`, `Forbidden`, `Stale`."""
        was = await self._kept(session, tenant_id, view_id, viewer, version=version)
        if not await view_repository.remove(session, tenant_id, view_id, version=version):
            raise Stale
        fact = ViewRemoved(
            tenant_id=tenant_id, subject_id=view_id, at=self._clock(), actor=actor, owner=was.owner, team_id=was.team_id
        )
        await self._book.record(session, fact)

    async def _kept(self, session: Session, tenant_id: UUID, view_id: UUID, viewer: Viewer, *, version: int) -> View:
        was = await self.get(session, tenant_id, view_id, viewer)
        _refuse_unless(may=may_keep(viewer, was.owner, was.team_id))
        require_version(was.version, expected=version)
        return was

    async def _check_team(self, session: Session, tenant_id: UUID, owner: Owner, team_id: UUID | None) -> None:
        if (owner is Owner.TEAM) != (team_id is not None):
            told = Said(
                "une vue d'équipe dit laquelle, une autre n'en a pas", en="a team's view names it, another has none"
            )
            raise Invalid(flaws=[Flaw("/team_id", "team", told)])
        if team_id is not None:
            found = await people_repository.teams(session, tenant_id, ids=[team_id])
            if not found or found[0].archived_at is not None:
                told = Said("équipe inconnue ou rangée", en="unknown or archived team")
                raise Invalid(flaws=[Flaw("/team_id", "unknown", told)])

    async def _edited(self, session: Session, tenant_id: UUID, view_id: UUID, viewer: Viewer, *, actor: Actor) -> View:
        view = await self.get(session, tenant_id, view_id, viewer)
        fact = ViewEdited(
            tenant_id=tenant_id,
            subject_id=view_id,
            at=self._clock(),
            actor=actor,
            owner=view.owner,
            team_id=view.team_id,
        )
        await self._book.record(session, fact)
        return view


def _refuse_unless(*, may: bool) -> None:
    if not may:
        raise Forbidden(
            Said(
                "les vues d'une équipe sont à ses membres qui traitent les demandes, celles de l'administration à qui la règle",
                en="a team's views are kept by its members who write, the administration's by whoever sets it up",
            )
        )
