"""A setting is no way to look around a network, nor to read what answers there (T32, T33)."""

import asyncio
import socket
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import pytest

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Checked, Context
from app.channels.kit.probing import asked
from app.channels.kit.sending import Call
from app.egress.connecting import Guarded
from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from app.ids import Prefix, new_id, public_id
from tests.api.conftest import Town

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def looking(*answers: str) -> EgressPolicy:
    """A policy whose names point where a test says; nothing inside is allowed but the loopback's closed ports."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if not answers:
            raise socket.gaierror("no such name")
        return answers

    return EgressPolicy(["127.0.0.0/8"], resolve=resolve)


def a_closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def mailbox(policy: EgressPolicy, host: str, port: int, *, reading: bool) -> Checked:
    inside = {"imap_host": host, "imap_port": port, "imap_username": "u", "imap_security": "tls"}
    outside = {"smtp_host": host, "smtp_port": port, "smtp_security": "none"}
    config = EmailConfig.model_validate({"address": "contact@example.org", **(inside if reading else outside)})
    async with guarded_client(policy) as http:
        context = Context(
            http=http,
            now=lambda: NOW,
            in_thread=asyncio.to_thread,
            connect=Guarded(policy),
            resolve=Guarded(policy).addresses,
        )
        return await EmailAdapter().check(config, context)


@pytest.mark.parametrize("reading", [False, True], ids=["smtp", "imap"])
async def test_closed_inner_and_unknown_places_are_told_in_one_sentence(reading: bool) -> None:
    """T32: from what a mailbox's test says, nobody learns what stands inside."""
    port = 993 if reading else 587
    told = [
        await mailbox(looking("127.0.0.1"), "127.0.0.1", a_closed_port(), reading=reading),
        await mailbox(looking("10.0.0.5"), "interne.example.fr", port, reading=reading),
        await mailbox(looking("169.254.169.254"), "nuage.example.fr", port, reading=reading),
        await mailbox(looking(), "absent.example.fr", port, reading=reading),
    ]
    assert len(set(told)) == 1, told
    assert not told[0].ok


async def test_a_providers_address_that_points_inside_is_told_like_one_that_is_shut() -> None:
    said, port = set(), a_closed_port()
    for policy in (looking("10.0.0.5"), looking("127.0.0.1"), looking()):
        async with guarded_client(policy) as http:
            url = f"https://api.example.fr:{port}/v1"
            call = Call(method="GET", url=url, body=b"", headers={}, hosts=("api.example.fr",))
            said.add(await asked(call, Context(http=http, now=lambda: NOW), name="Exemple"))
    assert len(said) == 1, said


async def test_what_answers_a_test_is_told_in_a_few_words_without_its_credentials() -> None:
    """T33: an answer is a status and a short reason; a metadata service that answered would tell nothing."""

    def provider(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"message": "jeton-secret-du-compte " + "x" * 5_000})

    async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as http:
        call = Call(
            method="GET",
            url="https://api.example.fr/v1",
            body=b"",
            headers={"Authorization": "Bearer jeton-secret-du-compte"},
            hosts=("api.example.fr",),
        )
        told = await asked(call, Context(http=http, now=lambda: NOW), name="Exemple")
    assert isinstance(told, Checked)
    assert len(told.detail or "") <= 200
    assert "jeton-secret" not in repr(told)


async def test_a_base_address_changed_later_is_judged_like_the_first_one(town: Town) -> None:
    """T33: an administrator may not lead a connected channel inside."""
    channel = await town.connect("email")
    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}"
    for config in ({"imap_host": "169.254.169.254", "imap_username": "a"}, {"smtp_host": "10.0.0.5"}):
        tag = (await town.http.get(path)).headers["etag"]
        body = {"config": {"address": channel.address, **config}}
        answer = await town.http.patch(path, json=body, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/config/{next(iter(config))}")
        assert (await town.http.get(path)).headers["etag"] == tag


async def test_only_mail_may_go_where_mail_goes(town: Town) -> None:
    body = {
        "type": "email",
        "name": f"Boîte {new_id().hex[-6:]}",
        "config": {"address": f"contact-{new_id().hex}@example.fr", "smtp_host": "smtp.example.fr", "smtp_port": 6379},
    }
    answer = await town.http.post("/api/v1/channels", json=body, headers={"Idempotency-Key": new_id().hex})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/config/smtp_host")
