"""Publishing a report: an agent's own words for what everybody may read, and taking them back."""

from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict
from app.facts import Actor, FactBook
from app.forms import public_reports
from app.forms.facts import ReportPublished, ReportWithdrawn
from app.ids import new_id
from app.rest.languages import Said


class Publishing:
    """What agents let the public read of a report."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def publish(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, description: str, actor: Actor
    ) -> None:
        """Shows words, and the address the report gave. Raises `Conflict` for what came by another way."""
        if not await public_reports.is_report(session, tenant_id, ticket_id):
            raise Conflict(
                Said(
                    "cette demande n'est pas un signalement Open311 : elle n'est montrée à personne",
                    en="this request is no Open311 report: nobody is shown it",
                )
            )
        now = self._clock()
        row = {
            "tenant_id": tenant_id,
            "id": new_id(),
            "ticket_id": ticket_id,
            "description": description,
            "published_at": now,
            "published_by": actor.label,
        }
        await public_reports.publish(session, row)
        await self._book.record(
            session, ReportPublished(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor)
        )

    async def withdraw(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, actor: Actor) -> None:
        """Takes the words back; nothing published, nothing changes."""
        if await public_reports.withdraw(session, tenant_id, ticket_id):
            fact = ReportWithdrawn(tenant_id=tenant_id, subject_id=ticket_id, at=self._clock(), actor=actor)
            await self._book.record(session, fact)
