"""Restricting what is done with a person's data, and lifting it (RGPD art. 18).

While it stands, nothing but legal acts is sent to them (`app.exchanges.addressing`), and they are proposed as nobody's
double. It is shown wherever the person is.
"""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from app.clock import Clock
from app.contacts import repository as people
from app.db.transaction import Session
from app.errors import Conflict
from app.exchanges.persons import Persons
from app.facts import Actor, FactBook
from app.ids import new_id
from app.privacy import restriction_repository as repository
from app.privacy.facts import ContactRestrictionLifted, ContactRestrictionSet
from app.privacy.restriction_repository import Restriction
from app.rest.languages import Said


class RestrictionGround(StrEnum):
    """Why a person may ask for it (RGPD art. 18.1), letter by letter."""

    ACCURACY = "accuracy_contested"  # a
    UNLAWFUL = "unlawful"  # b
    CLAIMS = "legal_claims"  # c
    OBJECTION = "objection_pending"  # d


class RestrictionStands(Conflict):
    """It is so already."""

    code = "restriction-unchanged"
    title_fr = "La limitation est déjà ainsi"
    title_en = "The restriction is so already"
    advice = Said("relisez la personne : il n'y a rien à changer", en="read the person again: nothing is to be changed")


class Restricting:
    """Sets and lifts."""

    def __init__(self, persons: Persons, book: FactBook, clock: Clock) -> None:
        self._persons, self._book, self._clock = persons, book, clock

    async def restrict(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        *,
        ground: RestrictionGround,
        reason: str,
        version: int,
        actor: Actor,
    ) -> None:
        """Raises `NotFound`, `Stale`, `ContactMergedElsewhere`, `RestrictionStands`."""
        contact = await self._persons.at_version(session, tenant_id, contact_id, version=version)
        if contact.restricted_at is not None:
            raise RestrictionStands(RestrictionStands.advice)
        now = self._clock()
        restriction = Restriction(
            id=new_id(),
            contact_id=contact_id,
            ground=ground.value,
            reason=reason,
            since_at=now,
            set_by=actor.label,
            lifted_at=None,
            lifted_by=None,
            lifted_reason=None,
        )
        await repository.add(session, tenant_id, restriction)
        await people.change(session, tenant_id, contact_id, {"restricted_at": now})
        await repository.drop_proposals(session, tenant_id, contact_id)
        fact = ContactRestrictionSet(
            tenant_id=tenant_id, subject_id=contact_id, at=now, actor=actor, ground=ground.value
        )
        await self._book.record(session, fact)

    async def lift(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, reason: str, version: int, actor: Actor
    ) -> None:
        """Raises `NotFound`, `Stale`, `ContactMergedElsewhere`, `RestrictionStands` when there is none."""
        contact = await self._persons.at_version(session, tenant_id, contact_id, version=version)
        if contact.restricted_at is None:
            raise RestrictionStands(RestrictionStands.advice)
        now = self._clock()
        await repository.lift(session, tenant_id, contact_id, reason=reason, by=actor.label, at=now)
        await people.change(session, tenant_id, contact_id, {"restricted_at": None})
        fact = ContactRestrictionLifted(tenant_id=tenant_id, subject_id=contact_id, at=now, actor=actor, ground="")
        await self._book.record(session, fact)

    async def history(self, session: Session, tenant_id: UUID, contact_id: UUID) -> Sequence[Restriction]:
        return await repository.history(session, tenant_id, contact_id)
