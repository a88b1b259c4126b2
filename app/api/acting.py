"""Who acts, for facts and the journal, and the acts that only the journal keeps."""

from uuid import UUID

from app.api.house import ApiHouse
from app.db.transaction import Session
from app.facts import Actor, Seen
from app.rest.callers import Caller


def actor_of(caller: Caller) -> Actor:
    """Returns the caller as the author of facts; its name is the one its key was given."""
    kind, _, word = caller.label.partition(":")
    return Actor(kind, UUID(word) if word else None, name=str(getattr(caller, "name", "")))


async def keep_sight(
    house: ApiHouse, session: Session, caller: Caller, action: str, subject_id: UUID, **detail: object
) -> None:
    """Writes an act of the caller into the journal alone: a reading, an administrator's change."""
    seen = Seen(
        tenant_id=caller.tenant_id,
        subject_id=subject_id,
        at=house.clock(),
        actor=actor_of(caller),
        action=action,
        detail=detail,
    )
    await house.book.record(session, seen)
