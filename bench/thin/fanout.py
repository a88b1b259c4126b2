"""The bare fan-out: one event handed to every open stream, nothing asked, nothing kept. `python -m bench.thin.fanout`"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

_LISTENING: set[asyncio.Queue[str]] = set()


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(_told(), media_type="text/event-stream")

    @app.post("/say")
    async def say() -> dict[str, int]:
        for queue in _LISTENING:
            queue.put_nowait("id: 1\nevent: said\ndata: {}\n\n")
        return {"told": len(_LISTENING)}

    return app


async def _told() -> AsyncIterator[str]:
    queue: asyncio.Queue[str] = asyncio.Queue()
    _LISTENING.add(queue)
    try:
        while True:
            yield await queue.get()
    finally:
        _LISTENING.discard(queue)


def main() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(2048)
        config = uvicorn.Config(create_app(), log_config=None, access_log=False, timeout_graceful_shutdown=1)
        print(json.dumps({"event": "listening", "port": listening.getsockname()[1]}), flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
