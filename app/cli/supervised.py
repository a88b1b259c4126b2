"""Tells the service manager what has become of this process, where one asked to be told: systemd's sd_notify(3).

`systemctl restart` then returns once the process answers, so that several are started again one after the other.
"""

import os
import socket
from enum import StrEnum

import structlog

log = structlog.get_logger()
_ABSTRACT = "@"


class Standing(StrEnum):
    """What may be told, as sd_notify(3) writes it."""

    READY = "READY=1"
    STOPPING = "STOPPING=1"


def tell(standing: Standing) -> None:
    """Sends one datagram to `NOTIFY_SOCKET`; nobody asked, nothing is sent. What cannot be told ends nothing."""
    asked = os.environ.get("NOTIFY_SOCKET", "")
    if not asked:
        return
    address = "\0" + asked[1:] if asked.startswith(_ABSTRACT) else asked
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.connect(address)
            line.sendall(standing.encode())
    except OSError as error:
        log.warning("supervisor.not_told", standing=standing.name.lower(), error=error.strerror)
