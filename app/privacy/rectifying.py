"""Correcting what is known of a person, because they say it is wrong (RGPD art. 16).

What stood there is sealed beside the reason and shown to nobody; what they said in their messages stays as they said it.
"""

from uuid import UUID

from app.channels.contract import PointKind
from app.clock import Clock
from app.contacts import repository as people
from app.db.transaction import Session
from app.errors import Conflict, Invalid, NotFound
from app.exchanges.persons import Persons, Typed
from app.facts import Actor, FactBook
from app.ids import new_id
from app.privacy import restriction_repository as repository
from app.privacy.facts import ContactRectified
from app.rest.languages import Said
from app.vault.service import Vault


class PointWrote(Conflict):
    """Messages came from this address: it is not wrong, somebody writes from it."""

    code = "point-wrote"
    title_fr = "Des messages sont venus de cette adresse"
    title_en = "Messages came from this address"
    advice = Said(
        "elle ne se corrige pas, on y écrit : ajoutez la bonne, ou retirez celle-ci à la personne",
        en="it is not corrected, somebody writes from it: add the right one, or take this one away",
    )


class Rectifying:
    """Corrects a name or an address."""

    def __init__(self, persons: Persons, vault: Vault, book: FactBook, clock: Clock) -> None:
        self._persons, self._vault, self._book, self._clock = persons, vault, book, clock

    async def name(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        value: str,
        *,
        reason: str,
        version: int,
        actor: Actor,
    ) -> None:
        """Raises `NotFound`, `Stale`, `ContactMergedElsewhere`."""
        contact = await self._persons.at_version(session, tenant_id, contact_id, version=version)
        await self._persons.rename(session, tenant_id, contact_id, value, version=version, actor=actor)
        await self._note(session, tenant_id, contact_id, None, contact.display_name, reason=reason, actor=actor)

    async def point(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        point_id: UUID,
        value: str,
        *,
        reason: str,
        version: int,
        actor: Actor,
    ) -> None:
        """Puts the right address in the place of a wrong one nobody wrote from; nothing proves it yet.

        Raises `NotFound`, `Stale`, `Invalid`, `PointTaken`, `PointWrote`, `ContactMergedElsewhere`.
        """
        known = await people.point(session, tenant_id, point_id)
        if known is None or known.contact_id != contact_id:
            raise NotFound
        if known.kind not in {PointKind.EMAIL, PointKind.PHONE}:
            raise Invalid(
                Said("seuls un courriel et un numéro se corrigent", en="only mail and phone can be corrected")
            )
        typed = Typed(kind=PointKind(known.kind), address=value)
        await self._persons.add_point(session, tenant_id, contact_id, typed, version=version, actor=actor)
        contact = await people.contact(session, tenant_id, contact_id)
        present = contact.version if contact else version
        parted = await self._persons.remove_point(
            session, tenant_id, contact_id, point_id, version=present, actor=actor
        )
        if parted is not None:
            raise PointWrote(PointWrote.advice)
        await self._note(session, tenant_id, contact_id, point_id, known.address, reason=reason, actor=actor)

    async def _note(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        point_id: UUID | None,
        before: str,
        *,
        reason: str,
        actor: Actor,
    ) -> None:
        made, now = new_id(), self._clock()
        row = {
            "id": made,
            "contact_id": contact_id,
            "point_id": point_id,
            "field": "address" if point_id else "display_name",
            "before_sealed": await self._vault.seal(
                session, tenant_id, before.encode(), bound_to=repository.correction_bound(tenant_id, made)
            ),
            "reason": reason,
            "at": now,
            "by": actor.label,
        }
        await repository.note_correction(session, tenant_id, row)
        fact = ContactRectified(
            tenant_id=tenant_id, subject_id=contact_id, at=now, actor=actor, field="address" if point_id else "name"
        )
        await self._book.record(session, fact)
