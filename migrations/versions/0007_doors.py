"""What a door does for each delivery, in one statement whose plan the server remembers: keep it, wake the intake once."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A wake-up that still waits is not deferred again: under load one job stands for many deliveries. Whoever finds one
# waiting relies on it, so it must not be taken over before the finder has committed. The finder holds the shared lock
# until then, and whoever takes wake-ups over takes the exclusive one first (app/jobs/queue.py). Each statement of a
# volatile function sees what was committed when it starts, hence after the lock was had.
WAKE_ONCE = """
CREATE FUNCTION wake_once(a_task text, a_lock text, some_args jsonb) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(a_lock, 0));
  IF NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = a_lock AND task_name = a_task AND status = 'todo'
                 AND (scheduled_at IS NULL OR scheduled_at <= now())) THEN
    PERFORM procrastinate_defer_jobs_v1(
      ARRAY[ROW('default', a_task, 0, a_lock, NULL, some_args, NULL)::procrastinate_job_to_defer_v1]);
  END IF;
END $$
"""

# The tenant is set before the row is written, which row-level security then checks. The wake-up comes in the same
# transaction: neither is ever there without the other.
KEEP_RECEPTION = """
CREATE FUNCTION keep_reception(
  a_tenant uuid, an_id uuid, a_channel uuid, a_door text, a_method text, a_url text, some_headers jsonb,
  an_envelope jsonb, a_raw bytea, a_sha256 text, a_remote text, a_verdict boolean, an_instant timestamptz
) RETURNS void LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('app.tenant', a_tenant::text, true);
  INSERT INTO receptions (tenant_id, id, channel_id, door, method, url, headers, envelope, raw, sha256, size, remote,
                          verified, received_at, state, attempts, next_attempt_at)
  VALUES (a_tenant, an_id, a_channel, a_door, a_method, a_url, some_headers, an_envelope, a_raw, a_sha256,
          octet_length(a_raw), a_remote, a_verdict, an_instant, 'queued', 0, an_instant);
  PERFORM wake_once('intake', 'intake:' || a_tenant, jsonb_build_object('tenant', a_tenant::text));
END $$
"""


def upgrade() -> None:
    op.execute("CREATE INDEX parvis_jobs_waiting ON procrastinate_jobs (lock) WHERE status = 'todo'")
    op.execute(WAKE_ONCE)
    op.execute(KEEP_RECEPTION)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION keep_reception"
        "(uuid, uuid, uuid, text, text, text, jsonb, jsonb, bytea, text, text, boolean, timestamptz)"
    )
    op.execute("DROP FUNCTION wake_once(text, text, jsonb)")
    op.execute("DROP INDEX parvis_jobs_waiting")
