"""F26: keys are changed while deliveries come and go, by two processes at once: none is refused, none is lost."""

import asyncio
import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from app.bootstrap import House
from app.channels.adapters.http.adapter import HttpConfig
from app.channels.kit import webhooks
from app.ids import new_id
from app.main import create_app
from tests.harness.houses import MovableClock, a_town, house

FORMER = "the former secret key, long enough to be one"
LATTER = "the latter secret key, long enough to be one"
FIRST, SECOND = ("whsec_" + base64.b64encode(word.encode() * 4).decode() for word in ("premier.", "second.."))


class Sender:
    """A partner that signs with the secret it was given last, and hands a message over again and again."""

    def __init__(self, clock: MovableClock, path: str, *doors: House) -> None:
        self.secret = FIRST
        self.answers: list[int] = []
        self._heard = asyncio.Event()
        self._clock, self._path = clock, path
        self._doors = [
            httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(one)), base_url="http://127.0.0.1:8000")
            for one in doors
        ]

    async def hand_over(self) -> int:
        door, name = self._doors[len(self.answers) % len(self._doors)], f"msg-{len(self.answers)}"
        body = b'{"external_id": "%s", "text": "Bonjour", "sender": {"kind": "email", "address": "u@example.org"}}'
        body %= name.encode()
        signed = webhooks.signed_headers(identifier=name, at=self._clock(), body=body, secrets=[SecretStr(self.secret)])
        answer = await door.post(self._path, content=body, headers=signed)
        self.answers.append(answer.status_code)
        self._heard.set()
        return answer.status_code

    async def go_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.hand_over()
            await asyncio.sleep(0.05)

    async def heard_more(self) -> None:
        """Waits until each door has answered twice more."""
        enough = len(self.answers) + 2 * len(self._doors) + 1
        while len(self.answers) < enough:
            self._heard.clear()
            await self._heard.wait()

    async def close(self) -> None:
        for one in self._doors:
            await one.aclose()


async def the_secrets(opened: House, town: UUID, channel_id: UUID, *secrets: str) -> None:
    async with opened.database.transaction(tenant=town) as session:
        channel = await opened.channels.get(session, town, channel_id)
        await opened.channels.change(
            session, channel, version=channel.version, name=None, state=None, config={"secrets": list(secrets)}
        )


async def count(opened: House, town: UUID, query: str) -> Any:
    async with opened.database.transaction(tenant=town) as session:
        return (await session.execute(text(query))).scalar_one()


async def test_every_key_is_changed_under_traffic_and_nothing_is_refused_or_lost(
    database_url: str, tmp_path: Path
) -> None:
    clock = MovableClock()
    async with house(database_url, tmp_path, clock=clock, secret_key=SecretStr(FORMER)) as before:
        town = await a_town(before, slug=f"v{new_id().hex}")
        async with before.database.transaction(tenant=town) as session:
            channel = await before.channels.connect(
                session, town, type="http", name="Partenaire", address=None, config={"secrets": [FIRST]}
            )
    # docs/secrets.md, step 1: every process knows both before anything is wrapped anew.
    both: dict[str, Any] = {
        "secret_key": SecretStr(LATTER),
        "previous_secret_keys": [SecretStr(FORMER)],
        "worker_inside": False,
    }
    async with (
        house(database_url, tmp_path, clock=clock, **both) as one,
        house(database_url, tmp_path, clock=clock, **both) as other,
    ):
        sender, stop = Sender(clock, f"/hooks/http/{channel.key}", one, other), asyncio.Event()
        sending = asyncio.create_task(sender.go_on(stop))
        await sender.heard_more()
        assert (await one.rotation.rotate(town, data_keys=False)).rewrapped == 1
        await sender.heard_more()
        await one.rotation.rotate(town, data_keys=True)
        await sender.heard_more()
        await the_secrets(other, town, channel.id, SECOND, FIRST)
        await sender.heard_more()
        sender.secret = SECOND
        await sender.heard_more()
        await the_secrets(one, town, channel.id, SECOND)
        stop.set()
        await sending
        clock.move(days=1, minutes=1)  # former data keys may be destroyed from now on; what is signed bears its hour
        stop.clear()
        sending = asyncio.create_task(sender.go_on(stop))
        await other.rotation.rotate(town, data_keys=True)
        await sender.heard_more()
        stop.set()
        await sending
        await one.inbound.drain(str(town))
        assert set(sender.answers) == {200}
        assert await count(one, town, "SELECT count(*) FROM messages WHERE direction = 'in'") == len(sender.answers)
        assert await count(one, town, "SELECT count(*) FROM receptions WHERE state <> 'done'") == 0
        sender.secret = FIRST
        assert await sender.hand_over() == 401
        standing = await one.rotation.standing(town)
        assert standing.values["channels"] == {"present": 1}
        assert len(standing.masters) == 1
        await sender.close()
    # The key that was taken out opens nothing any more; the one that serves is enough.
    async with house(database_url, tmp_path, clock=clock, secret_key=SecretStr(LATTER)) as after:
        assert (await after.rotation.check()).ok
        found = await after.channels.at_door(channel.key)
        assert isinstance(found.config, HttpConfig)
        assert list(found.config.signing_secrets()) == [SecretStr(SECOND)]


async def test_a_process_that_was_not_told_the_new_key_keeps_what_it_cannot_judge_for_a_person(
    database_url: str, tmp_path: Path
) -> None:
    clock = MovableClock()
    async with house(database_url, tmp_path, clock=clock, secret_key=SecretStr(FORMER)) as before:
        town = await a_town(before, slug=f"v{new_id().hex}")
        async with before.database.transaction(tenant=town) as session:
            channel = await before.channels.connect(
                session, town, type="http", name="Partenaire", address=None, config={"secrets": [FIRST]}
            )
    both: dict[str, Any] = {"secret_key": SecretStr(LATTER), "previous_secret_keys": [SecretStr(FORMER)]}
    async with house(database_url, tmp_path, clock=clock, **both) as latter:
        await latter.rotation.rotate(town, data_keys=True)
    async with house(database_url, tmp_path, clock=clock, secret_key=SecretStr(FORMER)) as forgotten:
        sender = Sender(clock, f"/hooks/http/{channel.key}", forgotten)
        assert await sender.hand_over() == 200
        await forgotten.inbound.drain(str(town))
        assert await count(forgotten, town, "SELECT state FROM receptions") == "held"
        told = await forgotten.rotation.check()
        assert not told.ok
        assert "PARVIS_PREVIOUS_SECRET_KEYS" in told.detail
        await sender.close()
