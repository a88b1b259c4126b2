"""Lanes: what holds a channel back holds nobody else, what matters goes first, and nothing that left is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels import repository as channel_tests
from app.channels import service as channels_service
from app.channels.adapters.email import EmailAdapter
from app.channels.contract import Capabilities, Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel, ChannelState
from app.errors import Unavailable
from app.exchanges import dispatching, gates
from app.exchanges.breaker import LaneState
from app.exchanges.freezing import Draft
from app.exchanges.limits import RECIPIENT
from app.exchanges.outbox import Outbound, OutState
from app.facts import Actor
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, a_mailbox, mail, opened_town

AGENT = Actor("agent", None, "Accueil")
Answer = Sent | Callable[[SendRequest], Any]
OK = Sent(outcome=Outcome.OK)
DOWN = Sent(outcome=Outcome.RETRY, detail="503")


@dataclass
class Providers:
    """Every provider of the town: each channel answers as the test says."""

    answers: dict[UUID, Answer] = field(default_factory=dict)
    carried: list[tuple[UUID, SendRequest]] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append((channel.id, request))
        answer = self.answers.get(channel.id, OK)
        if isinstance(answer, Sent):
            return answer
        given = answer(request)
        return given if isinstance(given, Sent) else await given

    def texts(self) -> list[str]:
        return [request.text for _, request in self.carried]


@pytest.fixture
def providers() -> Providers:
    return Providers()


@pytest_asyncio.fixture
async def town(
    database_url: str, tmp_path: Path, clock: MovableClock, providers: Providers
) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = providers  # the one organ that would reach a provider
        opened.house.dispatcher._jitter = lambda: 0.0
        yield opened


async def a_request(town: TownHouse, name: str, *, channel: Channel | None = None) -> UUID:
    """Somebody writes; no acknowledgement stands in the way."""
    raw = mail(sender=f"{name}@example.org", message_id=f"<{name}@example.org>", Auto_Submitted="auto-generated")
    kept = await town.receive(raw, channel=channel)
    assert kept.ticket_id
    return kept.ticket_id


async def write(town: TownHouse, ticket_id: UUID, text: str, *, purpose: str = "reply") -> UUID:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, ticket_id)
        draft = Draft(text=text, purpose=purpose)
        return await town.house.composer.freeze(session, town.tenant_id, ticket, draft, actor=AGENT)


async def one(town: TownHouse, outbound_id: UUID) -> Outbound:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.resolver.get(session, town.tenant_id, outbound_id)


async def depart(town: TownHouse, channel: Channel | None = None) -> int:
    return (await town.house.dispatcher.depart(town.tenant_id, (channel or town.mailbox).id)).count


async def lane(town: TownHouse, channel: Channel | None = None) -> Any:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await gates.lane(session, town.tenant_id, (channel or town.mailbox).id)


def away(town: TownHouse, monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Takes the database away for as long as `gone` is true."""
    present, state = town.house.database.transaction, {"gone": False}

    @asynccontextmanager
    async def transaction(**asked: Any) -> AsyncIterator[Any]:
        if state["gone"]:
            raise Unavailable("away")
        async with present(**asked) as session:
            yield session

    monkeypatch.setattr(town.house.database, "transaction", transaction)
    return state


async def test_what_left_while_the_database_was_away_is_recorded_when_it_is_back(
    town: TownHouse, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One had answered, the other was still under way: neither is given up, neither is sent twice."""
    ids = [await write(town, await a_request(town, name), name) for name in ("un", "deux")]
    state, under_way, away_now, waits = away(town, monkeypatch), asyncio.Event(), asyncio.Event(), 0

    async def slowly(request: SendRequest) -> Sent:
        if request.text == "un":
            state["gone"] = True
            away_now.set()
        else:
            await under_way.wait()
        return OK

    async def pause(_seconds: float) -> None:
        nonlocal waits
        waits += 1
        state["gone"] = waits < 5

    monkeypatch.setattr(dispatching, "RECORD_PAUSES", (0.001,) * 1000)
    monkeypatch.setattr(town.house.dispatcher, "_pause", pause)
    providers.answers[town.mailbox.id] = slowly
    leaving = asyncio.create_task(depart(town))
    await away_now.wait()
    await asyncio.sleep(0.02)
    under_way.set()
    assert await leaving == 2
    assert [(await one(town, each)).state for each in ids] == [OutState.ACCEPTED] * 2
    assert (len(providers.carried), waits >= 5) == (2, True)


async def test_a_database_away_for_good_leaves_a_doubt_to_see_not_a_loss(
    town: TownHouse, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await town.connect("http", {"accept_unsigned": True})
    body = b'{"external_id": "1", "text": "Bonjour", "sender": {"kind": "http", "address": "a1"}}'
    kept = await town.receive(body, channel=door, headers=(("Content-Type", "application/json"),))
    state = away(town, monkeypatch)

    def gone(_request: SendRequest) -> Sent:
        state["gone"] = True
        return OK

    monkeypatch.setattr(dispatching, "RECORD_PAUSES", (0.001,) * 3)
    providers.answers[door.id] = gone
    await depart(town, door)
    state["gone"] = False
    town.clock.move(minutes=10)
    await depart(town, door)
    (sent,) = await town.sent(kept.ticket_id)
    assert (sent.state, len(providers.carried)) == (OutState.UNKNOWN, 1)


async def test_a_provider_that_hangs_keeps_no_other_channel_and_no_worker_waiting(
    town: TownHouse, providers: Providers
) -> None:
    """P7: a job only wakes a lane, and each channel has its own."""
    other = await a_mailbox(town.house, town.tenant_id, f"autre.{town.address}")
    slow = await write(town, await a_request(town, "lent"), "lent")
    quick = await write(town, await a_request(town, "vif", channel=other), "vif")
    answering = asyncio.Event()

    async def hangs(_request: SendRequest) -> Sent:
        await answering.wait()
        return OK

    providers.answers[town.mailbox.id] = hangs
    lanes, tenant = town.house.lanes, str(town.tenant_id)
    for channel in (town.mailbox, other):
        await asyncio.wait_for(lanes.wake(tenant, str(channel.id)), timeout=1)
    for _ in range(1_000):
        if (await one(town, quick)).state is OutState.ACCEPTED:
            break
        await asyncio.sleep(0.01)
    assert [(await one(town, each)).state for each in (quick, slow)] == [OutState.ACCEPTED, OutState.SENDING]
    answering.set()
    await lanes.close()
    assert (await one(town, slow)).state is OutState.ACCEPTED


async def test_a_day_of_misery_on_one_channel_delays_nobody_else_and_storms_nobody(
    town: TownHouse, providers: Providers
) -> None:
    """F14, P7: on a clock of the test; the channel beside it sends each answer at the very look that follows it."""
    other = await a_mailbox(town.house, town.tenant_id, f"voisin.{town.address}")
    for number in range(20):
        await write(town, await a_request(town, f"attend{number}"), f"attend {number}")
    beside = await a_request(town, "voisin", channel=other)
    providers.answers[town.mailbox.id] = DOWN
    answered = 0
    for _ in range(48):
        sent = await write(town, beside, "réponse")
        await depart(town)
        await depart(town, other)
        answered += (await one(town, sent)).state is OutState.ACCEPTED
        town.clock.move(minutes=30)
    tried = sum(channel_id == town.mailbox.id for channel_id, _ in providers.carried)
    assert answered == 48
    assert 20 <= tried <= 20 + 48  # one batch before it was suspended, then one probe a look
    assert (await lane(town)).state is LaneState.SUSPENDED
    providers.answers[town.mailbox.id] = OK
    town.clock.move(hours=25)
    while await depart(town):
        pass
    assert (await lane(town)).state is LaneState.FLOWING
    assert len({text for text in providers.texts() if text.startswith("attend")}) == 20


async def test_a_suspended_channel_shows_its_reason_and_tells_it_once(town: TownHouse, providers: Providers) -> None:
    for number in range(6):
        await write(town, await a_request(town, f"p{number}"), "réponse")
    providers.answers[town.mailbox.id] = DOWN
    await depart(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (waiting,) = await gates.queues(session, town.tenant_id)
    assert (waiting.lane.state, waiting.lane.reason, waiting.waiting) == (LaneState.SUSPENDED, "503", 6)
    town.clock.move(seconds=10)
    assert await depart(town) == 0


async def test_a_time_the_provider_named_holds_the_whole_channel(town: TownHouse, providers: Providers) -> None:
    first, second = [await a_request(town, name) for name in ("un", "deux")]
    await write(town, first, "un")
    providers.answers[town.mailbox.id] = Sent(outcome=Outcome.THROTTLED, retry_after_s=600)
    await depart(town)
    await write(town, second, "deux")
    town.clock.move(minutes=9)
    assert await depart(town) == 0
    providers.answers[town.mailbox.id] = OK
    town.clock.move(minutes=3)
    assert await depart(town) == 2


async def test_legal_messages_go_before_answers_and_answers_before_information(
    town: TownHouse, providers: Providers
) -> None:
    ticket = await a_request(town, "usager")
    for purpose in ("information", "reply", "letter", "information", "reply"):
        await write(town, ticket, purpose, purpose=purpose)
        town.clock.move(seconds=1)
    await depart(town)
    assert providers.texts() == ["letter", "reply", "reply", "information", "information"]


async def test_what_matters_less_is_not_starved_by_what_keeps_coming(
    town: TownHouse, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "BATCH", 1)
    await write(town, await a_request(town, "info"), "information", purpose="information")
    for number in range(12):
        town.clock.move(seconds=1)
        await write(town, await a_request(town, f"legal{number}"), "letter", purpose="letter")
    for _ in range(dispatching.SHARE):
        await depart(town)
    assert "information" in providers.texts()
    assert providers.texts()[0] == "letter"


async def test_the_rate_of_a_provider_is_kept_and_said(
    town: TownHouse, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = EmailAdapter.capabilities

    def slower(self: EmailAdapter, config: Any) -> Capabilities:
        return replace(present(self, config), rate_per_second=0.5)

    monkeypatch.setattr(EmailAdapter, "capabilities", slower)
    for number in range(3):
        await write(town, await a_request(town, f"r{number}"), "réponse")
    left = []
    for _ in range(6):
        left.append(await depart(town))
        town.clock.move(seconds=1)
    assert left == [1, 0, 1, 0, 1, 0]


async def test_one_person_is_not_written_to_without_end(town: TownHouse, providers: Providers) -> None:
    ticket = await a_request(town, "usager")
    ids = [await write(town, ticket, f"réponse {number}") for number in range(RECIPIENT.burst + 2)]
    while await depart(town):
        pass
    assert len(providers.carried) == RECIPIENT.burst
    held = await one(town, ids[-1])
    assert (held.state, "un peu plus tard" in (held.detail or "")) == (OutState.FROZEN, True)
    town.clock.move(minutes=1)
    while await depart(town):
        pass
    assert len(providers.carried) == RECIPIENT.burst + 2


async def test_an_address_that_became_ours_is_not_written_to(town: TownHouse, providers: Providers) -> None:
    """T87: judged again when it leaves, not only when it was clicked."""
    frozen = await write(town, await a_request(town, "bientot"), "réponse")
    await a_mailbox(town.house, town.tenant_id, "bientot@example.org")
    await depart(town)
    after = await one(town, frozen)
    assert (after.state, providers.carried) == (OutState.FAILED, [])
    assert "nos propres adresses" in (after.detail or "")


@pytest.mark.parametrize("address", ["usager@[192.0.2.1]", "no-reply@example.org", "", "pas une adresse"])
async def test_an_address_nobody_reads_is_refused_when_it_leaves(
    town: TownHouse, providers: Providers, owner_sql: Callable[..., Any], address: str
) -> None:
    frozen = await write(town, await a_request(town, "usager"), "réponse")
    await owner_sql(
        "UPDATE outbound SET recipient = jsonb_set(recipient, '{address}', to_jsonb(%s::text)) WHERE id = %s",
        address,
        frozen,
        tenant=town.tenant_id,
    )
    await depart(town)
    after = await one(town, frozen)
    assert (after.state, after.attempts, providers.carried) == (OutState.FAILED, 0, [])


async def test_a_paused_channel_keeps_its_queue(town: TownHouse, providers: Providers) -> None:
    frozen = await write(town, await a_request(town, "usager"), "réponse")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.channels.change(
            session, town.mailbox, version=town.mailbox.version, name=None, state="paused", config=None
        )
    assert (await depart(town), (await one(town, frozen)).state) == (0, OutState.FROZEN)


@pytest.mark.parametrize("tested", [True, False])
async def test_a_channel_in_trouble_by_which_a_message_leaves_mends_by_itself(
    town: TownHouse, providers: Providers, monkeypatch: pytest.MonkeyPatch, tested: bool
) -> None:
    """Its live test says whether all trouble is over; where it has none, nothing else would ever say so."""
    if not tested:
        monkeypatch.setattr(channels_service, "Probe", type("NoAdapterHasThis", (), {}))
    providers.answers[town.mailbox.id] = Sent(outcome=Outcome.CONFIG, detail="302")
    await write(town, await a_request(town, "un"), "un")
    await depart(town)

    async def present() -> Channel:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            return await town.house.channels.get(session, town.tenant_id, town.mailbox.id)

    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.channels.note(session, town.mailbox, {"check_at": town.clock() + timedelta(days=1)})
    assert (await present()).state is ChannelState.BROKEN
    providers.answers[town.mailbox.id] = OK
    town.clock.move(hours=2)
    await depart(town)
    found = await present()
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        due = await channel_tests.to_check(session, town.tenant_id, now=town.clock())
    assert (found.state is ChannelState.ACTIVE, town.mailbox.id in due) == (not tested, tested)


async def test_a_revoked_account_is_told_of_once_and_looked_at_once_an_hour(
    town: TownHouse, providers: Providers
) -> None:
    """F37: half a day without anybody's doing; then the account is authorised again, and all that waited leaves."""
    ids = [await write(town, await a_request(town, f"r{number}"), f"r{number}") for number in range(4)]
    providers.answers[town.mailbox.id] = Sent(outcome=Outcome.AUTH, detail="(#190) token revoked")
    for _ in range(12):
        await depart(town)
        town.clock.move(hours=1)
    assert len(providers.carried) <= len(ids) + 12
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        query = (
            "SELECT type, count(*) FROM events WHERE type IN ('channel.needs_reauth', 'channel.degraded') GROUP BY type"
        )
        told = dict((await session.execute(text(query))).all())
        present = await town.house.channels.get(session, town.tenant_id, town.mailbox.id)
    assert (set(told.values()), present.state) == ({1}, ChannelState.NEEDS_REAUTH)
    providers.answers[town.mailbox.id] = OK
    for _ in range(8):
        town.clock.move(hours=4)
        await depart(town)
    assert {(await one(town, each)).state for each in ids} == {OutState.ACCEPTED}


async def test_what_a_paused_worker_did_not_try_waits_and_says_nothing_of_its_provider(
    town: TownHouse, providers: Providers
) -> None:
    """F11: a worker that slept past its lease lets nothing leave; the breaker is not told of a provider nobody called."""
    ids = [await write(town, await a_request(town, f"d{number}"), f"d{number}") for number in range(2)]
    taken = await town.house.dispatcher._take(town.tenant_id, town.mailbox.id)
    town.clock.move(minutes=10)
    await town.house.dispatcher._send(town.tenant_id, town.mailbox.id, taken)
    assert (providers.carried, (await lane(town)).failures) == ([], 0)
    town.clock.move(minutes=2)
    await depart(town)
    assert [(await one(town, each)).state for each in ids] == [OutState.ACCEPTED] * 2
