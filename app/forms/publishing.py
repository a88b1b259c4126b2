"""Publishing a report: an agent's own words for what everybody may read, chosen photos, and taking them back."""

from collections.abc import Sequence
from uuid import UUID

from app.channels.kit.photos import NoPicture, stripped
from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid, NotFound
from app.facts import Actor, FactBook
from app.files.store import Store
from app.forms import public_reports
from app.forms.facts import ReportPublished, ReportWithdrawn
from app.ids import new_id
from app.rest.languages import Said
from app.tickets import scans


class Publishing:
    """What agents let the public read of a report."""

    def __init__(self, store: Store, book: FactBook, clock: Clock) -> None:
        self._store, self._book, self._clock = store, book, clock

    async def publish(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        *,
        description: str,
        shown: Sequence[UUID] | None,
        actor: Actor,
    ) -> None:
        """Shows words, photos without what cameras write, and the address the report gave; without `shown`, those of before.

        Raises `Conflict` for what came by another way, `Invalid` for a piece that is no photo of this report.
        """
        if not await public_reports.is_report(session, tenant_id, ticket_id):
            raise Conflict(
                Said(
                    "cette demande n'est pas un signalement : ni rubrique, ni lieu ; elle n'est montrée à personne",
                    en="this request reports nothing on the ground: neither service nor place; nobody is shown it",
                )
            )
        if shown is None:
            shown = await public_reports.shown(session, tenant_id, ticket_id)
        await self._check(session, tenant_id, ticket_id, shown)
        now = self._clock()
        row = {
            "tenant_id": tenant_id,
            "id": new_id(),
            "ticket_id": ticket_id,
            "description": description,
            "photos": [str(one) for one in shown],
            "published_at": now,
            "published_by": actor.label,
        }
        await public_reports.publish(session, row)
        fact = ReportPublished(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor)
        await self._book.record(session, fact)

    async def withdraw(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, actor: Actor) -> None:
        """Takes words and photos back; nothing published, nothing changes."""
        if await public_reports.withdraw(session, tenant_id, ticket_id):
            fact = ReportWithdrawn(tenant_id=tenant_id, subject_id=ticket_id, at=self._clock(), actor=actor)
            await self._book.record(session, fact)

    async def photo(self, session: Session, tenant_id: UUID, channel_id: UUID, piece_id: UUID) -> bytes:
        """Returns a published photo, without what its camera wrote. Raises `NotFound` for any other piece."""
        sha256 = await public_reports.public_photo(session, tenant_id, channel_id, piece_id)
        if sha256 is None or await scans.infected(session, tenant_id, [sha256]):
            raise NotFound
        return stripped(await self._store.get(tenant_id, sha256))

    async def _check(self, session: Session, tenant_id: UUID, ticket_id: UUID, shown: Sequence[UUID]) -> None:
        """Only what can be stripped with certainty is shown."""
        held = await public_reports.pieces(session, tenant_id, ticket_id) if shown else {}
        aside = (
            await scans.infected(session, tenant_id, [one for one in held.values() if one]) if shown else frozenset()
        )
        told = Said(
            "une photo de ce signalement, en JPEG, PNG ou WebP", en="a photo of this report, in JPEG, PNG or WebP"
        )
        flaws = [
            Flaw(f"/photos/{index}", "photo", told)
            for index, one in enumerate(shown)
            if held.get(one) in aside or not await self._is_photo(tenant_id, held.get(one))
        ]
        if flaws:
            raise Invalid(flaws=flaws)

    async def _is_photo(self, tenant_id: UUID, sha256: str | None) -> bool:
        if sha256 is None:
            return False
        try:
            stripped(await self._store.get(tenant_id, sha256))
        except NoPicture:
            return False
        return True
