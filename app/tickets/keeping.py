"""Keeping things for a person, a team or the administration: made, changed and removed by those they are for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Forbidden, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.identity import people_repository
from app.identity.people import plain_name
from app.ids import new_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import owned_repository
from app.tickets.owned_tables import OwnedRow
from app.tickets.owning import Owned, Owner, Viewer, may_keep, owned_by
from app.tickets.wording_facts import OwnedEdited


class Kept(Protocol):
    """What every such thing says of itself."""

    @property
    def id(self) -> UUID: ...
    @property
    def owned(self) -> Owned: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=OwnedRow)
V = TypeVar("V", bound=Kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[R, V]):
    """One kind of things kept: where, how read, what is told of it, how many one owner may have, what is refused then.

    `taken` is what is refused when its owner has one of the same name where only one may be.
    """

    record: type[R]
    read: Callable[[R], V]
    edited: type[OwnedEdited]
    removed: type[OwnedEdited]
    most: int
    too_many: Callable[[], Conflict]
    taken: Callable[[], Conflict]


class Keeping(Generic[R, V]):
    """The use cases of one kind of things kept; every write states a fact."""

    def __init__(self, kind: Kind[R, V], book: FactBook, clock: Clock) -> None:
        self._kind, self._book, self._clock = kind, book, clock

    async def page(
        self, session: Session, tenant_id: UUID, viewer: Viewer, *, after: tuple[int, UUID] | None, limit: int
    ) -> Sequence[V]:
        """Returns a page of those somebody sees, in their order."""
        rows = await owned_repository.page(session, self._kind.record, tenant_id, viewer, after=after, limit=limit)
        return [self._kind.read(row) for row in rows]

    async def get(self, session: Session, tenant_id: UUID, kept_id: UUID, viewer: Viewer) -> V:
        """Raises `NotFound` for one that does not exist or is somebody else's: the same answer."""
        row = await owned_repository.one(session, self._kind.record, tenant_id, kept_id)
        found = self._kind.read(row) if row is not None else None
        if found is None or not found.owned.seen_by(viewer):
            raise NotFound
        return found

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
    ) -> V:
        """Raises `Forbidden`, `Conflict` when there are too many, or `Invalid` for a team that is unknown or missing."""
        owned = owned_by(viewer, owner, team_id)
        await _check_team(session, tenant_id, team_id)
        _refuse_unless(may=may_keep(viewer, owner, team_id))
        kind = self._kind
        if await owned_repository.held(session, kind.record, tenant_id, owned, most=kind.most) == kind.most:
            raise kind.too_many()
        kept_id = new_id()
        row = {
            **values,
            "name": plain_name(values["name"]),
            "tenant_id": tenant_id,
            "id": kept_id,
            "owner": owner.value,
            "holder": owned.holder,
            "team_id": team_id,
            "created_at": self._clock(),
            "version": 1,
        }
        if not await owned_repository.add(session, kind.record, row):
            raise kind.taken()
        return await self._edited(session, tenant_id, kept_id, viewer, actor=actor)

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        kept_id: UUID,
        viewer: Viewer,
        *,
        values: Mapping[str, Any],
        version: int,
        actor: Actor,
    ) -> V:
        """Changes what is given of one. Raises `NotFound`, `Forbidden`, `Stale`, `Invalid`."""
        was = await self._own(session, tenant_id, kept_id, viewer, version=version)
        named = {"name": plain_name(values["name"])} if "name" in values else {}
        written = {**values, **named}
        kind = self._kind
        done = await owned_repository.change(
            session, kind.record, tenant_id, was.id, written, version=version, taken=kind.taken()
        )
        if not done:
            raise Stale
        return await self._edited(session, tenant_id, kept_id, viewer, actor=actor)

    async def remove(
        self, session: Session, tenant_id: UUID, kept_id: UUID, viewer: Viewer, *, version: int, actor: Actor
    ) -> None:
        """Removes one; no request is touched. Raises `NotFound`, `Forbidden`, `Stale`."""
        was = await self._own(session, tenant_id, kept_id, viewer, version=version)
        if not await owned_repository.remove(session, self._kind.record, tenant_id, kept_id, version=version):
            raise Stale
        await self._tell(session, self._kind.removed, tenant_id, was, actor=actor)

    async def _own(self, session: Session, tenant_id: UUID, kept_id: UUID, viewer: Viewer, *, version: int) -> V:
        was = await self.get(session, tenant_id, kept_id, viewer)
        _refuse_unless(may=was.owned.kept_by(viewer))
        require_version(was.version, expected=version)
        return was

    async def _edited(self, session: Session, tenant_id: UUID, kept_id: UUID, viewer: Viewer, *, actor: Actor) -> V:
        kept = await self.get(session, tenant_id, kept_id, viewer)
        await self._tell(session, self._kind.edited, tenant_id, kept, actor=actor)
        return kept

    async def _tell(self, session: Session, fact: type[OwnedEdited], tenant_id: UUID, kept: V, *, actor: Actor) -> None:
        told = fact(
            tenant_id=tenant_id,
            subject_id=kept.id,
            at=self._clock(),
            actor=actor,
            owner=kept.owned.owner,
            team_id=kept.owned.team_id,
        )
        await self._book.record(session, told)


async def _check_team(session: Session, tenant_id: UUID, team_id: UUID | None) -> None:
    if team_id is None:
        return
    found = await people_repository.teams(session, tenant_id, ids=[team_id])
    if not found or found[0].archived_at is not None:
        told = Said("équipe inconnue ou rangée", en="unknown or archived team")
        raise Invalid(flaws=[Flaw("/team_id", "unknown", told)])


def _refuse_unless(*, may: bool) -> None:
    if not may:
        raise Forbidden(
            Said(
                "ce qui est à une équipe est tenu par ses membres qui traitent les demandes, ce qui est à l'administration par "
                "qui la règle",
                en="what is a team's is kept by its members who write, what is the administration's by whoever sets it up",
            )
        )
