"""How a connection to the database finds out that nobody is at its other end.

A machine that dies or a line that is cut closes nothing: the system would wait two hours before it asked (Linux, tcp(7)),
and a worker with it.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Silence is asked about after half a minute and given up after another; what was written and is not acknowledged within
# a minute closes the line. A socket of this machine takes no notice (PostgreSQL, "Parameter Key Words").
ATTENTIVE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def attentive(url: str) -> str:
    """Returns the address with what keeps a dead line from being waited for; what it says itself stands."""
    parts = urlsplit(url)
    own = parse_qsl(parts.query, keep_blank_values=True)
    ours = [(name, value) for name, value in ATTENTIVE.items() if name not in dict(own)]
    return urlunsplit(parts._replace(query=urlencode([*own, *ours])))
