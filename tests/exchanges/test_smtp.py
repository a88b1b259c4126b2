"""The SMTP door: what it keeps before it says so, whom it knows, what it refuses, how it holds under odd clients."""

import asyncio
from collections.abc import AsyncIterator

import aiosmtplib
import pytest
import pytest_asyncio

from app.errors import Misconfigured, Unavailable
from app.exchanges.receptions import Door
from app.exchanges.smtp import SmtpDoor
from app.exchanges.smtp.limits import Limits
from tests.exchanges.smtp_client import MAIL, Client
from tests.harness.houses import a_town
from tests.harness.towns import TownHouse, a_mailbox

SMALL = Limits(message_bytes=100_000, memory_bytes=250_000, silence_s=0.5, message_s=1.0, connections=3, recipients=4)


def a_door(town: TownHouse, limits: Limits = SMALL) -> SmtpDoor:
    return SmtpDoor(
        town.house.channels,
        town.house.inbound,
        max_bytes=limits.message_bytes,
        smtp="127.0.0.1:0",
        lmtp="127.0.0.1:0",
        limits=limits,
    )


@pytest_asyncio.fixture
async def door(town: TownHouse) -> AsyncIterator[SmtpDoor]:
    async with a_door(town, Limits(message_bytes=100_000, memory_bytes=10**6)) as opened:
        yield opened


async def test_a_mail_is_kept_byte_for_byte_before_it_is_acknowledged(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        assert await client.open(town.address) == ["250 2.1.5 Recipient ok"]
        (answer,) = await client.data(MAIL)
        assert answer.startswith("250 2.0.0 Kept rcp_")
        (kept,) = await town.received()
    assert kept.raw == MAIL
    assert kept.door is Door.SMTP
    assert kept.envelope == {
        "mail_from": "usager@example.org",
        "rcpt_to": [town.address],
        "helo": "client.example.org",
        "peer": "127.0.0.1",
        "tls": False,
        "door": "smtp",
    }


async def test_an_ordinary_client_is_served(town: TownHouse, door: SmtpDoor) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=door.smtp_port, start_tls=False) as client:
        await client.ehlo()
        assert client.supports_extension("size")
        assert client.supports_extension("8bitmime")
        assert client.supports_extension("smtputf8")
        assert not client.supports_extension("auth")
        errors, answer = await client.sendmail("usager@example.org", [town.address], MAIL)
    assert errors == {}
    assert answer.startswith("2.0.0 Kept")


async def test_a_recipient_may_carry_a_tag_and_capitals(town: TownHouse, door: SmtpDoor) -> None:
    local, _, domain = town.address.partition("@")
    written = f"{local}+abcDEF123@{domain.upper()}"
    async with Client(door.smtp_port) as client:
        assert await client.open(written) == ["250 2.1.5 Recipient ok"]
        await client.data(MAIL)
    (kept,) = await town.received()
    assert kept.envelope["rcpt_to"] == [written]


async def test_an_unknown_recipient_is_refused_at_once(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        assert await client.open("nobody@villebourg.example.fr") == ["550 5.1.1 No such recipient here"]
        assert (await client.say(b"DATA"))[0].startswith("503")


async def test_a_channels_key_is_not_an_address(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        (refused,) = await client.open(town.mailbox.key)
    assert refused.startswith("553")


@pytest.mark.parametrize(
    "path",
    ["=?utf-8?Q?agent?=@villebourg.example.fr", "a b@example.org", '"a"b@example.org', "a@b@example.org", "", "@"],
)
async def test_a_path_is_never_decoded_nor_guessed(door: SmtpDoor, path: str) -> None:
    async with Client(door.smtp_port) as client:
        (refused,) = await client.open(path)
    assert refused[:3] in {"501", "550", "553"}


async def test_the_null_sender_is_accepted(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.open(town.address, sender="")
        await client.data(MAIL)
    (kept,) = await town.received()
    assert kept.envelope["mail_from"] == ""


async def test_two_addresses_of_one_mailbox_make_one_reception(town: TownHouse, door: SmtpDoor) -> None:
    tagged = town.address.replace("@", "+x@")
    async with Client(door.smtp_port) as client:
        await client.open(town.address, tagged)
        await client.data(MAIL)
    (kept,) = await town.received()
    assert kept.envelope["rcpt_to"] == [town.address, tagged]


async def test_each_administration_has_its_own_copy_and_does_not_see_the_others(
    town: TownHouse, door: SmtpDoor
) -> None:
    other_id = await a_town(town.house, slug=f"other-{town.tenant_id}")
    mailbox = await a_mailbox(town.house, other_id, f"mairie.{other_id}@autre.example.fr")
    other = TownHouse(town.house, other_id, mailbox, town.clock)
    async with Client(door.smtp_port) as client:
        await client.open(town.address, other.address)
        assert (await client.data(MAIL))[0].startswith("250")
    for one in (town, other):
        (kept,) = await one.received()
        assert kept.envelope["rcpt_to"] == [one.address]


async def test_a_mail_too_large_is_refused_when_it_is_announced(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        greeted, refused = await client.say(b"EHLO c.example.org", b"MAIL FROM:<usager@example.org> SIZE=100001")
    assert "250-SIZE 100000" in greeted
    assert refused.startswith("552 5.3.4")


async def test_a_mail_too_large_is_refused_and_the_client_may_go_on(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        assert (await client.data(b"x" * 150_000 + b"\r\n"))[0].startswith("552 5.3.4")
        await client.open(town.address)
        assert (await client.data(MAIL))[0].startswith("250")
    assert [kept.raw for kept in await town.received()] == [MAIL]


async def test_a_flood_is_cut_before_it_is_all_read(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        await client.say(b"DATA")
        for _ in range(20):
            client.writer.write(b"y" * 50_000)
        assert (await client.reply()).startswith("552 5.3.4")
    assert await town.received() == []


async def test_a_mail_of_exactly_the_limit_is_kept_and_one_byte_more_is_not(town: TownHouse, door: SmtpDoor) -> None:
    full = b"x" * 99_998 + b"\r\n"
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        assert (await client.data(full))[0].startswith("250")
        await client.open(town.address)
        assert (await client.data(b"x" + full))[0].startswith("552")


async def test_lines_of_any_length_are_kept(town: TownHouse, door: SmtpDoor) -> None:
    long = MAIL + b"z" * 90_000 + b"\r\n"
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        assert (await client.data(long))[0].startswith("250")
    assert (await town.received())[0].raw == long


async def test_an_empty_mail_is_kept(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        assert (await client.data(b""))[0].startswith("250")
    assert (await town.received())[0].raw == b""


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\n\x00.\r\n"]
)
async def test_only_a_dot_between_two_crlf_ends_a_mail(town: TownHouse, door: SmtpDoor, end: bytes) -> None:
    """T81: what follows a false end stays text; no second mail is smuggled in."""
    smuggled = (
        b"MAIL FROM:<maire@villebourg.example.fr>\r\nRCPT TO:<" + town.address.encode() + b">\r\nDATA\r\nfaux\r\n"
    )
    sent = MAIL.removesuffix(b"\r\n") + end + smuggled
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        await client.say(b"DATA")
        stuffed = MAIL.removesuffix(b"\r\n").replace(b"\r\n.", b"\r\n..") + end + smuggled
        client.writer.write(stuffed + b".\r\n")
        assert (await client.reply()).startswith("250")
        assert await client.silence() == b""
    (kept,) = await town.received()
    # A dot after CR LF is transparency's, whatever follows it.
    assert kept.raw == (sent.replace(b"\r\n.\n", b"\r\n\n") if end == b"\r\n.\n" else _untouched(sent, end))


def _untouched(sent: bytes, end: bytes) -> bytes:
    return sent.replace(b"\r\n.\r", b"\r\n\r") if end == b"\r\n.\r" else sent


async def test_a_command_ends_with_crlf_only(door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.say(b"EHLO c.example.org")
        (refused,) = await client.say(b"MAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>")
        assert refused[:1] == "5"
        client.writer.write(b"NOOP\n")
        assert await client.silence() == b""


async def test_commands_sent_together_are_answered_in_order(town: TownHouse, door: SmtpDoor) -> None:
    async with Client(door.smtp_port) as client:
        await client.say(b"EHLO c.example.org")
        to = f"RCPT TO:<{town.address}>".encode()
        one = [b"MAIL FROM:<usager@example.org>", to, b"DATA"]
        body = MAIL.replace(b"\r\n.", b"\r\n..") + b"."
        replies = await client.say(*one, body.replace(b"\r\n", b"\r\n"), *one, body, b"QUIT")
    assert [reply[:3] for reply in replies] == ["250", "250", "354", "250"] * 2 + ["221"]
    assert [kept.raw for kept in await town.received()] == [MAIL, MAIL]


@pytest.mark.parametrize("command", [b"AUTH PLAIN AGEAYg==", b"VRFY contact", b"EXPN all", b"HELP", b"STARTTLS"])
async def test_nothing_else_is_offered(door: SmtpDoor, command: bytes) -> None:
    async with Client(door.smtp_port) as client:
        greeted, refused = await client.say(b"EHLO c.example.org", command)
    assert refused == "502 5.5.1 Not here"
    assert command.split()[0].decode() not in greeted


async def test_nothing_is_acknowledged_that_could_not_be_kept(town: TownHouse, door: SmtpDoor, monkeypatch) -> None:
    async def away(*_: object, **__: object) -> None:
        raise Unavailable("the database is away")

    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        monkeypatch.setattr(town.house.inbound, "accept", away)
        assert await client.data(MAIL) == ["451 4.3.0 Not kept, try again later"]
        monkeypatch.undo()
        await client.open(town.address)
        assert (await client.data(MAIL))[0].startswith("250")


async def test_a_fault_tells_nothing_of_our_insides(town: TownHouse, door: SmtpDoor, monkeypatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        monkeypatch.setattr(town.house.inbound, "accept", broken)
        assert await client.data(MAIL) == ["451 4.3.0 Not kept, try again later"]
        monkeypatch.setattr(town.house.channels, "at_door", broken)
        assert await client.open(town.address) == ["451 4.3.0 Not kept, try again later"]


async def test_a_client_that_hangs_up_does_not_cut_the_commit(town: TownHouse, door: SmtpDoor, monkeypatch) -> None:
    accept, entered, go = town.house.inbound.accept, asyncio.Event(), asyncio.Event()

    async def slow(*args: object, **named: object) -> object:
        entered.set()
        await go.wait()
        return await accept(*args, **named)

    monkeypatch.setattr(town.house.inbound, "accept", slow)
    async with Client(door.smtp_port) as client:
        await client.open(town.address)
        await client.say(b"DATA")
        client.writer.write(MAIL + b".\r\n")
        await entered.wait()
    await asyncio.sleep(0.05)
    go.set()
    await door.stop()
    assert len(await town.received()) == 1


async def _drips(client: Client) -> None:
    """Sends one byte now and then: it keeps silence away, not the end of the message's time."""
    for _ in range(600):
        client.writer.write(b"x")
        await client.writer.drain()
        await asyncio.sleep(0.1)


async def test_a_slow_client_is_shown_out(town: TownHouse) -> None:
    async with a_door(town) as door, Client(door.smtp_port) as client:
        await client.open(town.address)
        await client.say(b"DATA")
        with pytest.raises(ConnectionError):
            await _drips(client)
    assert await town.received() == []


async def test_a_silent_client_is_shown_out(town: TownHouse) -> None:
    async with a_door(town) as door, Client(door.smtp_port) as client:
        assert await client.closed(60)


async def test_too_many_clients_are_told_to_come_back(town: TownHouse) -> None:
    async with a_door(town) as door:
        present = [Client(door.smtp_port) for _ in range(3)]
        for client in present:
            await client.__aenter__()
        async with Client(door.smtp_port) as one_more:
            assert one_more.greeting.startswith("421 4.3.2")
        await present[0].say(b"QUIT")
        assert await present[0].closed(60)
        async with Client(door.smtp_port) as now:
            assert now.greeting.startswith("220")
        for client in present:
            client.writer.close()


async def test_all_clients_together_have_bounded_room(town: TownHouse) -> None:
    limits = Limits(message_bytes=100_000, memory_bytes=150_000)
    async with a_door(town, limits) as door, Client(door.smtp_port) as first, Client(door.smtp_port) as second:
        for client in (first, second):
            await client.open(town.address)
            await client.say(b"DATA")
        first.writer.write(b"x" * 90_000)
        await first.writer.drain()
        await asyncio.sleep(0.1)
        second.writer.write(b"x" * 90_000)
        assert (await second.reply()).startswith("452 4.3.1")
        first.writer.write(b"\r\n.\r\n")
        assert (await first.reply()).startswith("250")


async def test_too_many_recipients_are_taken_in_turns(town: TownHouse) -> None:
    async with a_door(town) as door, Client(door.smtp_port) as client:
        tagged = [town.address.replace("@", f"+{number}@") for number in range(5)]
        replies = await client.open(*tagged)
    assert [reply[:9] for reply in replies] == ["250 2.1.5"] * 4 + ["452 4.5.3"]


async def test_closing_answers_the_mail_under_way(town: TownHouse) -> None:
    door = a_door(town, Limits(message_bytes=100_000, memory_bytes=10**6))
    await door.start()
    async with Client(door.smtp_port) as client, Client(door.smtp_port) as idle:
        await client.open(town.address)
        await client.say(b"DATA")
        closing = asyncio.create_task(door.stop())
        await asyncio.sleep(0.05)
        client.writer.write(MAIL + b".\r\n")
        assert (await client.reply()).startswith("250")
        assert (await client.reply()).startswith("421")
        assert (await idle.reply()).startswith("421")
        await closing
    assert len(await town.received()) == 1


async def test_an_address_that_cannot_be_had_is_named(town: TownHouse, door: SmtpDoor) -> None:
    for wrong in (f"127.0.0.1:{door.smtp_port}", "nonsense", "127.0.0.1:99999"):
        other = SmtpDoor(town.house.channels, town.house.inbound, max_bytes=10**6, smtp=wrong)
        with pytest.raises(Misconfigured, match=r"host:port|PARVIS_SMTP_LISTEN"):
            await other.start()


async def test_lmtp_answers_for_every_recipient(town: TownHouse, door: SmtpDoor, monkeypatch) -> None:
    """RFC 2033 §4.2: one reply a recipient, so that one that failed is the only one sent again."""
    other_id = await a_town(town.house, slug=f"lmtp-{town.tenant_id}")
    other = await a_mailbox(town.house, other_id, f"mairie.{other_id}@autre.example.fr")
    accept = town.house.inbound.accept

    async def partly(channel: object, *args: object, **named: object) -> object:
        if channel.id == other.id:  # type: ignore[attr-defined]
            raise Unavailable("away")
        return await accept(channel, *args, **named)

    monkeypatch.setattr(town.house.inbound, "accept", partly)
    async with Client(door.lmtp_port) as client:
        await client.open(town.address, other.address, "nobody@example.org", town.address, greeting=b"LHLO")
        replies = await client.data(MAIL, answers=3)
    assert [reply[:9] for reply in replies] == ["250 2.0.0", "451 4.3.0", "250 2.0.0"]
    (kept,) = await town.received()
    assert (kept.door, kept.envelope["door"]) == (Door.LMTP, "lmtp")


async def test_smtp_has_one_answer_so_one_failure_is_said_of_all(town: TownHouse, door: SmtpDoor, monkeypatch) -> None:
    other_id = await a_town(town.house, slug=f"smtp-{town.tenant_id}")
    other = await a_mailbox(town.house, other_id, f"mairie.{other_id}@autre.example.fr")
    accept = town.house.inbound.accept

    async def partly(channel: object, *args: object, **named: object) -> object:
        if channel.id == other.id:  # type: ignore[attr-defined]
            raise Unavailable("away")
        return await accept(channel, *args, **named)

    monkeypatch.setattr(town.house.inbound, "accept", partly)
    async with Client(door.smtp_port) as client:
        await client.open(town.address, other.address)
        assert await client.data(MAIL) == ["451 4.3.0 Not kept, try again later"]


async def test_lmtp_is_greeted_with_lhlo(door: SmtpDoor) -> None:
    async with Client(door.lmtp_port) as client:
        refused, also, greeted = await client.say(b"EHLO c", b"HELO c", b"LHLO c.example.org")
    assert (refused[:3], also[:3], greeted[:3]) == ("500", "500", "250")
    assert "PIPELINING" in greeted
    assert "ENHANCEDSTATUSCODES" in greeted
