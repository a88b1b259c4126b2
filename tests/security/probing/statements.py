"""Statements by which one administration reaches for another's rows, under row-level security, at random from a seed.

Each is run as the application itself would run it, with its own role and one administration set. A reading leaks when it
gives a row of the other's, a writing when it changes, adds or ties anything there.
"""

import contextlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.rows import dict_row, tuple_row

_TABLES = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       array_agg(a.attname::text) FILTER (WHERE a.attgenerated = '' AND has_column_privilege(c.oid, a.attnum, 'INSERT')) AS written,
       array_agg(a.attname::text) FILTER (WHERE t.typname IN ('uuid', 'text', 'varchar')) AS compared
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')
GROUP BY c.relname, c.oid HAVING bool_or(a.attname = 'tenant_id') ORDER BY c.relname
"""
_TIES = """
SELECT f.conrelid::regclass::text AS child, f.confrelid::regclass::text AS parent,
       (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = f.conrelid AND a.attnum = f.conkey[2]) AS own,
       (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = f.confrelid AND a.attnum = f.confkey[2]) AS theirs
FROM pg_constraint f WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace AND cardinality(f.conkey) = 2
ORDER BY 1, 3
"""
_READ, _TALLY, _WRITE = "a row of the other's", "a number that counts the other's", "a change at the other's"


@dataclass(frozen=True)
class Table:
    """A table of administrations: its columns, those one may write, those an identifier or a word can be compared with."""

    name: str
    columns: Sequence[str]
    written: Sequence[str] | None  # None: not one
    compared: Sequence[str]
    rows: Sequence[dict[str, Any]]  # some of the other administration's

    @property
    def sql(self) -> sql.Identifier:
        return sql.Identifier(self.name)


@dataclass
class Told:
    """What became of the statements."""

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)


class Statements:
    """Reaches from `own` for what `other` has. Everything is rolled back."""

    def __init__(self, url: str, *, own: UUID, other: UUID, seed: int) -> None:
        self._url, self._own, self._other = url, own, other
        self._chance = random.Random(seed)
        self.told = Told()

    def run(self, number: int) -> Told:
        """Tries `number` statements; a transaction holds a hundred, each with other eyes of the same administration."""
        with psycopg.connect(self._url, row_factory=dict_row) as connection:
            tables, ties = self._known(connection)
            before = self._digest(connection, tables)
            done = 0
            while done < number:
                with connection.transaction(force_rollback=True):
                    self._enter(connection, self._own)
                    self._look(connection, tables)
                    for _ in range(min(100, number - done)):
                        self._one(connection, tables, ties)
                        done += 1
            if self._digest(connection, tables) != before:
                self.told.leaks.append("what the other has was changed")
        return self.told

    def _known(self, connection: psycopg.Connection[Any]) -> tuple[list[Table], list[dict[str, Any]]]:
        with connection.transaction():
            self._enter(connection, self._other)
            found = connection.execute(_TABLES).fetchall()
            tables = []
            for one in found:
                query = sql.SQL("SELECT * FROM {} WHERE tenant_id = %s LIMIT 20").format(sql.Identifier(one["name"]))
                tables.append(Table(**one, rows=connection.execute(query, [self._other]).fetchall()))
            return tables, connection.execute(_TIES).fetchall()

    def _digest(self, connection: psycopg.Connection[Any], tables: Sequence[Table]) -> list[Any]:
        query = "SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t WHERE tenant_id = %s"
        with connection.transaction():
            self._enter(connection, self._other)
            return [connection.execute(sql.SQL(query).format(t.sql), [self._other]).fetchone() for t in tables]

    def _enter(self, connection: psycopg.Connection[Any], tenant: UUID) -> None:
        connection.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])

    def _look(self, connection: psycopg.Connection[Any], tables: Sequence[Table]) -> None:
        """Sees with the house's eyes, or with those of a person of the other's: that must open nothing."""
        people = [row["id"] for table in tables if table.name == "users" for row in table.rows]
        teams = [str(row["id"]) for table in tables if table.name == "teams" for row in table.rows]
        viewer = self._chance.choice(["", *map(str, people)])
        for name, value in (
            ("app.viewer", viewer),
            ("app.reach", self._chance.choice(["all", "teams", "own"]) if viewer else ""),
            ("app.teams", "{" + ",".join(teams) + "}" if viewer else ""),
            ("app.presented", self._chance.choice(["", "nobody", "%"])),
        ):
            connection.execute("SELECT set_config(%s, %s, true)", [name, value])

    def _one(
        self, connection: psycopg.Connection[Any], tables: Sequence[Table], ties: Sequence[dict[str, Any]]
    ) -> None:
        table = self._chance.choice(tables)
        row = self._chance.choice(table.rows) if table.rows else {}
        column = self._chance.choice(table.compared or table.columns)
        kind = self._chance.choices(list(_FORMS), weights=[weight for weight, _ in _FORMS.values()])[0]
        self.told.tried[kind] += 1
        query, values, verdict = _FORMS[kind][1](self, table, row, column, tables, ties)
        # Only what may be refused needs a savepoint to go on from.
        alone = connection.transaction() if verdict == _WRITE or kind == "lock" else contextlib.nullcontext()
        try:
            with alone, connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute(query, values)
                leaked = cursor.rowcount > 0 if verdict == _WRITE else any(any(one) for one in cursor.fetchall())
                if leaked:
                    self.told.leaks.append(f"{kind}: {verdict}: {table.name}.{column} {query.as_string(connection)}")
        except psycopg.Error as error:
            self.told.refused[f"{kind} {error.sqlstate}"] += 1

    # What follows writes one statement each: its words, its values, and what it would prove.

    def _by_value(self, table: Table, row: dict[str, Any], column: str, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = "SELECT 1 FROM {} WHERE {}::text = %s AND tenant_id <> %s"
        query = sql.SQL(words).format(table.sql, sql.Identifier(column))
        return query, [str(row.get(column, self._other)), self._own], _READ

    def _locked(self, table: Table, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = self._chance.choice(["SHARE", "KEY SHARE", "UPDATE", "UPDATE SKIP LOCKED"])
        query = sql.SQL("SELECT 1 FROM {} WHERE tenant_id = %s FOR " + words).format(table.sql)
        return query, [self._other], _READ

    def _by_tenant(self, table: Table, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = self._chance.choice(
            [
                "SELECT 1 FROM {} WHERE tenant_id = %s",
                "SELECT 1 FROM {} WHERE tenant_id IS DISTINCT FROM %s AND NOT tenant_id = current_tenant()",
                "SELECT 1 FROM {} WHERE tenant_id = %s OR 1 = 0 ORDER BY 1 LIMIT 5",
                "SELECT 1 FROM {} TABLESAMPLE SYSTEM (100) WHERE tenant_id = %s",
                "WITH x AS MATERIALIZED (SELECT * FROM {}) SELECT 1 FROM x WHERE tenant_id = %s",
            ]
        )
        return sql.SQL(words).format(table.sql), [self._other], _READ

    def _counted(self, table: Table, row: dict[str, Any], column: str, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = self._chance.choice(
            [
                "SELECT count(*) FILTER (WHERE tenant_id = %s) FROM {}",
                "SELECT max({}::text) FROM {} WHERE tenant_id = %s",
                "SELECT string_agg({}::text, ',') FROM {} WHERE tenant_id = %s",
                "SELECT EXISTS (SELECT FROM {} WHERE tenant_id = %s)",
                "SELECT count(DISTINCT tenant_id) FILTER (WHERE tenant_id <> current_tenant()) FROM {} WHERE tenant_id IN (%s)",
            ]
        )
        places = [table.sql] if words.count("{}") == 1 else [sql.Identifier(column), table.sql]
        return sql.SQL(words).format(*places), [self._other], _TALLY

    def _joined(
        self, table: Table, row: dict[str, Any], column: str, tables: Sequence[Table], *_: Any
    ) -> tuple[sql.Composed, list[Any], str]:
        other = self._chance.choice(tables)
        words = self._chance.choice(
            [
                "SELECT 1 FROM {} a JOIN {} b ON b.tenant_id <> a.tenant_id LIMIT 1",
                "SELECT 1 FROM {} a LEFT JOIN {} b ON true WHERE a.tenant_id = %s OR b.tenant_id = %s LIMIT 1",
                "SELECT 1 FROM {} a, LATERAL (SELECT * FROM {} b WHERE b.tenant_id = %s) c WHERE c.tenant_id = %s",
                "SELECT 1 FROM (SELECT tenant_id FROM {} UNION ALL SELECT tenant_id FROM {}) u WHERE tenant_id = %s",
            ]
        )
        return sql.SQL(words).format(table.sql, other.sql), [self._other] * words.count("%s"), _READ

    def _planned(self, table: Table, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        """Asks the planner's statistics, which quote values of rows."""
        return sql.SQL("SELECT 1 FROM pg_stats WHERE tablename = {}").format(table.name), [], _READ

    def _changed(self, table: Table, row: dict[str, Any], column: str, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = "UPDATE {} SET {} = {} WHERE tenant_id = %s"
        name = sql.Identifier(column)
        return sql.SQL(words).format(table.sql, name, name), [self._other], _WRITE

    def _dropped(self, table: Table, row: dict[str, Any], column: str, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        words = sql.SQL("DELETE FROM {} WHERE {}::text = %s AND tenant_id <> current_tenant()")
        return words.format(table.sql, sql.Identifier(column)), [str(row.get(column, self._other))], _WRITE

    def _planted(self, table: Table, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        """Copies a row of one's own into the other's."""
        names = sql.SQL(", ").join(map(sql.Identifier, table.written or table.columns))
        words = (
            "INSERT INTO {table} ({names}) SELECT {names} FROM (SELECT (jsonb_populate_record(x, jsonb_build_object("
            "'tenant_id', %s::text, 'id', %s::text))).* FROM {table} x LIMIT 1) y ON CONFLICT DO NOTHING"
        )
        return sql.SQL(words).format(table=table.sql, names=names), [str(self._other), str(uuid4())], _WRITE

    def _given_away(self, table: Table, *_: Any) -> tuple[sql.Composed, list[Any], str]:
        return sql.SQL("UPDATE {} SET tenant_id = %s").format(table.sql), [self._other], _WRITE

    def _tied(
        self, table: Table, row: dict[str, Any], column: str, tables: Sequence[Table], ties: Sequence[dict[str, Any]]
    ) -> tuple[sql.Composed, list[Any], str]:
        """Gives a row of one's own a parent of the other's."""
        by_name = {one.name: one for one in tables}
        tie = self._chance.choice([one for one in ties if by_name.get(one["parent"]) and by_name[one["parent"]].rows])
        parent = self._chance.choice(by_name[tie["parent"]].rows)[tie["theirs"]]
        words = sql.SQL("UPDATE {} SET {} = %s WHERE {} IS DISTINCT FROM %s")
        name = sql.Identifier(tie["own"])
        return words.format(sql.Identifier(tie["child"]), name, name), [parent, parent], _WRITE


_FORMS = {
    "select by value": (25, Statements._by_value),
    "lock": (5, Statements._locked),
    "select by administration": (20, Statements._by_tenant),
    "count": (15, Statements._counted),
    "join": (15, Statements._joined),
    "statistics": (3, Statements._planned),
    "update": (6, Statements._changed),
    "delete": (6, Statements._dropped),
    "insert": (4, Statements._planted),
    "give away": (3, Statements._given_away),
    "foreign key": (3, Statements._tied),
}
