"""How long each statement of a migration may wait for its lock: what keeps others out, a moment; what disturbs nobody, long.

Who waits for a lock that readers or writers need keeps all who come after waiting too. Building an index beside everybody's
work, or making sure of a check, waits for transactions to end while everybody works on.
"""

import re
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, event

from app.db.patience import MOMENT

LONG = "30min"
ROWS = "5s"  # rows that others hold
_BESIDE_OTHERS = re.compile(r"\b(CONCURRENTLY|VALIDATE\s+CONSTRAINT)\b", re.IGNORECASE)
_MOVES_TABLES = re.compile(r"\s*(ALTER|CREATE|DROP|COMMENT|GRANT|REVOKE|LOCK|TRUNCATE)\b", re.IGNORECASE)


def lock_wait(statement: str) -> str:
    """Returns what `lock_timeout` a statement is given."""
    if _BESIDE_OTHERS.search(statement):
        return LONG
    return MOMENT if _MOVES_TABLES.match(statement) else ROWS


def wait_by_statement(connection: Connection) -> None:
    """Has every statement of a connection given its own time."""

    def give(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        # In a transaction that failed nothing is understood but its going back: to a savepoint, as a statement.
        if cursor.connection.info.transaction_status != TransactionStatus.INERROR:
            cursor.execute(f"SET lock_timeout = '{lock_wait(statement)}'")

    event.listen(connection, "before_cursor_execute", give)
