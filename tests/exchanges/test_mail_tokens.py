"""Tokens that last an hour: asked for in time, by one process at a time, kept sealed; what a refusal does to a channel."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.contract import Outcome, Party, PointKind, SendRequest, Sent
from app.channels.errors import CredentialsRefused
from app.channels.renewing import Renewal, TokenLater
from app.channels.values import Channel, ChannelState
from app.exchanges.carrying import Providers
from app.facts import SYSTEM
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse, a_mailbox
from tests.simulators.identification import Identification, refusing
from tests.simulators.misery import out_of_order

ACCOUNT = {
    "imap_host": "127.0.0.1",
    "imap_port": 9,
    "imap_security": "none",
    "imap_username": "contact@villebourg.example.fr",
    "oauth_provider": "microsoft",
    "oauth_client_id": "application",
    "oauth_client_secret": "s3cret",
    "oauth_refresh_token": "R0",
}


@dataclass(frozen=True)
class Scene:
    town: TownHouse
    service: Identification
    channel: Channel
    clock: MovableClock

    @property
    def renewal(self) -> Renewal:
        return self.town.house.idling._renewal

    async def fresh(self, **asked: Any) -> str:
        found = await self.renewal.fresh(await self.present(), **asked)
        token: str = found.config.oauth_access_token.get_secret_value()  # type: ignore[attr-defined]
        return token

    async def present(self) -> Channel:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            return await self.town.house.channels.get(session, self.town.tenant_id, self.channel.id)


@pytest_asyncio.fixture
async def scene(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Scene]:
    service = Identification(rotates=True)
    async with service.client() as carried, house(database_url, tmp_path, clock=clock, carried=carried) as opened:
        tenant_id = await a_town(opened, slug=f"t{tmp_path.name[-12:].replace('_', '-').strip('-')}")
        mailbox = await a_mailbox(opened, tenant_id, f"contact@{tenant_id.hex}.example.fr")
        town = TownHouse(opened, tenant_id, mailbox, clock)
        address = f"m365@{tenant_id.hex}.example.fr"
        channel = await town.connect("email", {"address": address, **ACCOUNT}, address=address)
        yield Scene(town, service, channel, clock)


async def test_a_token_is_asked_for_once_and_again_before_it_ends(scene: Scene) -> None:
    assert [await scene.fresh() for _ in range(3)] == ["jeton-1"] * 3
    scene.clock.move(minutes=50)
    assert await scene.fresh() == "jeton-1"
    scene.clock.move(minutes=6)  # still good for four minutes: an attempt could outlive it
    assert await scene.fresh() == "jeton-2"
    assert [form["refresh_token"] for form in scene.service.forms] == ["R0", "R1"]


async def test_tokens_rest_sealed_and_apart_from_what_an_administrator_set(scene: Scene) -> None:
    await scene.fresh()
    async with scene.town.house.database.transaction(tenant=scene.town.tenant_id) as session:
        (kept,) = await session.execute(text("SELECT * FROM channel_tokens"))
        settings = await session.execute(text("SELECT config::text FROM channels"))
    assert b"jeton" not in kept.sealed
    assert b"R1" not in kept.sealed
    assert "jeton" not in "".join(settings.scalars())
    present = await scene.present()
    assert present.version == scene.channel.version
    assert present.config.oauth_access_token is None  # type: ignore[attr-defined]


async def test_processes_that_want_a_token_together_ask_once(scene: Scene) -> None:
    house = scene.town.house
    others = [
        Renewal(house.database, house.channels, scene.renewal._vault, scene.renewal._context, house.book, scene.clock)
        for _ in range(5)
    ]
    channel = await scene.present()
    found = await asyncio.gather(*(one.fresh(channel) for one in others))
    assert {one.config.oauth_access_token.get_secret_value() for one in found} == {"jeton-1"}  # type: ignore[attr-defined]
    assert len(scene.service.requests) == 1


async def test_a_refused_grant_asks_for_a_person_in_words_and_is_not_stormed(scene: Scene) -> None:
    scene.service.refresh = "autre"
    for _ in range(3):
        with pytest.raises(CredentialsRefused, match="l'autorisation a été retirée, ou a expiré"):
            await scene.fresh()
    assert len(scene.service.requests) == 1
    present = await scene.present()
    assert present.state is ChannelState.NEEDS_REAUTH
    assert "invalid_grant, AADSTS70008" in (present.state_reason or "")
    async with scene.town.house.database.transaction(tenant=scene.town.tenant_id) as session:
        told = await session.execute(text("SELECT count(*) FROM events WHERE type = 'channel.needs_reauth'"))
    assert told.scalar_one() == 1


async def test_new_credentials_are_tried_at_once(scene: Scene) -> None:
    scene.service.refresh = "R-neuf"
    with pytest.raises(CredentialsRefused):
        await scene.fresh()
    present = await scene.present()
    async with scene.town.house.database.transaction(tenant=scene.town.tenant_id) as session:
        await scene.town.house.care.renew(
            session,
            present,
            version=present.version,
            config={"oauth_refresh_token": "R-neuf"},
            ends=None,
            checked=None,
            actor=SYSTEM,
        )
    assert await scene.fresh() == "jeton-1"
    assert (await scene.present()).state is ChannelState.ACTIVE


async def test_a_grant_given_back_elsewhere_is_found_again_by_the_daily_test(scene: Scene) -> None:
    scene.service.suffer(refusing("consent_required"))
    with pytest.raises(CredentialsRefused):
        await scene.fresh()
    scene.clock.move(hours=2)
    assert await scene.fresh() == "jeton-1"
    assert (await scene.present()).state is ChannelState.ACTIVE


async def test_a_service_in_trouble_is_asked_later_and_the_present_token_goes_on(scene: Scene) -> None:
    await scene.fresh()
    scene.clock.move(minutes=57)
    scene.service.suffer(out_of_order, out_of_order)
    with pytest.raises(TokenLater):
        await scene.fresh()
    assert await scene.fresh() == "jeton-1"  # three minutes left, and the service is left in peace for one
    scene.clock.move(minutes=4)
    with pytest.raises(TokenLater, match="503"):
        await scene.fresh()
    with pytest.raises(TokenLater):
        await scene.fresh()
    assert len(scene.service.requests) == 3
    assert (await scene.present()).state is ChannelState.ACTIVE
    scene.clock.move(minutes=3)
    assert await scene.fresh() == "jeton-2"


async def test_a_process_that_dies_while_asking_blocks_nobody_for_long(scene: Scene) -> None:
    channel = await scene.present()
    grant = scene.renewal._grant(channel)
    assert grant is not None
    assert await scene.renewal._take(channel, grant, None, now=scene.clock())
    looks = 0

    async def passes(_: float) -> None:
        nonlocal looks
        looks += 1
        scene.clock.move(seconds=2)

    scene.renewal._pause = passes
    assert await scene.fresh() == "jeton-1"
    assert 25 <= looks <= 35


async def test_a_token_the_server_refuses_is_replaced_once(scene: Scene) -> None:
    """A revoked token: the mail leaves all the same with the next one."""
    await scene.fresh()
    scene.clock.move(minutes=20)
    seen: list[str] = []

    class Server:
        async def send(self, _request: SendRequest, config: Any, _context: object) -> Sent:
            from app.channels.contract import Sent

            seen.append(config.oauth_access_token.get_secret_value())
            return Sent(outcome=Outcome.OK if seen[-1] == "jeton-2" else Outcome.AUTH, external_ids=("<a@b>",))

    carrier = Providers(scene.renewal._context, scene.renewal)
    request = SendRequest(ref="0190", to=Party(PointKind.EMAIL, "usager@example.org"), text="Bonjour")
    sent = await carrier.carry(await scene.present(), Server(), request)  # type: ignore[arg-type]
    assert (sent.outcome, seen) == (Outcome.OK, ["jeton-1", "jeton-2"])
