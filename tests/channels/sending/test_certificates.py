"""F26: a provider whose certificate does not hold gets neither message nor key; a person reads why, and it is tried again."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.channels.contract import Context, Outcome, Sent
from app.channels.kit.sending import Call, exchange
from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from tests.simulators.certificates import LONG_AGO, Authority


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (lambda a: a.context(ends=LONG_AGO), "il a expiré"),
        (lambda a: a.context(name="autre.example.org"), "il est au nom d'un autre serveur"),
        (lambda a: a.context(signed_by_itself=True), "il est signé par lui-même"),
    ],
)
async def test_a_provider_whose_certificate_does_not_hold_is_told_in_words_and_tried_again(
    shown: Callable[[Authority], ssl.SSLContext], told: str, tmp_path: Path
) -> None:
    authority, heard = Authority(tmp_path), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=shown(authority))
    port = server.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=str(authority.file))
    call = Call(method="POST", url=f"https://127.0.0.1:{port}/m", headers={"X-Key": "secret"}, hosts=("127.0.0.1",))
    async with guarded_client(EgressPolicy(["127.0.0.1"]), tls=trusting) as http:
        sent = await exchange(call, Context(http=http, now=lambda: datetime(2026, 3, 10, 9, tzinfo=UTC)))
    server.close()
    assert sent == Sent(outcome=Outcome.RETRY, detail=f"le certificat de 127.0.0.1 est refusé : {told}")
    assert heard == []
