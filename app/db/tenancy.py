"""What migrations say of every tenant table: row-level security, forced, and what the application's role may do."""

from alembic import op

APP_ROLE = "parvis_app"


def guard(table: str, *, may: str | None, key: str = "tenant_id", shown_to_holder_of: str | None = None) -> None:
    """Turns row-level security on for a table, for its owner too, and grants the application's role `may`, or nothing.

    `shown_to_holder_of` is an SQL condition on `presented()`: a door that presents the row's own opaque key sees that
    row before it knows the tenant. No tenant and nothing presented means no rows.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY of_tenant ON {table} USING ({key} = current_tenant()) WITH CHECK ({key} = current_tenant())"
    )
    if shown_to_holder_of:
        op.execute(f"CREATE POLICY of_holder ON {table} FOR SELECT USING ({shown_to_holder_of})")
    if may is not None:
        op.execute(f"GRANT {may} ON {table} TO {APP_ROLE}")
