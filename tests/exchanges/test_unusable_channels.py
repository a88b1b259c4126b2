"""A channel whose package is gone says what to do, costs the others nothing, and loses nothing that comes for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest

from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.exchanges import receptions
from app.exchanges.outbox import OutState
from app.exchanges.receptions import State
from app.facts import Actor
from app.main import create_app
from tests.harness.towns import TownHouse, mail

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
TYPE = "sms.twilio"


@contextmanager
def uninstalled(town: TownHouse) -> Iterator[None]:
    """Takes a type away, as when its package was removed and the house started again."""
    registry = town.house.registry
    source, adapter = registry._sources.pop(TYPE), registry._adapters.pop(TYPE, None)
    town.house.channels._kept.clear()
    yield
    registry._sources[TYPE] = source
    if adapter is not None:
        registry._adapters[TYPE] = adapter


async def a_number(town: TownHouse) -> Channel:
    return await town.connect(TYPE, {"account_sid": "AC1", "auth_token": "jeton", "sender": "+33700000000"})


def said(number: int) -> bytes:
    words = {"MessageSid": f"SM{number:032d}", "AccountSid": "AC1", "From": "+33700000001", "To": "+33700000000"}
    return urlencode({**words, "Body": "Le lampadaire est éteint."}).encode()


async def listed(town: TownHouse) -> dict[UUID, Channel | Unopened]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await town.house.channels.page(session, town.tenant_id, after=None, limit=50)
    return {channel.id: channel for channel in found}


async def test_it_is_listed_with_what_to_do_and_the_others_as_ever(town: TownHouse) -> None:
    gone = await a_number(town)
    with uninstalled(town):
        channels = await listed(town)
        unusable = channels[gone.id]
        assert isinstance(unusable, Unopened)
        assert "réinstallez le paquet" in unusable.because
        assert "jeton" not in str(unusable)
        assert isinstance(channels[town.mailbox.id], Channel)
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            usable = await town.house.channels.all_of(session, town.tenant_id)
        assert [channel.id for channel in usable] == [town.mailbox.id]
        assert (await town.receive(mail())).state is State.DONE
    assert isinstance((await listed(town))[gone.id], Channel)


async def test_what_was_accepted_is_held_with_the_reason_and_read_once_it_is_back(town: TownHouse) -> None:
    door = await a_number(town)
    receipt = await town.accept(said(1), channel=door, headers=FORM, method="POST")
    with uninstalled(town):
        await town.house.inbound.drain(str(town.tenant_id))
        held = await town.reception(receipt)
        assert held.state is State.HELD
        assert "n'est plus installé" in (held.reason or "")
        assert held.raw == said(1)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.inbound.release(
            session, town.tenant_id, receipt, reason="paquet réinstallé", actor=Actor("agent")
        )
    await town.house.inbound.drain(str(town.tenant_id))
    assert (await town.reception(receipt)).state is State.DONE


async def test_what_a_provider_still_sends_is_kept_unverified(town: TownHouse) -> None:
    door = await a_number(town)
    app = create_app(town.house)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as http:
        with uninstalled(town):
            path = f"/hooks/{TYPE}/{door.key}"
            kept = await http.post(path, content=said(2), headers=dict(FORM))
            assert kept.status_code == 200
            assert (await http.get(path)).status_code == 404
            assert (await http.post(f"/hooks/email/{door.key}", content=b"x")).status_code == 404
            await town.house.inbound.drain(str(town.tenant_id))
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (line,) = await receptions.page(session, town.tenant_id, state=State.HELD, after=None, limit=5)
    reception = await town.reception(line.id)
    assert (reception.raw, reception.verified) == (said(2), None)


async def test_what_must_leave_by_it_waits_and_says_why(town: TownHouse) -> None:
    door = await a_number(town)
    kept = await town.receive(said(3), channel=door, headers=FORM, method="POST")
    with uninstalled(town):
        await town.deliver()
        (sent,) = await town.sent(kept.ticket_id)
        assert "réinstallez" in (sent.detail or "")
        assert sent.next_attempt_at is not None
    town.clock.move(hours=2)
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    assert sent.state is OutState.ACCEPTED


async def test_changing_it_is_refused_with_words(town: TownHouse) -> None:
    door = await a_number(town)
    with uninstalled(town), pytest.raises(ChannelUnusable, match="réinstallez"):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.channels.get(session, town.tenant_id, door.id)


async def test_a_delivery_refused_by_what_is_remembered_is_kept_when_the_second_look_cannot_open_the_channel(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await a_number(town)
    with uninstalled(town):
        gone = (await listed(town))[door.id]
    assert isinstance(gone, Unopened)
    unusable = ChannelUnusable(gone)

    async def changed_since(*_: object) -> None:
        raise unusable

    monkeypatch.setattr(town.house.channels, "changed_since", changed_since)
    app = create_app(town.house)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as http:
        kept = await http.post(f"/hooks/{TYPE}/{door.key}", content=said(4), headers=dict(FORM))
    assert kept.status_code == 200
    (line,) = await town.received()
    reception = await town.reception(line.id)
    assert (reception.raw, reception.verified) == (said(4), None)
