"""How a migration takes a lock that everybody needs: for a moment at a time, so that nobody queues behind it.

Who waits for an exclusive lock keeps all who come after waiting too. A migration therefore asks for half a second, lets
everybody pass, and asks again.
"""

import time

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

MOMENT = "500ms"
PAUSE_S = 0.5
TRIES = 60
_NOT_HAD = "55P03"  # lock_not_available


def patiently(statement: str) -> None:
    """Runs a statement that takes a lock of a busy table. Raises the last refusal after some forty to sixty seconds."""
    bind = op.get_bind()
    driver = bind.connection.driver_connection
    alone = driver is not None and driver.autocommit
    usual = bind.execute(text("SHOW lock_timeout")).scalar_one()
    bind.execute(text(f"SET lock_timeout = '{MOMENT}'"))
    try:
        for tried in range(1, TRIES + 1):
            try:
                if alone:
                    bind.execute(text(statement))
                else:
                    with bind.begin_nested():
                        bind.execute(text(statement))
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != _NOT_HAD or tried == TRIES:
                    raise
                time.sleep(PAUSE_S)
            else:
                return
    finally:
        bind.execute(text(f"SET lock_timeout = '{usual}'"))
