"""The thin door: one route that judges the same signature and makes one durable insert. `python -m bench.thin.webhook DSN`"""

import base64
import hashlib
import hmac
import json
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI, Request, Response
from psycopg_pool import AsyncConnectionPool

from bench.ground import WEBHOOK_SECRET

TABLE = (
    "CREATE TABLE deliveries (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, sha256 text NOT NULL, "
    "body bytea NOT NULL); GRANT INSERT ON deliveries TO parvis_app"
)
_INSERT = "INSERT INTO deliveries (id, received_at, sha256, body) VALUES (%s, %s, %s, %s)"
_KEY = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))


def create_app(dsn: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncConnectionPool(dsn, min_size=8, max_size=10, kwargs={"autocommit": True}) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/hook")
    async def hook(request: Request) -> Response:
        body = await request.body()
        headers = request.headers
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(_KEY, signed, "sha256")).decode()
        if not hmac.compare_digest(expected, headers["webhook-signature"]):
            return Response(status_code=401)
        row = (uuid.uuid4(), datetime.now(UTC), hashlib.sha256(body).hexdigest(), body)
        async with request.app.state.pool.connection() as connection:
            await connection.execute(_INSERT, row)
        return Response()

    return app


def main() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(sys.argv[1]), log_config=None, access_log=False, lifespan="on")
        print(json.dumps({"event": "listening", "port": listening.getsockname()[1]}), flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
