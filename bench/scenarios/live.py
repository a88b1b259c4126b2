"""One event to a thousand connected agents: the house's stream against the bare fan-out."""

import json
import resource
from functools import partial

from app.bootstrap import opened
from app.ids import new_id
from app.settings import Settings
from bench import figures
from bench.figures import Round
from bench.ground import SECRET_KEY, Ground, Town, serving
from bench.http_load import posted
from bench.processes import running
from bench.sse_load import Audience, listening

_CLIENTS, _TIMES = 1_000, 8


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns how long after its cause an event is with each listener, on both sides, and the ratio of the p95."""
    clients, times = (20, 2) if quick else (ground.streams or _CLIENTS, _TIMES)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard), hard))
    town = await ground.town()
    headers = {"Authorization": f"Bearer {await _key(town)}"}
    async with running("bench.thin.fanout", folder=town.folder) as thin:
        port = int(str((await thin.said("listening"))["port"]))
        async with listening(port, "/stream", {}, clients=clients) as audience:
            bare = await _heard(audience, port, "/say", {}, times=times)
    async with (
        serving(town) as (_, port),
        listening(port, "/api/v1/events/stream", headers, clients=clients) as audience,
    ):
        ours = await _heard(audience, port, "/api/v1/teams", headers, times=times)
    ratio = round(ours.percentile_ms(0.95) / bare.percentile_ms(0.95), 2)
    return {
        "what": f"one event to {clients} open streams",
        "times": times,
        "ms": {"bare": _shown(bare), "parvis": _shown(ours)},
        "budgets": {"p95": figures.at_most(4, ratio)},
    }


async def _heard(audience: Audience, port: int, path: str, headers: dict[str, str], *, times: int) -> Round:
    latencies: list[float] = []
    for number in range(times + 1):
        took = await audience.heard(partial(_cause, port, path, headers))
        latencies += took if number else []  # the first warms
    return Round(len(latencies), sum(latencies), latencies)


async def _cause(port: int, path: str, headers: dict[str, str]) -> None:
    body = json.dumps({"name": f"Service {new_id().hex}"}).encode()
    head = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**head, "Idempotency-Key": new_id().hex}.items())
    await posted(port, [f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body], clients=1)


async def _key(town: Town) -> str:
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings) as house:
        secret, _ = await house.access.create(town.tenant_id, name="Mesure", scopes=["events:read", "users:admin"])
    return secret


def _shown(one: Round) -> dict[str, float]:
    return {f"p{share}": round(one.percentile_ms(share / 100), 1) for share in (50, 95, 99)}
