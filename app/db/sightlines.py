"""What migrations say of the rows that hang on a request: one person sees them when they see the request.

A restrictive policy beside the tenant's: `(SELECT current_viewer()) IS NULL` is worked out once a statement, so that
the house's own work and programs' keys pay nothing for it. Writing is judged by the tenant's policy alone: who may
change what is decided by rights, and a request handed over to another team leaves one's sight by that very change.
"""

from alembic import op

FUNCTIONS = """
CREATE FUNCTION current_viewer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.viewer', true), '')::uuid $$;
CREATE FUNCTION viewer_reach() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(NULLIF(current_setting('app.reach', true), ''), 'assigned') $$;
CREATE FUNCTION viewer_teams() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(NULLIF(current_setting('app.teams', true), ''), '{}')::uuid[] $$;
"""
DROPPED = "DROP FUNCTION current_viewer(); DROP FUNCTION viewer_reach(); DROP FUNCTION viewer_teams();"
_HOUSE = "(SELECT current_viewer()) IS NULL"
# `assigned` sees its own; `teams` those of its teams and what nobody has yet; `all` everything; what is confidential
# is its team's and its agent's alone.
_TICKET = """
assignee_id = (SELECT current_viewer())
OR ((SELECT viewer_reach()) <> 'assigned' AND team_id = ANY ((SELECT viewer_teams())::uuid[]))
OR (confidential_at IS NULL AND ((SELECT viewer_reach()) = 'all'
    OR ((SELECT viewer_reach()) = 'teams' AND team_id IS NULL AND assignee_id IS NULL)))
"""
# What an absent colleague lends, for as long as the transaction says so: the requests given to them and those of their
# teams; confidential ones only where the colleague said so (`people_closed`, `teams_closed`).
LOANS = """
CREATE FUNCTION viewer_lent(kind text) RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT COALESCE(NULLIF(current_setting('app.lent_' || kind, true), ''), '{}')::uuid[] $$;
"""
DROPPED_LOANS = "DROP FUNCTION viewer_lent(text);"
_LENT = """
OR (confidential_at IS NULL AND (assignee_id = ANY ((SELECT viewer_lent('people'))::uuid[])
    OR team_id = ANY ((SELECT viewer_lent('teams'))::uuid[])))
OR assignee_id = ANY ((SELECT viewer_lent('people_closed'))::uuid[])
OR team_id = ANY ((SELECT viewer_lent('teams_closed'))::uuid[])
"""


def tickets_in_sight() -> None:
    """Hides from a person the requests beyond their reach, and beyond that of the colleagues they stand in for."""
    _see_tickets(_TICKET + _LENT)


def tickets_in_sight_without_loans() -> None:
    """Hides from a person the requests beyond their own reach."""
    _see_tickets(_TICKET)


def _see_tickets(seen: str) -> None:
    op.execute(f"CREATE POLICY in_sight ON tickets AS RESTRICTIVE FOR ALL USING ({_HOUSE} OR {seen}) WITH CHECK (true)")


def in_sight(
    table: str, *, by: str, of: str = "tickets", key: str = "id", optional: bool = False, policy: str = "in_sight"
) -> None:
    """Hides rows of a table whose column `by` names no visible row of `of` by its `key`; `optional`: it may name none.

    A row that names two requests has a second `policy`: who does not see both sees neither end.
    """
    seen = _seen(table, by=by, of=of, key=key, optional=optional)
    op.execute(f"CREATE POLICY {policy} ON {table} AS RESTRICTIVE FOR ALL USING ({seen}) WITH CHECK (true)")


def sight_one_by_one(table: str, *, by: str, of: str = "tickets", key: str = "id", optional: bool = False) -> None:
    """Looks each row's parent up by its key, never all parents at once.

    PostgreSQL may answer EXISTS from a hash of every parent, and chooses it by how many rows a list could have, not by
    the fifty it shows: a page of the log then walks all requests. What has an OFFSET it cannot hash.
    """
    seen = _seen(table, by=by, of=of, key=key, optional=optional, held=" OFFSET 0")
    op.execute(f"ALTER POLICY in_sight ON {table} USING ({seen})")


def sight_by_any_way(table: str, *, by: str, of: str = "tickets", key: str = "id", optional: bool = False) -> None:
    """Leaves PostgreSQL the choice again, as `in_sight` does."""
    op.execute(f"ALTER POLICY in_sight ON {table} USING ({_seen(table, by=by, of=of, key=key, optional=optional)})")


def _seen(table: str, *, by: str, of: str, key: str, optional: bool, held: str = "") -> str:
    seen = (
        f"EXISTS (SELECT FROM {of} seen WHERE seen.tenant_id = {table}.tenant_id AND seen.{key} = {table}.{by}{held})"
    )
    none = f"{by} IS NULL OR " if optional else ""
    return f"{_HOUSE} OR {none}{seen}"
