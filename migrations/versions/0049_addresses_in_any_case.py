"""People are found by their whole address in any case.

Under row-level security a condition on `lower(address)` leads no index: `lower` is not leakproof. The address in lower
case is therefore a column, kept by a trigger so that the version that serves meanwhile writes it too.
"""

import time

import sqlalchemy as sa
from alembic import op

from app.db.patience import patiently

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BATCH = 2_000
_PAUSE_S = 0.2  # between two looks at rows that others hold
_TENANTS = "SELECT id FROM tenant_directory() UNION SELECT id FROM departures"
_ADDRESS_KEY = """
CREATE OR REPLACE FUNCTION address_in_lower_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.address_key := lower(NEW.address);
  RETURN NEW;
END $$
"""
# Whoever changes a point meanwhile fills it by the trigger: what they hold is passed by, and looked for again.
_FILL_ADDRESSES = """
UPDATE contact_points p SET address_key = lower(p.address)
FROM (SELECT id FROM contact_points WHERE tenant_id = current_tenant() AND address_key IS NULL
      LIMIT :most FOR NO KEY UPDATE SKIP LOCKED) AS batch
WHERE p.tenant_id = current_tenant() AND p.id = batch.id
"""
_UNFILLED_ADDRESSES = (
    "SELECT EXISTS (SELECT FROM contact_points WHERE tenant_id = current_tenant() AND address_key IS NULL)"
)


def upgrade() -> None:
    patiently("ALTER TABLE contact_points ADD COLUMN IF NOT EXISTS address_key text")
    op.execute(_ADDRESS_KEY)
    op.execute("DROP TRIGGER IF EXISTS address_in_lower_case ON contact_points")
    patiently(
        "CREATE TRIGGER address_in_lower_case BEFORE INSERT OR UPDATE OF address ON contact_points "
        "FOR EACH ROW EXECUTE FUNCTION address_in_lower_case()"
    )
    with op.get_context().autocommit_block():
        _fill(_FILL_ADDRESSES, _UNFILLED_ADDRESSES)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_contact_points_address_key")
        op.execute("CREATE INDEX CONCURRENTLY ix_contact_points_address_key ON contact_points (tenant_id, address_key)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_contact_points_address_key")
    op.execute("DROP TRIGGER address_in_lower_case ON contact_points")
    op.execute("DROP FUNCTION address_in_lower_case()")
    op.execute("ALTER TABLE contact_points DROP COLUMN address_key")


def _fill(some: str, left: str) -> None:
    """Fills what is not filled, some rows a transaction, one administration after the other under its own policies."""
    connection = op.get_bind()
    for (tenant_id,) in connection.execute(sa.text(_TENANTS)).all():
        connection.execute(sa.text("SELECT set_config('app.tenant', :tenant, false)"), {"tenant": str(tenant_id)})
        while connection.execute(sa.text(left)).scalar_one():
            if not connection.execute(sa.text(some), {"most": BATCH}).rowcount:
                time.sleep(_PAUSE_S)
    connection.execute(sa.text("SELECT set_config('app.tenant', '', false)"))
