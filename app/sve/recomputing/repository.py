"""Every SQL statement of a recomputation: spans of open saisines, what decides their reading, what it changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, column, func, select, table, text, tuple_, update

from app.db.bulk import document_of, insert_rows
from app.db.transaction import Session, driver_connection
from app.ids import new_id
from app.sve import repository as saisines
from app.sve.cases import AS_OF
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.recomputing.values import Change, Outline, Recomputation, Span
from app.sve.tables import RecomputationRecord, RecomputedRecord, SaisineRecord
from app.sve.values import LegalEvent, Saisine

# Read by the driver itself, in the order of `Outline`: a great town's are a million, and an ORM's rows cost more than the
# engine does.
_SEEN = (
    "SELECT s.id, s.ticket_id, s.message_id, s.xmin::text::bigint, s.joined_to IS NULL AND NOT EXISTS (SELECT FROM "
    "saisines j WHERE j.tenant_id = s.tenant_id AND j.joined_to = s.id), s.procedure, s.family, s.permit, s.basis, "
    "s.regime, s.delay, s.term_on, s.alert_on, s.wake_on, s.risk, s.rules_version, s.digest, "
    "coalesce((SELECT json_agg(json_build_array(e.type, e.payload) ORDER BY e.at, e.id)::text FROM legal_events e "
    "WHERE e.tenant_id = s.tenant_id AND e.saisine_id = s.id AND e.type <> 'qualified'), '[]') "
    "FROM saisines s WHERE s.tenant_id = %(tenant)s AND s.closed_at IS NULL AND "
)
_SPAN = _SEEN + "s.id > %(after)s AND s.id <= %(upto)s ORDER BY s.id"
_THESE = _SEEN + "s.id = ANY(%(ids)s) ORDER BY s.id"
_LAST_OF = text(
    "SELECT id FROM saisines WHERE tenant_id = :tenant AND closed_at IS NULL AND id > :after "
    "ORDER BY id OFFSET :skipped LIMIT 1"
)
_LAST = text(
    "SELECT id FROM saisines WHERE tenant_id = :tenant AND closed_at IS NULL AND id > :after ORDER BY id DESC LIMIT 1"
)
# Nobody is waited for: a row that another transaction holds, or has changed since it was seen, is looked at again.
_TAKE = text(
    "SELECT s.id FROM saisines s JOIN unnest(CAST(:ids AS uuid[]), CAST(:stood AS bigint[])) AS k(id, stood) "
    "ON s.id = k.id WHERE s.tenant_id = :tenant AND s.xmin::text::bigint = k.stood "
    "ORDER BY s.id FOR UPDATE OF s SKIP LOCKED"
)
# Clocks of one day have one reading: each is sent, and read by the server, once.
_REWRITE = text(
    "UPDATE saisines s SET term_on = n.term_on, alert_on = n.alert_on, wake_on = n.wake_on, risk = n.risk, "
    "rules_version = n.rules_version, digest = n.digest, closed_at = n.closed_at, version = s.version + n.bump, "
    "reading = d.reading FROM json_to_recordset(CAST(:rows AS json)) AS n(id uuid, document bigint, term_on date, "
    "alert_on date, wake_on date, risk text, rules_version text, digest bytea, closed_at timestamptz, bump bigint) "
    "JOIN unnest(CAST(:documents AS jsonb[])) WITH ORDINALITY AS d(reading, number) ON d.number = n.document + 1 "
    "WHERE s.tenant_id = :tenant AND s.id = n.id"
)
_LOG = text(
    "INSERT INTO recomputed (tenant_id, id, recomputation_id, saisine_id, before, after) "
    "SELECT :tenant, k.id, :recomputation, k.saisine_id, b.before, b.after "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:saisines AS uuid[]), CAST(:numbers AS bigint[])) "
    "AS k(id, saisine_id, number) "
    "JOIN ROWS FROM (unnest(CAST(:befores AS jsonb[])), unnest(CAST(:afters AS jsonb[]))) WITH ORDINALITY "
    "AS b(before, after, number) ON b.number = k.number + 1 ON CONFLICT DO NOTHING"
)
_SEE = text("SELECT s.id, s.reading FROM saisines s WHERE s.tenant_id = :tenant AND s.id = ANY(:ids)")
# What a statement changed is handed to the tallies whole: it should not go through a file.
_ROOM = text("SELECT set_config('work_mem', '32MB', true)")
_POSTPONE = text(
    "UPDATE duties d SET due_on = new.due_on FROM unnest(CAST(:messages AS uuid[]), CAST(:kinds AS text[]), "
    "CAST(:days AS date[])) AS new(message_id, kind, due_on) WHERE d.tenant_id = :tenant "
    "AND d.message_id = new.message_id AND d.kind = new.kind AND d.done_at IS NULL AND d.waived_at IS NULL "
    "AND d.due_on <> new.due_on"
)
# What is owed is locked before clocks by everybody else: here nobody is waited for.
_HELD = text(
    "WITH wanted AS MATERIALIZED (SELECT d.id, d.message_id FROM duties d "
    "JOIN unnest(CAST(:messages AS uuid[]), CAST(:kinds AS text[]), CAST(:days AS date[])) AS new(message_id, kind, due_on) "
    "ON d.message_id = new.message_id AND d.kind = new.kind WHERE d.tenant_id = :tenant AND d.done_at IS NULL "
    "AND d.waived_at IS NULL AND d.due_on <> new.due_on), "
    "free AS MATERIALIZED (SELECT d.id FROM duties d WHERE d.tenant_id = :tenant "
    "AND d.id IN (SELECT id FROM wanted) ORDER BY d.id FOR UPDATE SKIP LOCKED) "
    "SELECT DISTINCT message_id FROM wanted WHERE id NOT IN (SELECT id FROM free)"
)
# What the last recomputation confirmed is not written again: the reading stays the one of the rules that gave it.
_LAST_RULES = (
    "SELECT r.rules_version FROM recomputations r WHERE r.tenant_id = :tenant AND r.ended_at IS NOT NULL "
    "AND NOT r.dry_run ORDER BY r.id DESC LIMIT 1"
)
_CONFIRMED = text(f"SELECT :rules IS NOT DISTINCT FROM ({_LAST_RULES})")  # noqa: S608 — a constant of this file
_OLDER = text(
    "SELECT rules_version, count(*) AS clocks FROM saisines WHERE tenant_id = :tenant AND closed_at IS NULL "  # noqa: S608 — as above
    f"AND rules_version <> :rules AND :rules IS DISTINCT FROM ({_LAST_RULES}) "
    "GROUP BY rules_version ORDER BY rules_version"
)
_FIRST = UUID(int=0)
# Readings are heavy and not asked for; a digest is no part of the value.
_LIGHT = tuple(c for c in SaisineRecord.__table__.columns if c.name not in ("reading", "digest"))
_AS_OF = SaisineRecord.__table__.c.reading[AS_OF].astext.label(AS_OF)
_TICKETS = table("tickets", *map(column, ("tenant_id", "id", "reference"))).alias("t")
_RECOMPUTATION = tuple(c.name for c in RecomputationRecord.__table__.columns)


async def add(session: Session, recomputation: Recomputation) -> None:
    row = {name: getattr(recomputation, name) for name in _RECOMPUTATION}
    await insert_rows(session, RecomputationRecord, [row])


async def find(session: Session, tenant_id: UUID, recomputation_id: UUID) -> Recomputation | None:
    record = RecomputationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == recomputation_id)
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _recomputation(row) if row else None


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> list[Recomputation]:
    """Returns a page of recomputations, the latest first."""
    record = RecomputationRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id < after)
    rows = (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()
    return [_recomputation(row) for row in rows]


async def running(session: Session, tenant_id: UUID) -> list[Recomputation]:
    """Returns those not ended, the oldest first."""
    record = RecomputationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.ended_at.is_(None)).order_by(record.id)
    return [_recomputation(row) for row in (await session.execute(query)).scalars()]


async def advance(session: Session, before: Recomputation, after: Recomputation) -> bool:
    """Notes how far it is, unless another process has gone on from the same place: says whether it could."""
    record = RecomputationRecord
    query = (
        update(record)
        .where(
            record.tenant_id == before.tenant_id,
            record.id == before.id,
            record.ended_at.is_(None),
            record.position.is_not_distinct_from(before.position),
        )
        .values(
            position=after.position,
            seen=after.seen,
            changed=after.changed,
            earlier=after.earlier,
            unread=after.unread,
            beat_at=after.beat_at,
            ended_at=after.ended_at,
        )
        .returning(record.id)
    )
    return (await session.execute(query)).first() is not None


async def changes(
    session: Session, tenant_id: UUID, recomputation_id: UUID, *, after: UUID | None, limit: int
) -> list[Change]:
    """Returns a page of what a recomputation changed, in the order of the saisines."""
    record, saisine = RecomputedRecord, SaisineRecord
    query = (
        select(record.saisine_id, record.before, record.after, _TICKETS.c.id, _TICKETS.c.reference)
        .join(saisine, and_(saisine.tenant_id == record.tenant_id, saisine.id == record.saisine_id))
        .join(_TICKETS, and_(_TICKETS.c.tenant_id == saisine.tenant_id, _TICKETS.c.id == saisine.ticket_id))
        .where(record.tenant_id == tenant_id, record.recomputation_id == recomputation_id)
    )
    if after is not None:
        query = query.where(record.saisine_id > after)
    rows = await session.execute(query.order_by(record.saisine_id).limit(limit))
    return [Change(saisine_id=row[0], before=row[1], after=row[2], ticket_id=row[3], reference=row[4]) for row in rows]


async def span(session: Session, tenant_id: UUID, *, after: UUID | None, size: int) -> Span | None:
    """Returns the next `size` open saisines, None after the last: their bounds only, read in an index."""
    asked = {"tenant": tenant_id, "after": after or _FIRST}
    upto = (await session.execute(_LAST_OF, {**asked, "skipped": size - 1})).scalar_one_or_none()
    upto = upto or (await session.execute(_LAST, asked)).scalar_one_or_none()
    return Span(after, upto) if upto is not None else None


async def outlines(session: Session, tenant_id: UUID, wanted: Span | Sequence[UUID]) -> list[Outline]:
    """Returns the open saisines of a span, or some of them, each with its events, in one statement."""
    asked: dict[str, Any]
    if isinstance(wanted, Span):
        query, asked = _SPAN, {"tenant": tenant_id, "after": wanted.after or _FIRST, "upto": wanted.upto}
    else:
        query, asked = _THESE, {"tenant": tenant_id, "ids": list(wanted)}
    async with (await driver_connection(session)).cursor(binary=True) as cursor:
        await cursor.execute(query, asked)
        return [Outline(*row) for row in await cursor.fetchall()]


async def in_full(
    session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]
) -> dict[UUID, tuple[Saisine, list[LegalEvent]]]:
    """Returns saisines, of their readings the instant only, and all that each is read with, oldest first."""
    record, found = SaisineRecord, dict[UUID, tuple[Saisine, list[LegalEvent]]]()
    rows = await session.execute(
        select(*_LIGHT, _AS_OF).where(record.tenant_id == tenant_id, record.id.in_(saisine_ids))
    )
    events = await saisines.events_of(session, tenant_id, saisine_ids)
    for row in rows:
        found[row.id] = (_light(row, reading={AS_OF: getattr(row, AS_OF)}), events.get(row.id, []))
    return found


async def by_catalogue(
    session: Session, tenant_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> list[Saisine]:
    """Returns a page of the open saisines whose effect the catalogue gave, by procedure, without their readings."""
    record = SaisineRecord
    query = select(*_LIGHT).where(
        record.tenant_id == tenant_id,
        record.closed_at.is_(None),
        record.procedure.is_not(None),
        record.procedure_version.is_not(None),
    )
    if after is not None:
        query = query.where(tuple_(record.procedure, record.id) > after)
    rows = await session.execute(query.order_by(record.procedure, record.id).limit(limit))
    return [_light(row, reading={}) for row in rows]


async def make_room(session: Session) -> None:
    """Gives the statements of this transaction the memory a span takes."""
    await session.execute(_ROOM)


async def take(session: Session, tenant_id: UUID, stood: Mapping[UUID, int]) -> set[UUID]:
    """Locks those saisines that nobody holds, nor changed since they stood so; returns them."""
    if not stood:
        return set()
    asked = {"tenant": tenant_id, "ids": list(stood), "stood": list(stood.values())}
    return set((await session.execute(_TAKE, asked)).scalars())


async def readings(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Returns the stored readings of saisines."""
    if not saisine_ids:
        return {}
    rows = await session.execute(_SEE, {"tenant": tenant_id, "ids": list(saisine_ids)})
    return {row.id: row.reading for row in rows}


async def rewrite(
    session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]], *, documents: Sequence[str]
) -> None:
    """Writes saisines that were taken; `document` of a row is the rank of its reading, `bump` what its version gains."""
    if rows:
        asked = {"tenant": tenant_id, "rows": document_of(rows), "documents": list(documents)}
        await session.execute(_REWRITE, asked)


async def log(session: Session, recomputation: Recomputation, told: Mapping[UUID, tuple[str, str]]) -> None:
    """Keeps what changed of each saisine, before and after, as JSON; what is told again after a crash stays as first told."""
    if not told:
        return
    pairs = {pair: number for number, pair in enumerate(dict.fromkeys(told.values()))}
    befores, afters = zip(*pairs, strict=True)
    asked = {
        "tenant": recomputation.tenant_id,
        "recomputation": recomputation.id,
        "ids": [new_id() for _ in told],
        "saisines": list(told),
        "numbers": [pairs[pair] for pair in told.values()],
        "befores": list(befores),
        "afters": list(afters),
    }
    await session.execute(_LOG, asked)


async def held(session: Session, tenant_id: UUID, due: Sequence[tuple[UUID, str, Any]]) -> set[UUID]:
    """Locks the acknowledgements whose day would move; returns the messages of which somebody else holds one."""
    if not due:
        return set()
    messages, kinds, days = zip(*due, strict=True)
    asked = {"tenant": tenant_id, "messages": list(messages), "kinds": list(kinds), "days": list(days)}
    return set((await session.execute(_HELD, asked)).scalars())


async def postpone(session: Session, tenant_id: UUID, due: Sequence[tuple[UUID, str, Any]]) -> None:
    """Moves the days of acknowledgements still owed, each by its message and kind."""
    if due:
        messages, kinds, days = zip(*due, strict=True)
        await session.execute(
            _POSTPONE, {"tenant": tenant_id, "messages": list(messages), "kinds": list(kinds), "days": list(days)}
        )


async def told(session: Session, tenant_id: UUID, recomputation_id: UUID) -> tuple[int, int]:
    """Counts the clocks a recomputation changed, and those of them that silence would now decide earlier."""
    record = RecomputedRecord
    query = select(func.count(), func.count().filter(record.after["earlier"].as_boolean())).where(
        record.tenant_id == tenant_id, record.recomputation_id == recomputation_id
    )
    changed, earlier = (await session.execute(query)).one()
    return changed, earlier


async def confirmed(session: Session, tenant_id: UUID, *, rules: str) -> bool:
    """Tells whether the last recomputation that ended read every open clock under these rules."""
    return bool((await session.execute(_CONFIRMED, {"tenant": tenant_id, "rules": rules})).scalar_one())


async def older(session: Session, tenant_id: UUID, *, rules: str) -> dict[str, int]:
    """Returns how many open clocks were last read under each other table of rules."""
    return {
        row.rules_version: row.clocks for row in await session.execute(_OLDER, {"tenant": tenant_id, "rules": rules})
    }


def _recomputation(row: RecomputationRecord) -> Recomputation:
    return Recomputation(**{name: getattr(row, name) for name in _RECOMPUTATION})


def _light(row: Row[*tuple[Any, ...]], *, reading: Mapping[str, Any]) -> Saisine:
    values = {column.name: getattr(row, column.name) for column in _LIGHT}
    return Saisine(**{**values, "regime": Regime(row.regime), "risk": Risk(row.risk), "reading": reading})
