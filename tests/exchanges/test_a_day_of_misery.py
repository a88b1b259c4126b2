"""F14 to F18, F37: a day at the house of three administrations, one of which has every provider against it.

Real servers on the loopback speak SMTP, IMAP and the providers' own formats; the clock is the test's. The unlucky town's
mail server greylists, refuses one person of three, hangs up before it says that it has a mail; its SMS provider and Meta
throttle, fail, hang, cut and lie; its mailbox says goodbye, lies about sizes and is made again. The two others, and a
second mailbox of the unlucky one, are served by the very next turn, whatever the hour.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import text

from app.channels import repository as channel_tests
from app.channels.contract import Context
from app.channels.values import Channel, ChannelState
from app.exchanges import gates, outbox
from app.exchanges.breaker import LaneState
from app.exchanges.carrying import Providers
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import State
from app.facts import Actor
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse, a_mailbox, mail
from tests.simulators import meta, misery
from tests.simulators.imap import Mailbox
from tests.simulators.sms import Loopback, Misery, SmsProvider, ovh, vonage
from tests.simulators.smtp import CLOSE, HANG, MailServer

AGENT = Actor("agent", None, "Accueil")
JSON = (("Content-Type", "application/json"),)
OVH = {
    "service_name": "sms-ab12345-1",
    "application_key": "application",
    "application_secret": "secret",
    "consumer_key": "consumer",
}
VONAGE = {"accept_unsigned": True, "api_key": "key", "api_secret": "secret", "sender": "33700000000"}
WHATSAPP = {"app_secret": meta.SECRET, "access_token": meta.TOKEN, "phone_number_id": meta.NUMBER}
WAITING = {OutState.FROZEN, OutState.SENDING}
# What the unlucky town's mail server does, hour by hour, at which stage of a conversation.
GREYLISTED, LOST, DEAF = {"RCPT": "451 4.7.1 greylisted"}, {"BODY": CLOSE}, {"GREETING": HANG}
SHUTS_DOWN = {"DATA": "421 4.3.2 shutting down"}
AT_THE_RELAY: Mapping[int, dict[str, str]] = {
    0: GREYLISTED, 1: GREYLISTED,
    3: LOST, 4: LOST,  # taken, and nobody says so
    6: {"BODY": f"{CLOSE} untaken"},
    8: DEAF, 9: DEAF,
    11: SHUTS_DOWN, 12: SHUTS_DOWN,
    14: {"MAIL": "552 5.2.2 over quota"},
    16: {"EHLO": CLOSE},
}  # fmt: skip
AT_THE_MAILBOX: Mapping[int, Mapping[str, object]] = {
    2: {"greeting": "* BYE overloaded"},
    4: {"literal": lambda size: size + 400},
    5: {"literal": lambda size: size + 2**31},
    7: {"login": "NO [UNAVAILABLE] later"},
    9: {"login": "NO [AUTHENTICATIONFAILED] no"},
}
OF_SMS = list(Misery)
OF_META = (
    meta.throttled, misery.out_of_order, misery.lost_before_the_body, misery.lost_after_the_body, misery.cut_short,
    misery.a_page_in_a_success, misery.no_connection, misery.sent_elsewhere,
)  # fmt: skip


class Wires(httpx.AsyncBaseTransport):
    """Takes each call to the provider it is meant for, and counts the calls of the hour."""

    def __init__(self, ports: Mapping[str, int], graph: meta.MetaSimulator) -> None:
        self._lines = {name: Loopback(port) for name, port in ports.items()}
        self._graph = httpx.MockTransport(graph)
        self.calls: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = next((one for one in self._lines if one in request.url.host), "meta")
        self.calls[name] += 1
        line = self._lines.get(name, self._graph)
        return await line.handle_async_request(request)

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.aclose()


@dataclass
class Day:
    """The house, its three administrations, and who is on the other side of each wire."""

    clock: MovableClock
    unlucky: TownHouse
    neighbours: list[TownHouse]
    relay: MailServer
    well: MailServer
    box: Mailbox
    ovh: SmsProvider
    vonage: SmsProvider
    graph: meta.MetaSimulator
    wires: Wires
    polled: Channel
    sick: dict[str, tuple[TownHouse, Channel, UUID]] = field(default_factory=dict)
    healthy: list[tuple[TownHouse, Channel, UUID]] = field(default_factory=list)
    mended: bool = False

    def suffers(self, hour: int) -> None:
        """What each provider does at this hour."""
        self.relay.answers = AT_THE_RELAY.get(hour, {})
        self.box.greeting, self.box.login, self.box.literal = "* OK here", "OK done", lambda size: size
        for name, value in AT_THE_MAILBOX.get(hour, {}).items():
            setattr(self.box, name, value)
        if hour == 11:  # made again: other numbers for the same mails
            self.box.uidvalidity += 1
            self.box.folders["INBOX"] = dict(enumerate(list(self.box.folders["INBOX"].values())[::-1], start=1))
        if hour < 13:
            self.box.put(mail(subject=f"Demande {hour:02}", message_id=f"<demande{hour}@e>", sender=f"q{hour}@e.org"))
        if hour % 2 == 0:
            self.ovh.miseries = OF_SMS[hour // 2 : hour // 2 + 1]
        elif hour // 2 < len(OF_META):
            self.graph.suffer(OF_META[hour // 2])

    async def turn(self) -> None:
        """What workers do in a turn: look at what is due of each channel, once, poll, and read."""
        for town in (self.unlucky, *self.neighbours):
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                due = await outbox.lanes_due(session, town.tenant_id, now=self.clock())
                to_check = (
                    await channel_tests.to_check(session, town.tenant_id, now=self.clock()) if self.mended else []
                )
                to_poll = await town.house.channels.to_poll(session, town.tenant_id)
            for channel_id in due:
                await town.house.dispatcher.depart(town.tenant_id, channel_id)
            for channel_id in to_poll:
                await town.house.rounds._polling.poll(str(town.tenant_id), str(channel_id))
            await town.house.inbound.drain(str(town.tenant_id))
            for channel_id in to_check:
                await town.house.care.check(str(town.tenant_id), str(channel_id))

    def heal(self) -> None:
        """Everything works again; nobody does anything about the channels."""
        self.relay.answers, self.relay.refused, self.mended = {}, frozenset(), True
        self.box.greeting, self.box.login, self.box.literal = "* OK here", "OK done", lambda size: size


async def write(town: TownHouse, ticket_id: UUID, words: str) -> UUID:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, ticket_id)
        return await town.house.composer.freeze(session, town.tenant_id, ticket, Draft(text=words), actor=AGENT)


async def everything(town: TownHouse) -> list[Outbound]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await outbox.in_states(session, town.tenant_id, [], after=None, limit=500)


async def facts(town: TownHouse) -> Counter[tuple[str, UUID]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT type, subject_id FROM events WHERE type LIKE 'channel.%'"))
        return Counter((row.type, row.subject_id) for row in rows)


async def by_mail(town: TownHouse, channel: Channel, name: str) -> UUID:
    raw = mail(sender=f"{name}@example.org", message_id=f"<{name}@e>", Auto_Submitted="auto-generated")
    kept = await town.receive(raw, channel=channel)
    assert kept.ticket_id
    return kept.ticket_id


async def a_relayed(town: TownHouse, name: str, port: int) -> Channel:
    server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_timeout_s": 0.3}
    address = f"{name}.{town.tenant_id.hex}@villebourg.example.fr"
    return await town.connect("email", {"address": address, **server}, address=address)


@pytest_asyncio.fixture
async def day(database_url: str, tmp_path: Path) -> AsyncIterator[Day]:
    clock, relay, well, box = MovableClock(), MailServer(), MailServer(), Mailbox()
    lines, graph = {"ovh": ovh(), "nexmo": vonage()}, meta.MetaSimulator()
    async with AsyncExitStack() as opened:
        ports = {name: await opened.enter_async_context(one.served()) for name, one in lines.items()}
        wires = Wires(ports, graph)
        http = await opened.enter_async_context(httpx.AsyncClient(transport=wires))
        at = [await opened.enter_async_context(one.served()) for one in (relay, well, box)]
        home = await opened.enter_async_context(house(database_url, tmp_path, clock=clock, carried=http))
        home.deliverer._carrier = home.composer._carrier = Providers(Context(http=http, now=clock))
        towns = []
        for number in range(3):
            slug = f"m{number}{abs(hash(str(tmp_path))) % 10**8}"
            tenant_id = await a_town(home, slug=slug)
            mailbox = await a_mailbox(home, tenant_id, f"contact.{slug}@villebourg.example.fr")
            towns.append(TownHouse(home, tenant_id, mailbox, clock))
        unlucky, *neighbours = towns
        address = f"releve.{unlucky.tenant_id.hex}@villebourg.example.fr"
        imap = {"imap_host": "127.0.0.1", "imap_port": at[2], "imap_security": "none", "imap_timeout_s": 0.3}
        account = {"imap_username": "contact", "imap_password": "secret", "imap_batch": 5}
        polled = await unlucky.connect("email", {"address": address, **imap, **account}, address=address)
        made = Day(clock, unlucky, neighbours, relay, well, box, lines["ovh"], lines["nexmo"], graph, wires, polled)
        await _connect(made, at[0], at[1])
        yield made


async def _connect(day: Day, relay: int, well: int) -> None:
    """Connects every channel, and has somebody write by each."""
    post = await a_relayed(day.unlucky, "malheur", relay)
    day.sick["mail"] = (day.unlucky, post, await by_mail(day.unlucky, post, "un"))
    texts = await day.unlucky.connect("sms.ovh", OVH)
    said = {"id": 1, "sender": "0033612345678", "message": "Bonjour", "creationDatetime": "2026-03-02T10:00:00+01:00"}
    kept = await day.unlucky.receive(json.dumps(said).encode(), channel=texts, headers=JSON)
    assert kept.ticket_id
    day.sick["sms"] = (day.unlucky, texts, kept.ticket_id)
    talk = await day.unlucky.connect("meta.whatsapp", WHATSAPP)
    body, headers = meta.whatsapp_message(1, "Bonjour")
    kept = await day.unlucky.receive(body, channel=talk, headers=tuple(headers.items()))
    assert kept.ticket_id, kept.reason
    day.sick["whatsapp"] = (day.unlucky, talk, kept.ticket_id)
    for number, town in enumerate((day.unlucky, *day.neighbours)):
        channel = await a_relayed(town, "bonheur", well)
        day.healthy.append((town, channel, await by_mail(town, channel, f"voisin{number}")))
    phone = await day.neighbours[0].connect("sms.vonage", VONAGE)
    said = {"msisdn": "33612345678", "to": "337", "messageId": "m1", "text": "Bonjour"}
    kept = await day.neighbours[0].receive(json.dumps(said).encode(), channel=phone, headers=JSON)
    assert kept.ticket_id
    day.healthy.append((day.neighbours[0], phone, kept.ticket_id))
    await day.turn()  # what answers those who wrote leaves


async def test_a_day_of_misery_costs_nobody_else_a_turn_and_nothing_is_lost_or_said_twice(day: Day) -> None:
    three = [await by_mail(day.unlucky, day.sick["mail"][1], name) for name in ("paul", "refuse", "anne")]
    day.relay.refused = frozenset({"refuse@example.org"})
    before = Counter(day.wires.calls)
    for hour in range(18):
        day.suffers(hour)
        await _written_on_sick_channels(day, hour, three)
        beside = day.healthy[hour % 2 :: 2]
        fresh = [(town, await write(town, ticket, f"bien {hour}")) for town, _, ticket in beside]
        await day.turn()
        day.clock.move(hours=1)
        # P7: whatever the hour did to others, what was written on a healthy channel left at the very next turn.
        for town, outbound_id in fresh:
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                (one,) = await outbox.some(session, town.tenant_id, [outbound_id])
            assert one.state is OutState.ACCEPTED, (hour, one.detail)
        # No storm: a provider in trouble hears of each waiting answer at most once a turn, asking included.
        calls, before = day.wires.calls - before, Counter(day.wires.calls)
        assert max(calls.values(), default=0) <= 8, (hour, calls)
    alarmed = await facts(day.unlucky)
    day.heal()
    for _ in range(6):
        day.clock.move(hours=5)
        await day.turn()
    await _nothing_is_owed(day)
    await _nothing_was_said_twice(day)
    await _every_mail_is_one_request(day)
    await _trouble_was_told_where_it_was_and_mended_itself(day, alarmed)


async def _written_on_sick_channels(day: Day, hour: int, three: list[UUID]) -> None:
    for name, (town, _, ticket_id) in day.sick.items():
        if hour % 2 == (name == "whatsapp") and hour < 16:
            await write(town, ticket_id, f"{name} {hour}")
    if hour == 2:
        for ticket_id in three:
            await write(day.unlucky, ticket_id, "à trois")


async def _trouble_was_told_where_it_was_and_mended_itself(day: Day, alarmed: Counter[tuple[str, UUID]]) -> None:
    told = {subject for (kind, subject) in alarmed if kind in {"channel.degraded", "channel.needs_reauth"}}
    well = {channel.id for _, channel, _ in day.healthy}
    assert day.polled.id in told
    assert not told & well
    for town in day.neighbours:
        assert not {subject for kind, subject in await facts(town) if kind != "channel.connected"} & well
    for _, channel, _ in (*day.sick.values(), *day.healthy):
        await _is_well(day, channel)


async def _nothing_is_owed(day: Day) -> None:
    """Every answer left, or is shown with its reason to whoever decides."""
    for town in (day.unlucky, *day.neighbours):
        for one in await everything(town):
            assert one.state not in WAITING, (one.request["text"], one.state, one.detail, one.next_attempt_at)
            assert one.settled_at is not None
            assert one.state in {OutState.ACCEPTED, OutState.DELIVERED} or one.detail, one


async def _nothing_was_said_twice(day: Day) -> None:
    """An SMS and a message reach a person once at most; copies of a mail bear one Message-ID, and are three at most."""
    texts = Counter(json.loads(one.body)["message"] for one in day.ovh.taken)
    assert not [words for words, count in texts.items() if count > 1 and words.startswith("sms")], texts
    said = Counter(words for words in day.graph.told if words.startswith("whatsapp"))
    assert set(said.values()) == {1}, said
    copies = Counter(raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for raw in day.relay.taken)
    assert max(copies.values()) <= 3
    assert day.relay.heard.count("RCPT TO:<refuse@example.org>") == 1
    for name in ("paul", "anne"):
        assert sum(f"<{name}@example.org>".encode() in raw for raw in day.relay.taken) == 1


async def _every_mail_is_one_request(day: Day) -> None:
    """P3: accepted = done + duplicates + held; thirteen mails, whatever their mailbox went through, are thirteen."""
    async with day.unlucky.house.database.transaction(tenant=day.unlucky.tenant_id) as session:
        states = Counter((await session.execute(text("SELECT state FROM receptions"))).scalars())
        query = "SELECT subject FROM messages WHERE direction = 'in' AND subject LIKE 'Demande %'"
        subjects = sorted((await session.execute(text(query))).scalars())
    assert subjects == [f"Demande {hour:02}" for hour in range(13)]
    assert set(states) <= {State.DONE.value, State.DUPLICATE.value, State.HELD.value}, states


async def _is_well(day: Day, channel: Channel) -> None:
    house, tenant_id = day.unlucky.house, channel.tenant_id
    async with house.database.transaction(tenant=tenant_id) as session:
        present = await house.channels.get(session, tenant_id, channel.id)
        lane = await gates.lane(session, tenant_id, channel.id)
    assert (present.state, lane.state) == (ChannelState.ACTIVE, LaneState.FLOWING), (channel.type, present.state_reason)
