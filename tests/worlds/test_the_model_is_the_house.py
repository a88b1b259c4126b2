"""The ledger of the simulated channel and the real engine, side by side: one life, the same rows after each happening."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from app.channels.contract import DeliveryStatus, Event, EventType, Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import breaker, course, delivering, dispatching, gates, outbox
from app.exchanges.breaker import Lane, LaneState
from app.exchanges.freezing import GIVE_UP_AFTER, Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import RESOLVABLE, Decision
from app.facts import Actor
from app.ids import new_id
from tests.harness.towns import TownHouse, a_mailbox, mail
from tests.worlds.ledger import Ledger, Report, a_message
from tests.worlds.test_worlds import seeds

AGENT = Actor("agent", None, "Accueil")
COMPARED = ("state", "attempts", "parts_sent", "next_attempt_at", "status_rank")
FATES = (*(Outcome.OK,) * 4, *(o for o in Outcome if o is not Outcome.OK), "dies", "dies")
# What may leave at the same instant leaves in the order of priorities: each is written with one of its own.
PURPOSES = ("information", "reply", "letter")


@dataclass
class Both:
    """One channel of the town, and its model."""

    town: TownHouse
    channel: Channel
    tickets: list[UUID]
    reception_id: UUID
    mails: bool
    ids: dict[int, UUID] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    lane: Lane = field(default_factory=Lane)
    fate: Outcome | str = Outcome.OK
    names: dict[int, str] = field(default_factory=dict)

    # The carrier the house is given

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        if self.fate == "dies":
            raise asyncio.CancelledError
        return self._said(int(request.text))

    def _said(self, number: int) -> Sent:
        assert isinstance(self.fate, Outcome)
        named = self.fate is Outcome.OK and not self.mails
        return Sent(outcome=self.fate, external_ids=[self.names[number]] if named else [])

    # What happens to both

    async def writes(self, chance: random.Random) -> None:
        if len(self.ids) == 9:
            return
        number, purpose = len(self.ids) + 1, chance.choice(PURPOSES[1:])
        self.names[number] = f"x{number}"
        house, tenant_id = self.town.house, self.town.tenant_id
        async with house.database.transaction(tenant=tenant_id) as session:
            ticket = await house.tickets.get(session, tenant_id, self.tickets[number % len(self.tickets)])
            draft = Draft(text=str(number), purpose=purpose)
            self.ids[number] = await house.composer.freeze(session, tenant_id, ticket, draft, actor=AGENT)
        message = a_message(number, mail=self.mails, parts=1, priority=PURPOSES.index(purpose), at=self.town.clock())
        self.ledger.add(message)

    async def departs(self, chance: random.Random) -> None:
        self.fate = chance.choice(FATES)
        try:
            await self.town.house.dispatcher.depart(self.town.tenant_id, self.channel.id)
        except asyncio.CancelledError:
            assert self.fate == "dies"
        now = self.town.clock()
        for orphan in self.ledger.orphans(now):
            doubtful = self.ledger.doubtful(orphan.id)
            taken_over = course.after_death(orphan, doubtful=doubtful, asks=False, now=now)
            self.ledger.follow(orphan, taken_over, now=now)
        allowed = breaker.allows(self.lane, now=now)
        if not allowed:
            for late in self.ledger.overdue(now):
                self.ledger.follow(late, course.ended(OutState.FAILED, "trop tard", now=now), now=now)
            return
        leased = self.ledger.lease(self.ledger.due(now)[:allowed], now=now)
        if leased and self.lane.state is not LaneState.FLOWING:
            self.lane = breaker.probing(self.lane, until=now + course.TURN)
        if self.fate == "dies":
            return
        for message in leased:
            sent = self._said(message.id.int)
            self.ledger.end_attempt(message.id, message.attempts, sent.outcome)
            doubtful = self.ledger.doubtful(message.id)
            step = course.after_sending(message, message, sent, doubtful=doubtful, asks=False, now=now, chance=0.0)
            assert step is not None
            self.ledger.follow(message, step, now=now)
            self.lane = breaker.after(self.lane, [sent], now=now, jitter=0.0)

    async def passes(self, chance: random.Random) -> None:
        self.town.clock.at += chance.choice([timedelta(seconds=61), timedelta(minutes=4), timedelta(hours=2)])

    async def reported(self, chance: random.Random) -> None:
        left = [m.id.int for m in self.ledger.messages.values() if m.attempts]
        if not left:
            return
        number, status = chance.choice(left), chance.choice(list(DeliveryStatus))
        name = (await self._row(number)).external_id if self.mails else self.names[number]
        assert name
        modelled = self.ledger.messages[UUID(int=number)].external_id if self.mails else name
        assert modelled
        event = Event(
            type=EventType.DELIVERY_UPDATE,
            event_key=f"{number}",
            reports_on=name,
            status=status,
            fields={"ref": str(self.ids[number])},
        )
        house, tenant_id = self.town.house, self.town.tenant_id
        async with house.database.transaction(tenant=tenant_id) as session:
            receipts = house.deliverer._receipts
            assert await receipts.report(session, tenant_id, self.channel, event, self.reception_id)
        report = Report(number, 0, modelled, status, by_reference=True)
        self.ledger.heard(report, now=self.town.clock())

    async def decided(self, chance: random.Random) -> None:
        shown = [m for m in self.ledger.messages.values() if m.state in RESOLVABLE]
        if not shown:
            return
        message, decision = chance.choice(shown), chance.choice([Decision.RESEND, Decision.MARK_SENT])
        house, tenant_id = self.town.house, self.town.tenant_id
        async with house.database.transaction(tenant=tenant_id) as session:
            await house.resolver.resolve(
                session, tenant_id, self.ids[message.id.int], decision=decision, reason="vu", actor=AGENT
            )
        decide = course.sent_again if decision is Decision.RESEND else course.held_for_sent
        now = self.town.clock()
        self.ledger.follow(message, decide(message, now=now, give_up_after=GIVE_UP_AFTER), now=now)
        self.ledger.move(message.id, {"resolved": {"decision": decision.value, "attempts": message.attempts}})

    # What must be the same

    async def compare(self, told: str) -> None:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            rows = await outbox.some(session, self.town.tenant_id, list(self.ids.values()))
            lane = await gates.lane(session, self.town.tenant_id, self.channel.id)
        real = [[getattr(row, name) for name in COMPARED] for row in rows]
        modelled = [[getattr(row, name) for name in COMPARED] for row in self.ledger.messages.values()]
        assert real == modelled, told
        kept = ("state", "failures", "openings", "held_until")
        assert [getattr(lane, name) for name in kept] == [getattr(self.lane, name) for name in kept], told

    async def _row(self, number: int) -> Outbound:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            found = await outbox.find(session, self.town.tenant_id, self.ids[number])
        assert found
        return found


async def a_channel(town: TownHouse, *, mails: bool) -> Both:
    """A mailbox or a door of short messages, and four people who wrote by it; a new one each time, whose lane knows nothing."""
    tickets, kept = [], None
    if mails:
        address = f"s{new_id().hex}@villebourg.example.fr"
        channel = await a_mailbox(town.house, town.tenant_id, address)
        for number in range(4):
            key = f"<p{number}.{channel.id.hex}@e>"
            raw = mail(sender=f"p{number}@example.org", to=address, message_id=key, Auto_Submitted="auto-generated")
            kept = await town.receive(raw, channel=channel)
            tickets.append(kept.ticket_id)
    else:
        channel = await town.connect("http", {"accept_unsigned": True}, address=new_id().hex)
        for number in range(4):
            body = '{"external_id": "%d", "text": "Bonjour", "automatic": true, "sender": {"kind": "http", "address": "a%d"}}'
            head = (("Content-Type", "application/json"),)
            kept = await town.receive((body % (number, number)).encode(), channel=channel, headers=head)
            tickets.append(kept.ticket_id)
    assert kept is not None
    both = Both(town, channel, [one for one in tickets if one], kept.id, mails)
    town.house.deliverer._carrier = both
    await town.house.dispatcher.depart(town.tenant_id, channel.id)  # what answers those who wrote, if anything does
    return both


@pytest.mark.parametrize("mails", [True, False])
async def test_the_model_lives_as_the_house_does(town: TownHouse, monkeypatch: pytest.MonkeyPatch, mails: bool) -> None:
    monkeypatch.setattr(delivering, "_RANDOM", SimpleNamespace(random=lambda: 0.0))
    monkeypatch.setattr(dispatching, "SHARE", 10**9)
    monkeypatch.setattr(town.house.dispatcher, "_jitter", lambda: 0.0)
    for seed in seeds(1, share=0.0005):
        chance = random.Random(seed)
        both = await a_channel(town, mails=mails)
        acts: list[Callable[[random.Random], Awaitable[Any]]] = [
            both.writes, both.departs, both.departs, both.passes, both.reported, both.decided
        ]  # fmt: skip
        for step in range(30):
            act = chance.choice(acts)
            await act(chance)
            await both.compare(f"seed {seed}, step {step}: {act.__name__} ({both.fate})")
