"""Every SQL statement about what is near: a box the index finds, then metres, one row a ticket, one statement a screen."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.tickets.nearness import EARTH_M, Around, Near, Place, box
from app.tickets.values import Status

MOST = 20
_LAT = "((m.geo -> 'lat'::text)::double precision)"
_LON = "((m.geo -> 'lon'::text)::double precision)"
# Word for word what the index `ix_messages_place` holds: anything else would read every message.
_PLACED = (
    "m.direction = 'in'::text AND jsonb_typeof(m.geo -> 'lat'::text) = 'number'::text "
    "AND jsonb_typeof(m.geo -> 'lon'::text) = 'number'::text"
)
_MATTER = "COALESCE(NULLIF(m.fields ->> 'service_code', ''), m.channel_id::text)"
_METRES = (
    f"2 * {EARTH_M} * asin(LEAST(1, sqrt(power(sin(radians({_LAT} - :lat) / 2), 2) "
    f"+ cos(radians(:lat)) * cos(radians({_LAT})) * power(sin(radians({_LON} - :lon) / 2), 2))))"
)
_AROUND = text(
    "SELECT t.id AS ticket_id, t.reference, t.subject, t.status, t.received_at, min(near.metres) AS metres, "  # noqa: S608 — constants of this module
    "count(*) AS reports, bool_or(near.matter = :matter) AS same_matter FROM ("
    f"SELECT m.ticket_id, {_METRES} AS metres, {_MATTER} AS matter FROM messages m WHERE m.tenant_id = :tenant "
    f"AND {_PLACED} AND {_LAT} BETWEEN :south AND :north AND {_LON} BETWEEN :west AND :east "
    "AND m.received_at >= :since) near "
    "JOIN tickets t ON t.tenant_id = :tenant AND t.id = near.ticket_id "
    "WHERE near.metres <= :radius AND t.merged_into IS NULL AND t.status NOT IN ('resolved', 'closed') "
    "AND t.id IS DISTINCT FROM CAST(:but AS uuid) GROUP BY t.tenant_id, t.id "
    "HAVING NOT :only_same OR (t.confidential_at IS NULL AND bool_or(near.matter = :matter)) ORDER BY metres, t.id LIMIT :most"
)
_SITE = text(
    f"SELECT m.geo, m.channel_id, {_MATTER} AS matter FROM messages m WHERE m.tenant_id = :tenant "  # noqa: S608 — as above
    f"AND m.ticket_id = :ticket AND {_PLACED} ORDER BY m.received_at, m.id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a ticket's first located message is, the channel it came by, and what it is about."""

    place: Place
    channel_id: UUID
    matter: str


async def site(session: Session, tenant_id: UUID, ticket_id: UUID) -> Site | None:
    """Returns where a ticket is; None when no message of it says so."""
    row = (await session.execute(_SITE, {"tenant": tenant_id, "ticket": ticket_id})).one_or_none()
    place = Place.of(row.geo) if row else None
    return Site(place, row.channel_id, row.matter) if row and place else None


async def around(
    session: Session, tenant_id: UUID, site: Site, rule: Around, *, but: UUID | None = None, most: int = MOST
) -> list[Near]:
    """Returns the open tickets around a place, whatever they are about, the nearest first; `but` is left out."""
    return await _near(session, tenant_id, site, rule, but=but, most=most, only_same=False)


async def about_the_same(
    session: Session, tenant_id: UUID, site: Site, rule: Around, *, most: int = MOST
) -> list[Near]:
    """Returns the open tickets around a place that came by the same form, or name the same service: for citizens.

    A confidential one is nobody's to know of, nor to join.
    """
    return await _near(session, tenant_id, site, rule, but=None, most=most, only_same=True)


async def _near(
    session: Session, tenant_id: UUID, site: Site, rule: Around, *, but: UUID | None, most: int, only_same: bool
) -> list[Near]:
    bounds = box(site.place, rule.radius_m)
    asked: dict[str, Any] = {
        "tenant": tenant_id,
        "lat": site.place.lat,
        "lon": site.place.lon,
        "south": bounds.south,
        "north": bounds.north,
        "west": bounds.west,
        "east": bounds.east,
        "radius": rule.radius_m,
        "since": rule.since,
        "matter": site.matter,
        "only_same": only_same,
        "but": but,
        "most": most,
    }
    rows = await session.execute(_AROUND, asked)
    return [Near(**{**row, "status": Status(row["status"])}) for row in rows.mappings()]
