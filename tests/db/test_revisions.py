"""Every revision since 0040 can be applied while two versions work on the table (docs/migrations.md)."""

import ast
import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from app.db import revisions

FIRST = "0040"
_REVISIONS = [one for one in sorted((revisions.folder() / "versions").glob("[0-9]*.py")) if one.name[:4] >= FIRST]
# Calls of Alembic and statements of SQL that take something from under the former version, or hold a table long.
TAKES_AWAY = re.compile(
    r"\b(drop_column|rename_table)\(|alter_column\([^)]*(type_=|new_column_name=|nullable=False)"
    r"|\bDROP COLUMN\b|\bRENAME COLUMN\b|\bSET NOT NULL\b|\bALTER COLUMN \w+ TYPE\b"
)
TABLE_DROPPED = re.compile(r"drop_table\(['\"](\w+)|\bDROP TABLE (?:IF EXISTS )?(?:public\.)?([a-z]\w*)")
# `become_past` makes a new, empty table of that name.
TABLE_MADE = re.compile(
    r"op\.create_table\(\s*['\"](\w+)|CREATE TABLE (?:IF NOT EXISTS )?(?:public\.)?(\w+)|become_past\(['\"](\w+)"
)
PLAIN_INDEX = re.compile(r"\bCREATE (UNIQUE )?INDEX (?!CONCURRENTLY)")
REWRITES = re.compile(r"\bVACUUM FULL\b|\bCLUSTER\b|\bREINDEX (?!.*CONCURRENTLY)")


def forbidden(source: str) -> list[str]:
    """Names what a revision does on its way up that would hold the house up, or break the version before."""
    way_up = _way_up(ast.parse(source))
    text = "\n".join(ast.unparse(one) for one in way_up)
    made, dropped = _names(TABLE_MADE, text) | _made_by_its_own(way_up), _names(TABLE_DROPPED, text)
    found = []
    if (TAKES_AWAY.search(text) or dropped - made) and "oldest_code" not in source:
        found.append("takes something away: say from which code on it works (`oldest_code`)")
    if PLAIN_INDEX.search(text) or any(not _calm(call, made) for call in _calls(way_up, "create_index")):
        found.append("builds an index on a table in use: CONCURRENTLY, in an autocommit_block()")
    constraints = ("create_foreign_key", "create_check_constraint", "create_unique_constraint")
    if any(not _calm(call, made, first=1) for name in constraints for call in _calls(way_up, name)):
        found.append("adds a constraint at once to a table in use: NOT VALID, then VALIDATE")
    if re.search(r"ADD CONSTRAINT (?!.*(NOT VALID|USING INDEX|PRIMARY KEY))", text):
        found.append("adds a constraint at once: NOT VALID, then VALIDATE")
    if any(_sudden(call) for call in _calls(way_up, "add_column")):
        found.append("adds a column that must have a value, without a constant one")
    if REWRITES.search(text):
        found.append("rewrites a table while nobody may read it")
    return found


def _way_up(tree: ast.Module) -> list[ast.stmt]:
    """The function `upgrade`, and what it names of its module, down to the last constant."""
    named: dict[str, ast.stmt] = {}
    for one in tree.body:
        if isinstance(one, ast.FunctionDef):
            named[one.name] = one
        elif isinstance(one, ast.Assign):
            named |= {target.id: one for target in one.targets if isinstance(target, ast.Name)}
    reached, waiting = {}, ["upgrade"]
    while waiting:
        name = waiting.pop()
        if name in named and name not in reached:
            reached[name] = named[name]
            waiting += [one.id for one in ast.walk(named[name]) if isinstance(one, ast.Name)]
    return list(reached.values())


def _names(pattern: re.Pattern[str], text: str) -> set[str]:
    return {name for found in pattern.findall(text) for name in found if name}


def _made_by_its_own(way_up: list[ast.stmt]) -> set[str]:
    """Tables made by a function of the revision that is handed their name."""
    makers = {one.name for one in way_up if isinstance(one, ast.FunctionDef) and "op.create_table(" in ast.unparse(one)}
    calls = [one for top in way_up for one in ast.walk(top) if isinstance(one, ast.Call) and one.args]
    named = [one.args[0] for one in calls if isinstance(one.func, ast.Name) and one.func.id in makers]
    return {str(one.value) for one in named if isinstance(one, ast.Constant)}


def _calls(way_up: list[ast.stmt], name: str) -> list[ast.Call]:
    calls = [one for top in way_up for one in ast.walk(top) if isinstance(one, ast.Call)]
    return [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == name]


def _calm(call: ast.Call, made: set[str], *, first: int = 1) -> bool:
    """Says whether it is on a table this revision makes, or done beside everybody's work."""
    table = call.args[first] if len(call.args) > first else None
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    beside = options.get("postgresql_concurrently") == "True" or options.get("postgresql_not_valid") == "True"
    return beside or (isinstance(table, ast.Constant) and table.value in made) or isinstance(table, ast.Name)


def _sudden(call: ast.Call) -> bool:
    written = ast.unparse(call)
    return "nullable=False" in written and "server_default" not in written


@pytest.mark.parametrize("path", _REVISIONS, ids=lambda path: path.stem)
def test_a_revision_holds_nobody_up_and_breaks_no_former_version(path: Path) -> None:
    assert forbidden(path.read_text()) == [], path.name


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("tickets", "subject")',
        'op.execute("ALTER TABLE tickets DROP COLUMN subject")',
        'op.execute("ALTER TABLE tickets ALTER COLUMN subject SET NOT NULL")',
        'op.alter_column("tickets", "subject", nullable=False)',
        'op.create_index("ix_x", "tickets", ["tenant_id"])',
        'op.execute("CREATE INDEX ix_x ON tickets (tenant_id)")',
        'op.create_foreign_key("fk_x", "tickets", "teams", ["a"], ["b"])',
        'op.execute("ALTER TABLE tickets ADD CONSTRAINT c CHECK (version > 0)")',
        'op.add_column("tickets", sa.Column("x", sa.Text(), nullable=False))',
        'op.execute("VACUUM FULL tickets")',
    ],
)
def test_what_would_hold_the_house_up_is_seen(line: str) -> None:
    assert forbidden(f"def upgrade():\n    {line}\n") != []


@pytest.mark.parametrize(
    "line",
    [
        'op.create_table("new", sa.Column("x"))\n    op.create_index("ix_new", "new", ["x"])',
        'op.create_index("ix_x", "tickets", ["x"], postgresql_concurrently=True)',
        'op.execute("CREATE INDEX CONCURRENTLY ix_x ON tickets (x)")',
        'op.execute("ALTER TABLE tickets ADD CONSTRAINT c CHECK (version > 0) NOT VALID")',
        'op.add_column("tickets", sa.Column("x", sa.Text(), nullable=True))',
        'op.add_column("tickets", sa.Column("x", sa.Text(), nullable=False, server_default=""))',
    ],
)
def test_what_holds_nobody_up_is_let_through(line: str) -> None:
    assert forbidden(f"def upgrade():\n    {line}\n\n\ndef downgrade():\n    op.drop_table('new')\n") == []


def test_a_revision_that_takes_away_says_which_code_still_works() -> None:
    taking = 'oldest_code = "0040"\n\n\ndef upgrade():\n    op.drop_column("tickets", "subject")\n'
    assert forbidden(taking) == []
    assert revisions.oldest_code("0038") == "0038"
    assert revisions.oldest_code("0039") == "0039"
    head = revisions.head()
    assert revisions.oldest_code(head) in revisions.known()


def test_the_chain_read_from_the_files_is_that_of_alembic() -> None:
    scripts = [*ScriptDirectory(str(revisions.folder())).walk_revisions()][::-1]
    assert revisions.chain() == [one.revision for one in scripts]
    assert revisions.known() == {*revisions.chain()}


@pytest.mark.parametrize(
    "files",
    [
        {"a": None, "b": None},
        {"a": None, "b": "a", "c": "a"},
        {"b": "a"},
        {},
    ],
)
def test_files_that_are_no_single_chain_are_refused(
    files: dict[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "versions").mkdir()
    for name, before in files.items():
        (tmp_path / "versions" / f"{name}.py").write_text(f"revision = {name!r}\ndown_revision = {before!r}\n")
    monkeypatch.setattr(revisions, "folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="chain of revisions"):
        revisions.chain()
