"""What a migration may wait for, statement by statement."""

import pytest

from app.db.lock_waits import LONG, ROWS, lock_wait
from app.db.patience import MOMENT


@pytest.mark.parametrize(
    ("statement", "waits"),
    [
        ("ALTER TABLE tickets ADD COLUMN x text", MOMENT),
        ("\n  create trigger t BEFORE INSERT ON messages", MOMENT),
        ("CREATE TABLE answers (FOREIGN KEY (ticket_id) REFERENCES tickets)", MOMENT),
        ("DROP INDEX ix_tickets_closed", MOMENT),
        ("LOCK TABLE tickets", MOMENT),
        ("CREATE INDEX CONCURRENTLY ix_x ON tickets (x)", LONG),
        ("DROP INDEX CONCURRENTLY IF EXISTS ix_x", LONG),
        ("ALTER TABLE messages VALIDATE CONSTRAINT ck_x", LONG),
        ("UPDATE messages SET length = 1", ROWS),
        ("SELECT set_config('app.tenant', '', false)", ROWS),
    ],
)
def test_what_keeps_others_out_waits_a_moment_and_what_disturbs_nobody_long(statement: str, waits: str) -> None:
    assert lock_wait(statement) == waits
