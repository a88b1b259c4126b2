"""Rows claimed for a moment, which whoever claimed them goes on holding: one statement, whatever the table."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, any_, bindparam, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.db.transaction import Session

Key = TypeVar("Key", bound=Hashable)


class Renewing(Protocol[Key]):
    """Goes on holding rows still under one of some leases until another instant; returns which those were."""

    async def __call__(
        self, session: Session, tenant_id: UUID, keys: Sequence[Key], /, *, leases: Sequence[datetime], until: datetime
    ) -> Sequence[Key]: ...


def renewing(key: InstrumentedAttribute[Key], waiting: ColumnElement[bool]) -> Renewing[Key]:
    """Returns the renewal of the rows of a table that `key` names, as long as they are `waiting`.

    A row is held until its `next_attempt_at`. What somebody is settling at this moment is left to them.
    """
    record = key.class_
    ours = record.tenant_id == bindparam("tenant")
    held = (
        select(key.label("key"))
        .where(ours, key == any_(bindparam("keys", type_=ARRAY(key.type))), waiting)
        .where(record.next_attempt_at == any_(bindparam("leases", type_=ARRAY(DateTime(timezone=True)))))
        .order_by(key)
        .with_for_update(skip_locked=True)
        .subquery("held")
    )
    statement = (
        update(record)
        .where(ours, key == held.c.key)
        .values(next_attempt_at=bindparam("until"))
        .returning(key)
        .execution_options(synchronize_session=False)
    )

    async def renew(
        session: Session, tenant_id: UUID, keys: Sequence[Key], /, *, leases: Sequence[datetime], until: datetime
    ) -> Sequence[Key]:
        given = {"tenant": tenant_id, "keys": list(keys), "leases": list(leases), "until": until}
        return (await session.execute(statement, given)).scalars().all()

    return renew
