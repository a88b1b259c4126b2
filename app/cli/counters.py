"""The counters of a process that serves nothing else, for Prometheus to come and read."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Misconfigured

_PORT_MAX = 65_535


@contextmanager
def served(listen: str | None) -> Iterator[None]:
    """Serves `/metrics` at `host:port` while the block runs; nothing where None. Raises `Misconfigured`, with what to do."""
    if listen is None:
        yield
        return
    from prometheus_client import start_http_server

    from app.rest.metrics import REGISTRY

    host, colon, port = listen.rpartition(":")
    if not (colon and host and port.isdecimal() and int(port) <= _PORT_MAX):
        raise Misconfigured(f"PARVIS_WORKER_METRICS_LISTEN={listen!r} is not host:port, as in 127.0.0.1:9101")
    try:
        server, thread = start_http_server(int(port), addr=host.strip("[]"), registry=REGISTRY)
    except OSError as error:
        raise Misconfigured(
            f"PARVIS_WORKER_METRICS_LISTEN: {listen} cannot be listened on ({error.strerror or error}): choose another"
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
