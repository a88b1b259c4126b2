"""Every SQL statement about the texts a channel's provider approved in advance, as they were last read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.channels.contract import Template
from app.channels.tables import ChannelTemplatesRecord
from app.db.transaction import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What is known of a channel's approved texts.

    `read_at` None: never read, or known to have changed since. `problem` is why the last reading failed ("fr", "en",
    "state"): the texts are then those of the reading before.
    """

    templates: Sequence[Template] = ()
    read_at: datetime | None = None
    tried_at: datetime | None = None
    problem: Mapping[str, Any] | None = None

    def named(self, name: str, language: str) -> Template | None:
        """Returns the text of that name and language, or None: it is not, or no longer, approved."""
        return next((one for one in self.templates if (one.name, one.language) == (name, language)), None)


UNREAD = Approved()


async def of_channel(session: Session, tenant_id: UUID, channel_id: UUID) -> Approved:
    """Returns what is known of one channel's texts; `UNREAD` before anybody asked."""
    return (await of_channels(session, tenant_id, [channel_id])).get(channel_id, UNREAD)


async def of_channels(session: Session, tenant_id: UUID, channel_ids: Collection[UUID]) -> dict[UUID, Approved]:
    """Returns what is known of some channels' texts, in one statement."""
    record = ChannelTemplatesRecord
    query = select(record).where(record.tenant_id == tenant_id, record.channel_id.in_(list(channel_ids)))
    return {
        row.channel_id: Approved(
            templates=[Template(**one) for one in row.templates],
            read_at=row.read_at,
            tried_at=row.tried_at,
            problem=row.problem,
        )
        for row in (await session.execute(query)).scalars()
    }


async def keep(
    session: Session, tenant_id: UUID, channel_id: UUID, templates: Sequence[Template], *, at: datetime
) -> None:
    """Keeps what a provider just told, in the place of what it had told."""
    values = {"templates": [asdict(one) for one in templates], "read_at": at, "tried_at": at, "problem": None}
    await _write(session, tenant_id, channel_id, values)


async def keep_problem(
    session: Session, tenant_id: UUID, channel_id: UUID, problem: Mapping[str, Any], *, at: datetime
) -> None:
    """Keeps why the texts could not be read; those known before stay."""
    await _write(session, tenant_id, channel_id, {"tried_at": at, "problem": dict(problem)})


async def outdated(session: Session, tenant_id: UUID, channel_id: UUID) -> None:
    """Notes that what is kept is no longer what the provider would say."""
    record = ChannelTemplatesRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.channel_id == channel_id)
        .values(read_at=None, tried_at=None)
    )


async def _write(session: Session, tenant_id: UUID, channel_id: UUID, values: Mapping[str, Any]) -> None:
    record = ChannelTemplatesRecord
    row = {"tenant_id": tenant_id, "channel_id": channel_id, "templates": [], **values}
    statement = insert(record).values(**row)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "channel_id"], set_=dict(values))
    )
