"""Rules may wait in hours of opening."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_TENANTS = "SELECT id FROM tenant_directory() UNION SELECT id FROM departures"
# The version before knows neither hours of opening nor requests set aside: what it would read otherwise acts no more.
_LEFT_BEHIND = (
    "UPDATE automations SET enabled = false, version = version + 1 WHERE tenant_id = current_tenant() AND business_hours",
    (
        "DELETE FROM automations WHERE tenant_id = current_tenant() "
        "AND NOT jsonb_path_exists(acts, '$.all[*] ? (@.kind != \"snooze\")')"
    ),
    (
        "UPDATE automations SET enabled = false, version = version + 1, "
        "acts = jsonb_build_object('all', jsonb_path_query_array(acts, '$.all[*] ? (@.kind != \"snooze\")')) "
        "WHERE tenant_id = current_tenant() AND jsonb_path_exists(acts, '$.all[*] ? (@.kind == \"snooze\")')"
    ),
)


def upgrade() -> None:
    # The version that serves meanwhile names no such column: its rules wait in hours of the day.
    op.add_column("automations", sa.Column("business_hours", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    connection = op.get_bind()
    for (tenant_id,) in connection.execute(sa.text(_TENANTS)).all():
        connection.execute(sa.text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": str(tenant_id)})
        for statement in _LEFT_BEHIND:
            connection.execute(sa.text(statement))
    connection.execute(sa.text("SELECT set_config('app.tenant', '', true)"))
    op.drop_column("automations", "business_hours")
