"""Legal holds: what a trial or an inquiry needs is kept, whoever asks for its erasure (RGPD art. 17.3 e).

While one stands, the request is neither erased, eliminated nor merged away; a hold on a person stands on all they sent.
"""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.contacts import repository as people
from app.db.transaction import Session, whole
from app.errors import Conflict, NotFound
from app.exchanges import receptions, shifting
from app.exchanges.persons import merged_elsewhere
from app.facts import Actor, FactBook
from app.ids import new_id
from app.privacy import hold_repository as repository
from app.privacy import standing as standing_of
from app.privacy.facts import LegalHoldLifted, LegalHoldSet
from app.privacy.hold_repository import Hold
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets.moves import merged_elsewhere as merged_away


class UnderHold(Conflict):
    """A legal hold stands on it: it stays where it is."""

    code = "under-legal-hold"
    title_fr = "Conservée pour un contentieux ou une enquête"
    title_en = "Under a legal hold"
    advice = Said(
        "une conservation légale est posée : faites-la lever par qui en a le droit, ou laissez les choses en place",
        en="a legal hold stands: have it lifted by somebody who may, or leave things where they are",
    )


class HoldLifted(Conflict):
    """This hold was lifted before."""

    code = "legal-hold-lifted"
    title_fr = "Conservation déjà levée"
    title_en = "Hold already lifted"
    advice = Said("cette conservation est déjà levée : posez-en une autre s'il le faut", en="set another one if needed")


class AlreadyErased(Conflict):
    """Nothing is left of it to hold."""

    code = "already-erased"
    title_fr = "Déjà effacée"
    title_en = "Already erased"
    advice = Said("il n'en reste rien à conserver que son numéro et ses dates", en="only its number and days are left")


class Holds:
    """Sets holds, lifts them, and refuses what they forbid."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def set_on_ticket(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, reason: str, actor: Actor
    ) -> Hold:
        """Holds a request. Raises `NotFound`, `MergedElsewhere`, `AlreadyErased`."""
        # An erasure under way is waited for: what is answered « held » is never emptied behind its back.
        ticket = (await shifting.alone_with(session, tenant_id, [ticket_id]))[ticket_id]
        if ticket.merged_into is not None:
            raise merged_away(ticket)  # all it held lives elsewhere, and a hold here would keep nothing
        if any(one.erased_at for one in await standing_of.standings(session, tenant_id, [ticket_id])):
            raise AlreadyErased(AlreadyErased.advice)
        return await self._set(session, tenant_id, ticket_id=ticket_id, contact_id=None, reason=reason, actor=actor)

    async def set_on_contact(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, reason: str, actor: Actor
    ) -> Hold:
        """Holds all that a person sent and will send. Raises `NotFound`, `AlreadyErased`, `ContactMergedElsewhere`."""
        await receptions.one_at_a_time(session, tenant_id)  # as erasures and merges of people do
        contact = (await people.locked(session, tenant_id, [contact_id])).get(contact_id)
        if contact is None:
            raise NotFound
        if contact.erased_at is not None:
            raise AlreadyErased(AlreadyErased.advice)
        if contact.merged_into is not None:
            raise merged_elsewhere(contact)
        return await self._set(session, tenant_id, ticket_id=None, contact_id=contact_id, reason=reason, actor=actor)

    async def lift(
        self, session: Session, tenant_id: UUID, hold_id: UUID, *, reason: str, version: int, actor: Actor
    ) -> Hold:
        """Lifts a hold, with why. Raises `NotFound`, `Stale`, `HoldLifted`."""
        hold = await repository.find(session, tenant_id, hold_id, lock=True)
        if hold is None:
            raise NotFound
        require_version(hold.version, expected=version)
        if hold.lifted_at is not None:
            raise HoldLifted(HoldLifted.advice)
        now = self._clock()
        await repository.lift(session, tenant_id, hold_id, reason=reason, by=actor.label, at=now)
        on, subject_id = _subject(hold)
        fact = LegalHoldLifted(tenant_id=tenant_id, subject_id=subject_id, at=now, actor=actor, hold_id=hold_id, on=on)
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, hold_id)

    async def get(self, session: Session, tenant_id: UUID, hold_id: UUID) -> Hold:
        found = await repository.find(session, tenant_id, hold_id)
        if found is None:
            raise NotFound
        return found

    async def page(
        self, session: Session, tenant_id: UUID, *, lifted: bool, after: UUID | None, limit: int
    ) -> Sequence[Hold]:
        return await repository.page(session, tenant_id, lifted=lifted, after=after, limit=limit)

    async def on(
        self, session: Session, tenant_id: UUID, *, tickets: Sequence[UUID] = (), contacts: Sequence[UUID] = ()
    ) -> Sequence[Hold]:
        """Returns the holds that stand on some requests or people."""
        return await repository.present(session, tenant_id, tickets=tickets, contacts=contacts)

    async def refuse_if_held(
        self, session: Session, tenant_id: UUID, *, tickets: Sequence[UUID] = (), contacts: Sequence[UUID] = ()
    ) -> None:
        """Raises `UnderHold` when one stands, also one that who asks may not see."""
        async with whole(session):
            if await repository.present(session, tenant_id, tickets=tickets, contacts=contacts):
                raise UnderHold(UnderHold.advice)

    async def _set(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        ticket_id: UUID | None,
        contact_id: UUID | None,
        reason: str,
        actor: Actor,
    ) -> Hold:
        now = self._clock()
        hold = Hold(
            id=new_id(),
            ticket_id=ticket_id,
            contact_id=contact_id,
            reason=reason,
            since_at=now,
            set_by=actor.label,
            lifted_at=None,
            lifted_by=None,
            lifted_reason=None,
            version=1,
        )
        await repository.add(session, tenant_id, hold)
        on, subject_id = _subject(hold)
        fact = LegalHoldSet(tenant_id=tenant_id, subject_id=subject_id, at=now, actor=actor, hold_id=hold.id, on=on)
        await self._book.record(session, fact)
        return hold


def _subject(hold: Hold) -> tuple[str, UUID]:
    if hold.ticket_id is not None:
        return "ticket", hold.ticket_id
    if hold.contact_id is not None:
        return "contact", hold.contact_id
    raise ValueError("a hold stands on a request or on a person")
