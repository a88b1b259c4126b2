"""One call: what the policy refuses is refused at delivery too, and a bad certificate carries nothing (T27, T30, F19)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from app.webhooks.schedule import Answered
from app.webhooks.sending import Attempt, Sender
from tests.simulators.certificates import LONG_AGO, Authority
from tests.simulators.consumer import Consumer

SECRET = SecretStr("whsec_c2VjcmV0IGRlcyBlc3NhaXMsIGFzc2V6IGxvbmc=")


async def called(policy: EgressPolicy, url: str) -> Attempt:
    async with guarded_client(policy) as http:
        now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        return await Sender(http).send(url, identifier="evt_essai", body="{}", secrets=[SECRET], at=now)


async def test_a_name_that_leads_inside_by_now_is_not_called() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["10.0.0.1"]

    attempt = await called(EgressPolicy(resolve=resolve), "https://si.example.fr/parvis")
    assert (attempt.answered, attempt.status) == (Answered.DOWN, None)
    assert "service public" in (attempt.error or "")


async def test_a_certificate_that_ended_is_refused_before_a_byte_leaves(tmp_path: Path) -> None:
    consumer = Consumer()
    context = Authority(tmp_path).context(ends=LONG_AGO)
    server = await asyncio.start_server(consumer.speak, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    attempt = await called(EgressPolicy(["127.0.0.0/8"]), f"https://127.0.0.1:{port}/")
    server.close()
    assert (attempt.answered, attempt.error) == (
        Answered.DOWN,
        "le certificat du serveur est refusé : il est signé par une autorité inconnue",
    )
    assert consumer.calls == []
