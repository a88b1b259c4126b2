"""Who somebody is now, told by the label they acted under: their rights and their sight as they stand today."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.db.transaction import Session
from app.identity import absences_repository, grants_repository, people_repository, repository
from app.identity.identified import Identified, Kind
from app.identity.service import key_identified
from app.identity.sessions import identified


async def known_by(session: Session, tenant_id: UUID, label: str, *, now: datetime) -> Identified | None:
    """Returns whoever a label names; None once their account is suspended, their key revoked or their access over.

    For work asked for before and done now: what one may no longer do is no longer done in one's name.
    """
    kind, _, word = label.partition(":")
    match Kind(kind):
        case Kind.AGENT:
            person = await people_repository.person(session, tenant_id, UUID(word))
            if person is None or person.suspended_at is not None:
                return None
            lent = await absences_repository.loans(session, tenant_id, person.id, now=now)
            return replace(identified(person), loans=lent)
        case Kind.KEY:
            key = await repository.by_id(session, tenant_id, UUID(word))
            return key_identified(key, at=now) if key else None
        case Kind.OPERATOR:
            grant = await grants_repository.find(session, tenant_id, UUID(word))
            return grant.identified(session_id=grant.id) if grant and grant.open_at(now) else None
