"""What a restored database is told before it is committed: SQL that runs in the transaction that fills it.

Three things must be true at once, or a house just restored would do harm: the order of the event log goes on, nothing
that may already have left leaves again, and the journal says what happened.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.audit.journal import rows_of as audit_rows
from app.backups.manifest import Header
from app.backups.repository import quoted
from app.exchanges.breaker import RESTORED_UNTIL, LaneState
from app.exchanges.facts import HouseRestored
from app.exchanges.outbox import OutState
from app.facts import Actor, Fact
from app.identity.doors_repository import Purpose
from app.identity.grants import GrantState
from app.live.events import rows_of as event_rows

BEGINNING = """
\\set VERBOSITY terse
\\set SHOW_CONTEXT never
BEGIN;
DO $$ BEGIN
  -- Looked at again where nobody can come in between: what is dropped holds no administration.
  IF to_regclass('public.tenants') IS NOT NULL THEN
    LOCK TABLE public.tenants IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM public.tenants) THEN
      RAISE EXCEPTION 'this house holds an administration: a backup is restored into an empty one only';
    END IF;
  END IF;
END $$;
DROP SCHEMA IF EXISTS public CASCADE;
"""
# Row-level security is forced on the owner too: for these statements alone it is not, and nobody else sees them.
_OPEN = """
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
SET search_path = public, pg_catalog;
SET standard_conforming_strings = on;
CREATE TEMPORARY TABLE parvis_forced ON COMMIT DROP AS
  SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity;
DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT name FROM pg_temp.parvis_forced LOOP EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', one); END LOOP;
END $$;
"""
_SAME = """
DO $$ DECLARE told record; found bigint; BEGIN
  IF (SELECT coalesce(json_agg(id ORDER BY id)::text, '[]') FROM public.tenants) IS DISTINCT FROM
     (SELECT coalesce(json_agg(value::uuid ORDER BY value::uuid)::text, '[]') FROM json_array_elements_text({tenants}::json)) THEN
    RAISE EXCEPTION 'the administrations of the database are not those this backup names';
  END IF;
  FOR told IN SELECT key, value::bigint AS count FROM json_each_text({rows}::json) LOOP
    EXECUTE format('SELECT count(*) FROM public.%I', told.key) INTO found;
    IF found <> told.count THEN RAISE EXCEPTION 'the table % holds % rows and the backup counted %', told.key, found, told.count; END IF;
  END LOOP;
END $$;
"""
# The order of the log is (transaction, id), and a new cluster counts its transactions from the beginning: what comes
# from the backup moves below zero, in the same order; whatever is written from now on stands above.
_REBASE = """
DO $$ DECLARE top bigint; BEGIN
  SELECT coalesce(max(x), 0) + 1 INTO top FROM (
    SELECT max(xid) AS x FROM public.events UNION ALL SELECT max(xid) FROM public.audit_entries
    UNION ALL SELECT max(xid) FROM public.audit_seals UNION ALL SELECT max(position_xid) FROM public.webhook_endpoints) AS every;
  UPDATE public.events SET xid = xid - top;
  UPDATE public.audit_entries SET xid = xid - top;
  UPDATE public.audit_seals SET xid = xid - top;
  UPDATE public.webhook_endpoints SET position_xid = position_xid - top, lease = NULL, lease_until = NULL;
  -- A backup of a schema from before automations, or from before the log was divided, has none.
  IF to_regclass('public.automation_places') IS NOT NULL THEN
    EXECUTE 'UPDATE public.automation_places SET position_xid = least(position_xid - $1, 0)' USING top;
  END IF;
  IF to_regclass('public.forgotten_events') IS NOT NULL THEN
    EXECUTE 'UPDATE public.forgotten_events SET xid = xid - $1' USING top;
  END IF;
END $$;
"""
_PAUSE = """
UPDATE public.outbound SET state = '{unknown}', settled_at = {at}, next_attempt_at = NULL, lease_until = NULL,
  detail = {detail}, version = version + 1 WHERE state IN ('{frozen}', '{sending}');
UPDATE public.outbound SET next_attempt_at = NULL WHERE state = '{unknown}' AND next_attempt_at IS NOT NULL;
INSERT INTO public.outgoing_lanes (tenant_id, channel_id, state, failures, openings, held_until, reason)
  SELECT tenant_id, id, '{restored}', 0, 0, {until}, {reason} FROM public.channels
  ON CONFLICT (tenant_id, channel_id) DO UPDATE SET state = EXCLUDED.state, failures = 0, failing_since = NULL,
    openings = 0, held_until = EXCLUDED.held_until, reason = EXCLUDED.reason;
UPDATE public.sessions SET ended_at = {at} WHERE ended_at IS NULL;
-- An administration without channels has webhooks all the same.
UPDATE public.tenants SET settings = jsonb_set(settings, '{{outgoing_held}}', to_jsonb({reason}::text));
"""
# What somebody may have cut or used since: an operator's access is asked for again, and so is a new password. A backup
# of a schema from before them has neither.
_DOORS = """
DO $$ BEGIN
  IF to_regclass('public.operator_grants') IS NOT NULL THEN
    UPDATE public.operator_grants SET state = '{ended}', ended_at = {at}, ended_by_name = {by}, link_digest = NULL,
      version = version + 1 WHERE state = '{approved}';
  END IF;
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.invitations') AND attname = 'purpose') THEN
    UPDATE public.invitations SET revoked_at = {at}
     WHERE purpose = '{reset}' AND used_at IS NULL AND revoked_at IS NULL;
  END IF;
END $$;
"""
_CLOSE = """
DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT name FROM pg_temp.parvis_forced LOOP EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', one); END LOOP;
END $$;
COMMIT;
ANALYZE;
"""


def ending(header: Header, *, at: datetime) -> Iterator[str]:
    """Yields the statements that follow the dump; the last of them commits."""
    yield _OPEN
    yield _SAME.format(tenants=quoted([str(one.id) for one in header.administrations]), rows=quoted(dict(header.rows)))
    yield _REBASE
    made = f"{header.made_at:%d/%m/%Y %H:%M} UTC"
    yield _PAUSE.format(
        unknown=OutState.UNKNOWN.value,
        frozen=OutState.FROZEN.value,
        sending=OutState.SENDING.value,
        restored=LaneState.RESTORED.value,
        at=_instant(at),
        until=_instant(RESTORED_UNTIL),
        detail=_text(f"restauré de la sauvegarde du {made} : peut-être parti depuis, à vérifier"),
        reason=_text(f"données restaurées de la sauvegarde du {made}"),
    )
    yield _DOORS.format(
        ended=GrantState.ENDED.value,
        approved=GrantState.APPROVED.value,
        reset=Purpose.RESET.value,
        at=_instant(at),
        by=_text("restauration d'une sauvegarde"),
    )
    facts = [
        HouseRestored(
            tenant_id=one.id,
            subject_id=one.id,
            at=at,
            actor=Actor("operator"),
            backup_made_at=header.made_at,
            pending=one.pending,
        )
        for one in header.administrations
    ]
    yield from _written(facts)
    yield _CLOSE


def _written(facts: Sequence[Fact]) -> Iterator[str]:
    """The facts as their own sinks write them, in the transaction of what they tell."""
    for table, rows in (("events", event_rows(facts)), ("audit_entries", audit_rows(facts))):
        if rows:
            yield _insert(table, rows)


def _insert(table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    names = ", ".join(rows[0])
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return (
        f"INSERT INTO public.{table} ({names}) SELECT {names} "  # noqa: S608 — names of mapped columns only
        f"FROM json_populate_recordset(NULL::public.{table}, {quoted(plain)}::json);\n"
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (dict, list, str, int, float, bool)) or value is None else str(value)


def _instant(at: datetime) -> str:
    return f"'{at.isoformat()}'::timestamptz"


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
