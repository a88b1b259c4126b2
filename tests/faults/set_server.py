"""A PostgreSQL whose time a test sets, for whoever asks it: its functions of time are hidden behind others of the same names.

Not its own time: what the server dates by itself, the defaults of columns and functions with a path of their own go on as
before: that is `faked_time.py`, which needs a library of the system.
"""

from urllib.parse import urlsplit

import psycopg
from psycopg import sql

_FUNCTIONS = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")


class SetServer:
    """Hides them for every connection made from then on; `told` is the administrator's address in the house's database."""

    def __init__(self, told: str) -> None:
        self._told = told
        self._database = sql.Identifier(urlsplit(told).path.removeprefix("/"))

    def hide(self) -> None:
        with psycopg.connect(self._told, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA told_time")
            connection.execute("CREATE TABLE told_time.jump AS SELECT interval '0' AS ahead")
            for name in _FUNCTIONS:
                connection.execute(
                    sql.SQL(
                        "CREATE FUNCTION told_time.{name}() RETURNS timestamptz LANGUAGE sql STABLE "
                        "AS 'SELECT pg_catalog.{name}() + (SELECT ahead FROM told_time.jump)'"
                    ).format(name=sql.Identifier(name))
                )
            connection.execute("GRANT USAGE ON SCHEMA told_time TO PUBLIC")
            connection.execute("GRANT SELECT ON told_time.jump TO PUBLIC")
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET search_path = told_time, pg_catalog, public").format(self._database)
            )

    def jump(self, seconds: int) -> None:
        with psycopg.connect(self._told, autocommit=True) as connection:
            connection.execute("UPDATE told_time.jump SET ahead = make_interval(secs => %s)", (seconds,))

    def show(self) -> None:
        with psycopg.connect(self._told, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RESET search_path").format(self._database))
            connection.execute("DROP SCHEMA told_time CASCADE")
