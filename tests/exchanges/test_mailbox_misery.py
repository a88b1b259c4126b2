"""F17, F18 to the end: a mailbox in misery, and what stands in the house and on the channel's page."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.values import Channel, ChannelState
from app.exchanges.inbound import TRIES
from app.exchanges.reading import Asked, Failure, Outcome, ReadingFailed
from app.exchanges.receptions import State
from tests.exchanges.polls import poll_and_read, states
from tests.harness.towns import TownHouse, mail
from tests.simulators.imap import Mailbox


@pytest_asyncio.fixture
async def served() -> AsyncIterator[tuple[Mailbox, int]]:
    box = Mailbox()
    async with box.served() as port:
        yield box, port


@pytest_asyncio.fixture
async def polled(town: TownHouse, served: tuple[Mailbox, int]) -> Channel:
    return await mailbox_at(town, "127.0.0.1", served[1])


async def mailbox_at(town: TownHouse, host: str, port: int) -> Channel:
    address = f"releve.{town.tenant_id.hex}@villebourg.example.fr"
    server = {"imap_host": host, "imap_port": port, "imap_security": "none", "imap_timeout_s": 5}
    account = {"imap_username": "contact", "imap_password": "secret", "imap_batch": 50}
    return await town.connect("email", {"address": address, **server, **account}, address=address)


def letter(number: int) -> bytes:
    return mail(subject=f"Demande {number:03}", message_id=f"<{number}@example.org>")


async def present(town: TownHouse, channel: Channel) -> Channel:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.channels.get(session, town.tenant_id, channel.id)


async def facts(town: TownHouse, kind: str) -> int:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        counted = await session.execute(text("SELECT count(*) FROM events WHERE type = :kind"), {"kind": kind})
        return int(counted.scalar_one())


async def test_three_days_of_mail_come_in_batches_through_drops(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    box.put(*(letter(number) for number in range(1, 91)))
    box.hangs_up_on, box.hangs_up_times = {30, 70}, 1
    assert len(await poll_and_read(town, polled)) == 29
    assert "UID 30" in ((await present(town, polled)).state_reason or "")
    town.clock.move(minutes=6)
    box.hangs_up_times = 1
    box.hangs_up_on = {70}
    assert len(await poll_and_read(town, polled)) == 69
    town.clock.move(minutes=6)
    subjects = await poll_and_read(town, polled)
    assert subjects == [f"Demande {number:03}" for number in range(1, 91)]
    assert await states(town) == {State.DONE.value: 90}
    assert (await present(town, polled)).state_reason is None


async def test_a_mailbox_renumbered_or_put_back_loses_and_doubles_nothing(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    box.put(letter(1), letter(2), letter(3))
    await poll_and_read(town, polled)
    box.uidvalidity += 1
    box.folders["INBOX"] = {}
    box.put(letter(3), letter(1), letter(4), letter(2))
    assert len(await poll_and_read(town, polled)) == 4
    # The same validity and the same UIDs name other mails: put back from a copy by a server that keeps to no rule.
    box.folders["INBOX"] = {}
    box.put(letter(1), letter(5), letter(2), letter(6), dated="04-Mar-2026 10:00:00 +0000")
    assert await poll_and_read(town, polled) == [f"Demande {number:03}" for number in range(1, 7)]
    assert await states(town) == {State.DONE.value: 6, State.DUPLICATE.value: 5}


async def test_another_mailbox_of_the_same_server_is_read_from_its_first_mail(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    """Many servers give every mailbox the same validity (Gmail: 1), and UIDs that are gone tell one from another no more."""
    box, _ = served
    box.put(letter(1), letter(2))
    assert len(await poll_and_read(town, polled)) == 2
    other = Mailbox()
    other.put(letter(3), letter(4), letter(5))
    del other.folders["INBOX"][2]  # the place of what was read last is empty there
    async with other.served() as port:
        before = await present(town, polled)
        account = {"imap_port": port, "imap_username": "accueil", "imap_password": "secret"}
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.channels.change(
                session, before, version=before.version, name=None, state=None, config=account
            )
        town.clock.move(minutes=6)
        assert len(await poll_and_read(town, await present(town, polled))) == 4


async def test_a_refused_password_asks_for_a_person_once_and_its_return_is_found(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    box.login = "NO [AUTHENTICATIONFAILED] no"
    box.put(letter(1))
    for _ in range(3):
        assert await poll_and_read(town, polled) == []
        town.clock.move(minutes=6)
    found = await present(town, polled)
    assert (found.state, found.state_reason) == (
        ChannelState.NEEDS_REAUTH,
        "la boîte refuse l'identifiant ou le mot de passe",
    )
    assert await facts(town, "channel.needs_reauth") == 1
    box.login = "OK done"
    assert await poll_and_read(town, polled) == ["Demande 001"]
    await town.house.care.check(str(town.tenant_id), str(polled.id))
    assert (await present(town, polled)).state is ChannelState.ACTIVE


async def test_a_server_that_is_ill_changes_no_state_and_is_told_once(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    box.login = "NO [UNAVAILABLE] later"
    for _ in range(3):
        await poll_and_read(town, polled)
        town.clock.move(minutes=6)
    found = await present(town, polled)
    assert found.state is ChannelState.ACTIVE
    assert "la boîte demande de revenir plus tard" in (found.state_reason or "")
    assert await facts(town, "channel.degraded") == 1


async def test_a_renamed_folder_is_told_in_words_and_read_again_when_it_is_back(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    box.folders = {"Archives": box.folders.pop("INBOX")}
    box.put(letter(1), folder="Archives")
    await poll_and_read(town, polled)
    assert "dossiers présents : Archives" in ((await present(town, polled)).state_reason or "")
    box.folders["INBOX"] = box.folders.pop("Archives")
    assert await poll_and_read(town, polled) == ["Demande 001"]


async def test_a_mail_that_breaks_the_reader_is_held_and_the_others_are_read(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, _ = served
    box.put(letter(1), mail(subject="Poison", message_id="<poison@example.org>"), letter(2))
    read_all = town.house.inbound._reader.read_all

    async def breaks(asked: list[Asked]) -> list[Outcome]:
        outcomes = await read_all(asked)
        broken = ReadingFailed(Failure.CRASH, "le processus de lecture s'est arrêté sur ce contenu (mémoire ou défaut)")
        return [
            broken if b"Poison" in one.delivery.body else outcome for one, outcome in zip(asked, outcomes, strict=True)
        ]

    monkeypatch.setattr(town.house.inbound._reader, "read_all", breaks)
    assert await poll_and_read(town, polled) == ["Demande 001", "Demande 002"]
    for _ in range(TRIES):
        town.clock.move(minutes=30)
        await poll_and_read(town, polled)
    assert await states(town) == {State.DONE.value: 2, State.HELD.value: 1}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT reason, raw FROM receptions WHERE state = 'held'"))
        ((reason, raw),) = rows.all()
    assert "s'est arrêté sur ce contenu" in reason
    assert b"Poison" in raw


async def test_a_mail_over_the_limit_leaves_its_envelope_in_a_request(
    town: TownHouse, served: tuple[Mailbox, int], polled: Channel
) -> None:
    box, _ = served
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        config = {"max_bytes": 2**16}
        await town.house.channels.change(session, polled, version=polled.version, name=None, state=None, config=config)
    box.put(mail(subject="Plans", message_id="<plans@example.org>", text="x" * 70_000))
    assert await poll_and_read(town, polled) == ["Plans"]
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT warnings, fields FROM messages WHERE direction = 'in'"))
        ((warnings, fields),) = rows.all()
    assert any(one.startswith("taille") for one in warnings)
    assert fields["envelope"]["oversize"] is True


async def test_names_that_are_not_resolved_are_told_once_and_all_comes_when_they_are_again(
    town: TownHouse, served: tuple[Mailbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F26: the resolver is the boundary, and answers EAI_AGAIN to everybody, as an unreachable one does."""
    box, port = served
    polled = await mailbox_at(town, "localhost", port)
    await poll_and_read(town, polled)
    box.put(letter(1), letter(2))
    with monkeypatch.context() as down:
        down.setattr(asyncio.get_running_loop(), "getaddrinfo", _no_names)
        for _ in range(3):
            town.clock.move(minutes=6)
            assert await poll_and_read(town, polled) == []
    found = await present(town, polled)
    assert found.state is ChannelState.ACTIVE
    assert "la boîte ne répond pas" in (found.state_reason or "")
    assert await facts(town, "channel.degraded") == 1
    town.clock.move(minutes=6)
    assert await poll_and_read(town, polled) == ["Demande 001", "Demande 002"]
    assert (await present(town, polled)).state_reason is None


async def _no_names(*_given: object, **_named: object) -> list[object]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
