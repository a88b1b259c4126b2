"""Making due what dead processes held, without waiting for their minutes."""

from urllib.parse import urlsplit, urlunsplit

import psycopg

# Nothing here waits: a living worker renews its leases each five seconds; what was not renewed for eight is made due as if
# its lease had run out, a while ago: a worker's time may be five seconds behind before it says so.
LEASES_RUN_OUT = """
    UPDATE receptions SET next_attempt_at = now() - interval '8 seconds'
     WHERE state = 'queued' AND next_attempt_at < now() + interval '12 seconds';
    UPDATE outbound SET lease_until = now() - interval '8 seconds'
     WHERE state = 'sending' AND lease_until < now() + interval '52 seconds';
    UPDATE outbound SET next_attempt_at = now() - interval '8 seconds' WHERE state = 'frozen';
    UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'
     WHERE last_heartbeat < now() - interval '7 seconds';
"""


def run_out(url: str) -> None:
    """Makes them due; `url` is the administrator's, in the database of the house."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LEASES_RUN_OUT)


def inside(admin: str, other: str) -> str:
    """The administrator's address, in the other address's database."""
    return urlunsplit(urlsplit(admin)._replace(path=urlsplit(other).path))
