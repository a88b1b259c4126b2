"""The thin page: a key looked up, fifty requests by keyset under the tenant's policy, as JSON. `python -m bench.thin.listing DSN`"""

import hashlib
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Request, Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

_WHOSE = "SELECT tenant_id FROM api_keys WHERE digest = %s"
_PAGE = (
    "SELECT id, reference, subject, status, channel_type, contact_id, team_id, assignee_id, received_at, last_activity_at, "
    "risk, term_on FROM tickets WHERE tenant_id = current_tenant() ORDER BY last_activity_at DESC, id DESC LIMIT 51"
)


def create_app(dsn: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncConnectionPool(dsn, min_size=4, max_size=10, kwargs={"row_factory": dict_row}) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/page")
    async def page(request: Request) -> Response:
        digest = hashlib.sha256(request.headers["authorization"].removeprefix("Bearer ").encode()).hexdigest()
        async with request.app.state.pool.connection() as connection:
            await connection.execute("SELECT set_config('app.presented', %s, true)", [digest])
            whose = await (await connection.execute(_WHOSE, [digest])).fetchone()
            await connection.execute("SELECT set_config('app.tenant', %s, true)", [str(whose["tenant_id"])])
            rows = await (await connection.execute(_PAGE)).fetchall()
        return Response(json.dumps(rows, default=str), media_type="application/json")

    return app


def main() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(2048)
        config = uvicorn.Config(create_app(sys.argv[1]), log_config=None, access_log=False, lifespan="on")
        print(json.dumps({"event": "listening", "port": listening.getsockname()[1]}), flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
