"""PgBouncer in transaction mode before the run's PostgreSQL, for a run that asks for it: `make pooled`.

The program is the system's (`pgbouncer` of Debian): no wheel brings it, and CI does without.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg

from app.db.embedded.roles import APP
from tests.harness import postgres, run

ASKED = "PARVIS_TEST_POOLED"
# Fewer than the sessions of one house, so that they do share.
CONNECTIONS = 4
_PORT = 6432


def pooled(url: str) -> str:
    """Returns the address through the pooler when the run asks for one, the same address when not.

    Raises `RuntimeError` when the run asks and there is no PgBouncer: nothing would be proven.
    """
    if not os.environ.get(ASKED):
        return url
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    server = query.get("host")
    if server is None:
        raise RuntimeError("a pooled run has a PostgreSQL of its own: unset PARVIS_TEST_DATABASE_URL")
    ours = urlsplit(postgres.prepared().app)
    if server != dict(parse_qsl(ours.query)).get("host"):
        return url  # a server of a test's own, which it kills
    if parts.path == ours.path:
        return url  # the template is cloned only while nobody is connected to it, and a pooler stays connected
    folder = _started(server, url)
    return urlunsplit(parts._replace(query=urlencode({**query, "host": str(folder), "port": _PORT})))


def _started(server: str, url: str) -> Path:
    folder = run.folder() / "pooler"
    with run.alone("pooler"):
        if not folder.exists():
            _start(folder, server, url)
    return folder


def _start(folder: Path, server: str, url: str) -> None:
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError("a pooled run wants PgBouncer: apt-get install pgbouncer")
    folder.mkdir()
    (folder / "users").write_text(f'"{APP}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        "\n".join(
            (
                *("[databases]", f"* = host={server}"),
                *("[pgbouncer]", "pool_mode = transaction", f"unix_socket_dir = {folder}", f"listen_port = {_PORT}"),
                *("listen_addr =", "auth_type = trust", f"auth_file = {folder / 'users'}", "max_client_conn = 2000"),
                *(f"default_pool_size = {CONNECTIONS}", f"max_db_connections = {CONNECTIONS}"),
                *("server_idle_timeout = 20", "log_connections = 0", "log_disconnections = 0", ""),
            )
        )
    )
    # It refuses to be root, as PostgreSQL does: the same namespace serves both.
    as_nobody = ("unshare", "--user", "--map-user=65534", "--map-group=65534") if os.geteuid() == 0 else ()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*as_nobody, program, folder / "pgbouncer.ini"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (run.folder() / "pgbouncer.pid").write_text(str(process.pid))
    _wait(folder, process, url)


def _wait(folder: Path, process: "subprocess.Popen[bytes]", url: str) -> None:
    parts = urlsplit(url)
    through = urlunsplit(parts._replace(query=urlencode({"host": str(folder), "port": _PORT})))
    end = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(through, connect_timeout=5, prepare_threshold=None).close()
        except psycopg.Error:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PgBouncer did not start: {(folder / 'log').read_text()}") from None
            time.sleep(0.05)
        else:
            return
