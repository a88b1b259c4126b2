"""What came is a value: no statement, no name of a column, no pattern is made of it (T109; Chatwoot, GLPI, osTicket)."""

import ast
import re
from itertools import product

from tests.api.conftest import Town
from tests.security.code import nodes

SPEAKS = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|ALTER TABLE|CREATE|GRANT|LISTEN|SET [a-z_]+ =)\b")
# Functions that write a statement out of words, and whose words they are.
WRITING = {
    "app/db/bulk.py": "names of mapped tables and columns",
    "app/db/embedded/roles.py": "names of roles of the installation",
    "app/db/embedded/root.py": "the embedded server's own",
    "app/db/migrate.py": "a duration of ours",
    "app/db/sightlines.py": "policies, written by migrations",
    "app/db/tenancy.py": "policies, written by migrations",
    "app/live/over_postgres.py": "a name of ours",
    "app/sve/warning/reply_windows.py": "names of columns of ours",
    "app/vault/columns.py": "names of mapped tables and columns",
}
HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE tickets;--",
    "1) UNION SELECT secret FROM api_keys--",
    "\\'; SELECT pg_sleep(9)--",
    "%' AND 1=CAST((SELECT version()) AS int)--",
    "$1 :name %(x)s {0} ${jndi}",
    "a & | ! ( ) <-> :* 'b' 'c",
    "* %_% \\ \u0000"[:-1] + "\uffff",
]
ASKED = (
    "/tickets",
    "/contacts",
    "/sve/watch",
    "/sve/alerts",
    "/outbound",
    "/intake",
    "/audit",
    "/events",
    "/sve/procedures",
)


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


async def test_a_filter_is_a_value_and_never_a_statement(town: Town) -> None:
    """Every filter at once holds the words: the answer is a page without anything, or a refusal of ours."""
    names = (
        "q",
        "sort",
        "status",
        "team_id",
        "channel",
        "risk",
        "cursor",
        "type",
        "actor",
        "state",
        "action",
        "before",
    )
    for path, words in product(ASKED, HOSTILE):
        free = await town.http.get(f"/api/v1{path}", params={"q": words})
        every = await town.http.get(f"/api/v1{path}", params=dict.fromkeys(names, words))
        for answer in (free, every):
            assert answer.status_code in {200, 400, 422}, (path, words, answer.status_code, answer.text)
            assert not re.search(r"syntax|psycopg|relation|column|operator", answer.text), (path, answer.text)
