"""Tags: a list of the administration's own, and what agents file requests under."""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import NotFound, Stale
from app.facts import Actor, FactBook
from app.identity.people import name_key, plain_name
from app.ids import new_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets import repository, tag_repository
from app.tickets.filing_facts import TagEdited, TicketTagged, TicketUntagged
from app.tickets.service import Tickets
from app.tickets.tag_values import MOST_LIVING, MOST_ON_TICKET, Color, Tag, TagArchived, TooManyTags
from app.tickets.values import Ticket


class Tags:
    """The list of tags of an administration, archived and never deleted, and where they are put."""

    def __init__(self, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._tickets, self._book, self._clock = tickets, book, clock

    async def page(
        self, session: Session, tenant_id: UUID, *, archived: bool, after: UUID | None, limit: int
    ) -> Sequence[Tag]:
        """Returns a page of the list in the order tags were made; archived ones only when asked."""
        return await tag_repository.page(session, tenant_id, archived=archived, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, tag_id: UUID) -> Tag:
        """Raises `NotFound`."""
        found = await tag_repository.tag(session, tenant_id, tag_id)
        if found is None:
            raise NotFound(Said("aucune étiquette n'a cet identifiant", en="no tag has this identifier"))
        return found

    async def make(self, session: Session, tenant_id: UUID, *, name: str, color: Color, actor: Actor) -> Tag:
        """Raises `TagTaken`, `TooManyTags`, or `Invalid` for a name that no line can bear."""
        await self._room(session, tenant_id)
        tag_id = new_id()
        values = {
            "tenant_id": tenant_id,
            "id": tag_id,
            "name": plain_name(name),
            "name_key": name_key(name),
            "color": color.value,
            "created_at": self._clock(),
            "version": 1,
        }
        await tag_repository.add(session, values)
        return await self._edited(session, tenant_id, tag_id, actor=actor)

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        tag_id: UUID,
        *,
        name: str | None,
        color: Color | None,
        archived: bool | None,
        version: int,
        actor: Actor,
    ) -> Tag:
        """Renames, colours, archives or reopens; its requests keep it. Raises `NotFound`, `Stale`, `TagTaken`, `TooManyTags`."""
        was = await self.get(session, tenant_id, tag_id)
        require_version(was.version, expected=version)
        archived = was.archived_at is not None if archived is None else archived
        if was.archived_at is not None and not archived:
            await self._room(session, tenant_id)
        values = {
            "name": plain_name(name or was.name),
            "name_key": name_key(name or was.name),
            "color": (color or was.color).value,
            "archived_at": (was.archived_at or self._clock()) if archived else None,
        }
        if not await tag_repository.change(session, tenant_id, tag_id, values, version=version):
            raise Stale
        return await self._edited(session, tenant_id, tag_id, actor=actor)

    async def put(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, tag_id: UUID, *, version: int, actor: Actor
    ) -> Ticket:
        """Puts a tag on a request; one that is there stays. Raises `NotFound`, `Stale`, `MergedElsewhere`, `TagArchived`, `TooManyTags`."""
        ticket = await self._held(session, tenant_id, ticket_id, version=version)
        tag = await self.get(session, tenant_id, tag_id)
        if any(mark.id == tag_id for mark in ticket.tags):
            return ticket
        if tag.archived_at is not None:
            raise TagArchived(TagArchived.advice)
        if len(ticket.tags) >= MOST_ON_TICKET:
            raise TooManyTags(TooManyTags.advice)
        now = self._clock()
        row = {"tenant_id": tenant_id, "ticket_id": ticket_id, "tag_id": tag_id, "at": now, "actor": actor.label}
        await tag_repository.put(session, row)
        fact = TicketTagged(tenant_id=tenant_id, subject_id=ticket_id, tag_id=tag_id, at=now, actor=actor)
        return await self._moved_on(session, tenant_id, fact)

    async def take_off(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, tag_id: UUID, *, version: int, actor: Actor
    ) -> Ticket:
        """Takes a tag off a request; nothing changes where it is not. Raises `NotFound`, `Stale`, `MergedElsewhere`."""
        ticket = await self._held(session, tenant_id, ticket_id, version=version)
        await self.get(session, tenant_id, tag_id)
        if all(mark.id != tag_id for mark in ticket.tags):
            return ticket
        await tag_repository.take_off(session, tenant_id, ticket_id, tag_id)
        fact = TicketUntagged(tenant_id=tenant_id, subject_id=ticket_id, tag_id=tag_id, at=self._clock(), actor=actor)
        return await self._moved_on(session, tenant_id, fact)

    async def _room(self, session: Session, tenant_id: UUID) -> None:
        if await tag_repository.living(session, tenant_id, most=MOST_LIVING) == MOST_LIVING:
            raise TooManyTags(TooManyTags.advice)

    async def _held(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, version: int) -> Ticket:
        ticket = await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        require_version(ticket.version, expected=version)
        return ticket

    async def _moved_on(self, session: Session, tenant_id: UUID, fact: TicketTagged) -> Ticket:
        """Gives the request its next version: what it shows has changed."""
        await repository.change(session, tenant_id, fact.subject_id, {})
        await self._book.record(session, fact)
        return await self._tickets.get(session, tenant_id, fact.subject_id)

    async def _edited(self, session: Session, tenant_id: UUID, tag_id: UUID, *, actor: Actor) -> Tag:
        tag = await self.get(session, tenant_id, tag_id)
        archived = tag.archived_at is not None
        fact = TagEdited(
            tenant_id=tenant_id, subject_id=tag_id, at=self._clock(), actor=actor, color=tag.color, archived=archived
        )
        await self._book.record(session, fact)
        return tag
