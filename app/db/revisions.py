"""The revisions of the schema this code knows, read from their files: who only compares them needs no Alembic."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

# What the schema says of itself to older code that runs beside newer: by which revision's code it is still served.
SERVES = "serves the code of {} and newer"
# Before it, each version of the code wanted its own revision and no other.
_FIRST_TO_PROMISE = "0039"
_SAID = re.compile(r'^(revision|down_revision|oldest_code) = (?:["\']([^"\']*)["\']|None)$', re.MULTILINE)
_SETTLED = """
    SELECT version_num = %(head)s AND obj_description('alembic_version'::regclass, 'pg_class') = %(serves)s
      FROM alembic_version
"""


@dataclass(frozen=True, slots=True)
class _Revision:
    name: str
    oldest_code: str | None  # what it declares


def folder() -> Path:
    """Returns the revisions' folder: packaged beside this file, or at the root of a checkout."""
    packaged = Path(__file__).parent / "migrations"
    return packaged if packaged.exists() else Path(__file__).parents[2] / "migrations"


def chain() -> list[str]:
    """Returns every revision this code knows, the first one first."""
    return [one.name for one in _chain(folder())]


def head() -> str:
    """Returns the newest revision this code knows."""
    return _chain(folder())[-1].name


def known() -> frozenset[str]:
    """Returns every revision this code knows."""
    return frozenset(chain())


def oldest_code(revision: str) -> str:
    """Returns the newest revision known to the oldest code that works on a schema of this revision (docs/migrations.md).

    A revision that takes something away says so itself (`oldest_code`); one that only adds keeps what those before promised.
    """
    names = chain()
    for one in reversed(_chain(folder())[: names.index(revision) + 1]):
        if one.oldest_code is not None:
            return one.oldest_code
        if one.name == _FIRST_TO_PROMISE:
            return _FIRST_TO_PROMISE
    return revision


def settled(url: str) -> bool:
    """Says whether a migration would find nothing to do, not even to say. Raises psycopg's errors when it cannot ask."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(
                _SETTLED, {"head": head(), "serves": SERVES.format(oldest_code(head()))}
            ).fetchone()
        except psycopg.errors.UndefinedTable:
            return False
    return row is not None and row[0] is True


@cache
def _chain(within: Path) -> tuple[_Revision, ...]:
    following: dict[str | None, _Revision] = {}
    for path in within.glob("versions/*.py"):
        said = {name: value or None for name, value in _SAID.findall(path.read_text(encoding="utf-8"))}
        name = said["revision"]
        if name is None or said["down_revision"] in following:
            raise ValueError(f"{path.name} has no place of its own in the chain of revisions")
        following[said["down_revision"]] = _Revision(name, said.get("oldest_code"))
    ordered: list[_Revision] = []
    while found := following.pop(ordered[-1].name if ordered else None, None):
        ordered.append(found)
    if following or not ordered:
        raise ValueError(f"{within} holds no single chain of revisions")
    return tuple(ordered)
