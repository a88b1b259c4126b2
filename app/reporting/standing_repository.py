"""Every SQL statement of how the service of one administration stands: three, whatever there is."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.db.transaction import Session
from app.exchanges import accounting
from app.reporting.standing import DAYS, Day, Facts, Hour, days
from app.sve.warning.pulse import beat_of

_FACTS = text(
    """
    SELECT t.created_at AS founded_at, t.time_zone,
           (SELECT min(next_attempt_at) FROM receptions WHERE tenant_id = t.id AND state = 'queued') AS queued_since,
           (SELECT count(*) FROM receptions WHERE tenant_id = t.id AND state = 'held') AS held,
           (SELECT min(next_attempt_at) FROM outbound
             WHERE tenant_id = t.id AND state IN ('frozen', 'sending')) AS sending_since,
           o.unknown, o.failed, c.last_inbound_at, c.silent, c.to_reconnect, l.made_at AS ledger_at, l.unexplained
      FROM tenants t
      CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE state = 'unknown') AS unknown,
                  count(*) FILTER (WHERE state <> 'unknown') AS failed
             FROM outbound WHERE tenant_id = t.id AND state IN ('unknown', 'failed', 'bounced')) o
      CROSS JOIN LATERAL (
           SELECT max(last_inbound_at) AS last_inbound_at,
                  (array_agg(name ORDER BY name) FILTER (WHERE silent_since IS NOT NULL))[1\\:20] AS silent,
                  (array_agg(name ORDER BY name) FILTER (WHERE state IN ('needs_reauth', 'broken')))[1\\:20] AS to_reconnect
             FROM channels WHERE tenant_id = t.id AND removed_at IS NULL AND state <> 'paused') c
      LEFT JOIN LATERAL (
           SELECT made_at, unexplained FROM ledger_rounds WHERE tenant_id = t.id ORDER BY hour_at DESC LIMIT 1) l ON true
     WHERE t.id = :tenant
    """
)


async def facts_of(session: Session, tenant_id: UUID, *, now: datetime) -> Facts:
    """Returns what stands now; sendings of requests the person asking may not see are not counted."""
    row = (await session.execute(_FACTS, {"tenant": tenant_id})).one()
    beat = await beat_of(session, tenant_id, now=now)
    return Facts(
        queued_since=row.queued_since,
        sending_since=row.sending_since,
        held=row.held,
        unknown=row.unknown,
        failed=row.failed,
        last_inbound_at=row.last_inbound_at,
        silent=row.silent or (),
        to_reconnect=row.to_reconnect or (),
        watch_age=beat.round_age,
        watch_on_time=beat.on_time,
        watch_alive=beat.alive,
        ledger_at=row.ledger_at,
        unexplained=row.unexplained or 0,
        founded_at=row.founded_at,
    )


async def days_of(session: Session, tenant_id: UUID, *, now: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """Returns how the last ninety days went."""
    kept = await accounting.hours(session, tenant_id, since=now - timedelta(days=DAYS + 1))
    counted = [Hour(hour_at=one.hour_at, late=one.late, unexplained=one.unexplained) for one in kept]
    return days(counted, now=now, zone=zone)
