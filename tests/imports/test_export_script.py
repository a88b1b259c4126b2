"""The script that makes an export, run against tools that answer as theirs do: what it writes, the readers read."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.imports import parcels, pieces, walking
from app.imports.shapes import ForeignTicket, SourceKind
from tests.imports import samples

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def of_zammad(path: str, page: int) -> Any:
    piece = {"id": 5, "filename": "plan.png", "preferences": {"Mime-Type": "image/png"}}
    line = samples.zammad(1, customer_id=8, articles=[samples.asked(attachments=[piece]), samples.answered()])
    return {
        "/api/v1/tickets": [line["ticket"]] if page == 1 else [],
        "/api/v1/ticket_articles/by_ticket/1": line["articles"],
        "/api/v1/users/8": {"id": 8, "firstname": "Usager", "lastname": "Exemple", "email": "usager@example.org"},
        "/api/v1/tags": {"tags": ["voirie"]},
        "/api/v1/ticket_attachment/1/10/5": samples.PNG,
    }.get(path)


def of_chatwoot(path: str, page: int, *, before: str = "", base: str = "") -> Any:
    line = samples.chatwoot()
    line["messages"][0]["attachments"][0]["data_url"] = f"{base}/rails/piece.png"
    return {
        "/api/v1/accounts/1/conversations": {"data": {"payload": [line["conversation"]] if page == 1 else []}},
        "/api/v1/accounts/1/conversations/7/messages": {"payload": [] if before else line["messages"]},
        "/rails/piece.png": samples.PNG,
    }.get(path)


def of_freescout(path: str, *, base: str = "") -> Any:
    line = samples.freescout()
    line["_embedded"]["threads"][2]["_embedded"]["attachments"][0]["fileUrl"] = f"{base}/storage/photo.png"
    return {
        "/api/mailboxes": {"_embedded": {"mailboxes": [{"id": 1, "email": "contact@villebourg.example.fr"}]}},
        "/api/conversations": {"_embedded": {"conversations": [line]}, "page": {"totalPages": 1}},
        "/storage/photo.png": samples.PNG,
    }.get(path)


@contextmanager
def a_tool(kind: str) -> Iterator[str]:
    """Answers like one of them, once too busy first; only whoever shows the token is answered."""
    busy = [True]

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(asked.query).items()}
            base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            told: Any = {
                "zammad": lambda: of_zammad(asked.path, int(query.get("page", "1"))),
                "chatwoot": lambda: of_chatwoot(
                    asked.path, int(query.get("page", "1")), before=query.get("before", ""), base=base
                ),
                "freescout": lambda: of_freescout(asked.path, base=base),
            }[kind]()
            known = any("jeton" in value for value in self.headers.values())
            status = 429 if busy.pop() else 200 if told is not None and known else 404
            busy.append(False)
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", ["zammad", "chatwoot", "freescout"])
def test_what_the_script_writes_is_what_the_reader_reads(kind: str, tmp_path: Path) -> None:
    script = str(ROOT / "examples/exports/export.py")
    with a_tool(kind) as address:
        place = f"{address}/accounts/1" if kind == "chatwoot" else address
        env = {**os.environ, "TOKEN": "jeton", "PAUSE": "0"}
        done = subprocess.run(
            [sys.executable, script, kind, place, str(tmp_path / "export")],
            env=env,
            capture_output=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr.decode()
    with parcels.opened(tmp_path / "export") as parcel:
        (one,) = walking.conversations(parcel, SourceKind(kind), zone="Europe/Paris", now=NOW)
        assert isinstance(one, ForeignTicket), one
        assert pieces.missing(parcel, [one]) == 0
        named = [piece.member for said in one.messages for piece in said.pieces]
        assert [parcel.piece(member or "") for member in named] == [samples.PNG]
    assert one.requester is not None
    assert one.requester.name in {"Usager Exemple", "Camille Exemple", "Dominique Exemple"}
