"""The thin mail door: aiosmtpd writing each mail to a file and syncing it before the reply. `python -m bench.thin.sink FOLDER`"""

import asyncio
import json
import os
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

import uvloop
from aiosmtpd.smtp import SMTP


class Sink:
    """Keeps every mail it is handed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        with (self._folder / uuid.uuid4().hex).open("xb") as file:
            file.write(envelope.content)
            file.flush()
            os.fsync(file.fileno())
        return "250 kept"


async def serve(folder: Path) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: SMTP(Sink(folder), loop=loop, hostname="sink"), "127.0.0.1", 0)
    print(json.dumps({"event": "listening", "port": server.sockets[0].getsockname()[1]}), flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Path(sys.argv[1])))
