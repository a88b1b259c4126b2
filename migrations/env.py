"""What Alembic runs: the connection, and sometimes the tables, are handed over by `app.db.migrate`."""

from typing import Any

from alembic import context

from app.db.partitioning import is_part


def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:  # noqa: FBT001 — Alembic's signature
    """The job queue brings its own schema, and parts of a divided table are made as time goes: no revision compares them."""
    return not (kind == "table" and name is not None and (name.startswith("procrastinate_") or is_part(name)))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    include_object=ours,
    compare_type=True,
    # Each revision commits alone: locks are short, and a run cut off half-way goes on from where it was.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
