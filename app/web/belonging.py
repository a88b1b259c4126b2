"""What an address names belongs together: a saisine is one of the ticket before it, or there is nothing there."""

from uuid import UUID

from app.db.transaction import Session
from app.errors import NotFound
from app.sve.service import LegalFace
from app.sve.values import Saisine
from app.web import typed


async def saisine_of(session: Session, legal: LegalFace, tenant_id: UUID, ticket_id: UUID, saisine: str) -> Saisine:
    """Returns the saisine an address names. Raises `NotFound` when it is another ticket's, or none."""
    found = await legal.get(session, tenant_id, typed.saisine_id(saisine))
    if found.ticket_id != ticket_id:
        raise NotFound
    return found
