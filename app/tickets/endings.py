"""Every SQL statement that reads how a request stands ended or set aside, and writes it back as it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

_READ = text(
    "SELECT closed_at, archived_at, retention_on, snoozed_at, snoozed_until_at FROM tickets "
    "WHERE tenant_id = :tenant AND id = :ticket"
)
# The trigger of migration 0034 gives another day to what has another closure: the day that was kept comes after.
_CLOSED_AT = text("UPDATE tickets SET closed_at = :closed_at WHERE tenant_id = :tenant AND id = :ticket")
_KEPT = text(
    "UPDATE tickets SET archived_at = :archived_at, retention_on = :retention_on WHERE tenant_id = :tenant AND id = :ticket"
)
_ASIDE = text(
    "UPDATE tickets SET snoozed_at = :snoozed_at, snoozed_until_at = :snoozed_until_at "
    "WHERE tenant_id = :tenant AND id = :ticket"
)


async def read(session: Session, tenant_id: UUID, ticket_id: UUID) -> dict[str, str | None]:
    """Returns since when a request is closed, archived, set aside, and when its keeping is looked at: as documents keep it."""
    row = (await session.execute(_READ, {"tenant": tenant_id, "ticket": ticket_id})).mappings().one_or_none()
    return {name: value.isoformat() if value else None for name, value in row.items()} if row else {}


async def closed_as(session: Session, tenant_id: UUID, ticket_id: UUID, kept: Mapping[str, Any]) -> None:
    """Gives a request that is closed again its day of closure, its place in the archives and the day of its next look."""
    whose = {"tenant": tenant_id, "ticket": ticket_id}
    await session.execute(_CLOSED_AT, {**whose, "closed_at": _instant(kept, "closed_at")})
    look_on = kept["retention_on"]
    values = {
        "archived_at": _instant(kept, "archived_at"),
        "retention_on": date.fromisoformat(look_on) if look_on else None,
    }
    await session.execute(_KEPT, {**whose, **values})


async def aside_as(session: Session, tenant_id: UUID, ticket_id: UUID, kept: Mapping[str, Any]) -> None:
    """Sets a request aside again as it was, until the same instant."""
    values = {name: _instant(kept, name) for name in ("snoozed_at", "snoozed_until_at")}
    await session.execute(_ASIDE, {"tenant": tenant_id, "ticket": ticket_id, **values})


def _instant(kept: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(kept[name]) if kept[name] else None
