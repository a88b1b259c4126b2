"""A signed webhook of 2 kB accepted durably by eight clients: Parvis's door against the thin one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg
from pydantic import SecretStr

from app.channels.kit.webhooks import signed_headers
from bench import figures
from bench.corpus import mails
from bench.figures import Pair
from bench.ground import WEBHOOK_SECRET, Ground, serving
from bench.http_load import posted
from bench.processes import running
from bench.thin import webhook

CLIENTS = 8


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns the rates of both, their ratio, and the ratio of their slowest hundredth."""
    count, rounds = (60, 1) if quick else (1_500, 5)
    thin_base = ground.database(migrated=False)
    with psycopg.connect(thin_base.owner, autocommit=True) as connection:
        connection.execute(webhook.TABLE)
    town = await ground.town()
    async with (
        running("bench.thin.webhook", thin_base.app, folder=town.folder) as thin,
        serving(town) as (_, port),
    ):
        thin_port = int(str((await thin.said("listening"))["port"]))
        path = f"/hooks/{town.hook.type}/{town.hook.key}"
        await posted(thin_port, requests("/hook", 40, first=-40), clients=CLIENTS)
        await posted(port, requests(path, 40, first=-40), clients=CLIENTS)
        pairs = []
        for number in range(rounds):
            first = number * count
            one = await posted(thin_port, requests("/hook", count, first=first), clients=CLIENTS)
            pairs.append(Pair(one, await posted(port, requests(path, count, first=first), clients=CLIENTS)))
    with psycopg.connect(town.dsns.admin) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM receptions").fetchone() or (0,)
    shown = figures.compared(pairs)
    return {
        "what": "signed webhook of 2 kB kept durably, 8 clients",
        **shown,
        "kept_all": kept == rounds * count + 40,
        "budgets": {
            "rate": figures.at_least(0.5, float(str(shown["ratio"]))),
            "p99": figures.at_most(4, float(str(shown["p99_ratio"]))),
        },
    }


def requests(path: str, count: int, *, first: int) -> Sequence[bytes]:
    """Writes signed requests: messages of the generic channel, each with an identifier of its own."""
    text = mails(1, seed=7)[0].raw.decode("latin-1")[-1_500:]
    return [_request(path, number, text) for number in range(first, first + count)]


def _request(path: str, number: int, text: str) -> bytes:
    message = {
        "external_id": f"demande-{number}",
        "sender": {"kind": "email", "address": f"usager.{number}@courriel.example", "display_name": "Usager Exemple"},
        "subject": "Demande d'autorisation de terrasse",
        "text": text,
    }
    body = json.dumps(message).encode()
    signed = signed_headers(
        identifier=f"msg_{number}", at=datetime.now(UTC), body=body, secrets=[SecretStr(WEBHOOK_SECRET)]
    )
    head = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **signed}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
