"""What came is a value: no statement and no name of a column is made of it (T109; Chatwoot, GLPI, osTicket)."""

import ast
import re

from tests.security.code import nodes

SPEAKS = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|ALTER TABLE|CREATE|GRANT|LISTEN|SET [a-z_]+ =)\b")
# Functions that write a statement out of words, and whose words they are.
WRITING = {
    "app/backups/aftermath.py": "names of mapped columns; values as one quoted document, in a file for psql",
    "app/db/bulk.py": "names of mapped tables and columns",
    "app/db/embedded/roles.py": "names of roles of the installation",
    "app/db/embedded/root.py": "the embedded server's own",
    "app/db/migrate.py": "a duration of ours",
    "app/db/partitioning.py": "names of our tables and a reach of ours, in revisions",
    "app/db/sightlines.py": "policies, written by migrations",
    "app/db/tenancy.py": "policies, written by migrations",
    "app/jobs/setting_aside.py": "names of tables given by the composition root",
    "app/live/over_postgres.py": "a name of ours",
    "app/sve/warning/reply_windows.py": "names of columns of ours",
    "app/vault/columns.py": "names of mapped tables and columns",
}


def test_no_statement_is_written_from_what_came() -> None:
    """Statements are constants of their module; those few made in a function are made of our own names."""
    found = set()
    inside = (
        (path, node)
        for path, function in nodes()
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.JoinedStr)
    )
    for path, node in inside:
        if SPEAKS.search("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))):
            found.add(path)
    assert found <= set(WRITING), found - set(WRITING)
