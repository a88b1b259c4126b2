"""An OpenTelemetry collector on the loopback: takes OTLP over HTTP, or refuses it, or never answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass
class Collector:
    """What was sent to it. `status` is what it answers; 0: nothing, until it is let go."""

    url: str
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)


@contextmanager
def collector(*, status: int = 200) -> Iterator[Collector]:
    """Serves until the block ends."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    served = Collector(f"http://127.0.0.1:{server.server_address[1]}", status)
    handler.served = served
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield served
    finally:
        served.let_go.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: ClassVar[Collector]

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.served.bodies.append(body)
        self.served.asked.set()
        if not self.served.status:
            self.served.let_go.wait(60)
            return
        self.send_response(self.served.status)
        self.send_header("Content-Length", "0")
        self.end_headers()
