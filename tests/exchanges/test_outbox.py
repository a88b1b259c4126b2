"""What leaves: frozen at the click, attempts recorded, ambiguous outcomes shown and never repeated blindly."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import gates
from app.exchanges.breaker import LaneState
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import State
from app.facts import Actor
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

AGENT = Actor("agent", None, "Accueil")


@dataclass
class Provider:
    """Stands for all providers: answers what the test says, remembers what it was given."""

    answers: list[Sent] = field(default_factory=list)
    carried: list[SendRequest] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append(request)
        return self.answers.pop(0) if self.answers else Sent(outcome=Outcome.OK)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock, provider: Provider) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = provider  # the one organ that would reach a provider
        yield opened


async def reply(town: TownHouse, text: str = "Bonjour, voici notre réponse.") -> Outbound:
    """An agent answers a citizen's mail; returns what was frozen."""
    kept = await town.receive(mail(Auto_Submitted="auto-generated"))  # no acknowledgement in the way
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, kept.ticket_id)
        await town.house.composer.freeze(session, town.tenant_id, ticket, Draft(text=text), actor=AGENT)
    (frozen,) = await town.sent(kept.ticket_id)
    return frozen


async def now(town: TownHouse, frozen: Outbound) -> Outbound:
    (after,) = await town.sent(frozen.ticket_id)
    return after


async def test_a_reply_leaves_once_with_its_frozen_words(town: TownHouse, provider: Provider) -> None:
    frozen = await reply(town)
    await town.deliver()
    await town.deliver()
    (request,) = provider.carried
    assert (request.text, request.to.address) == ("Bonjour, voici notre réponse.", "usager@example.org")
    assert request.in_reply_to == "<un@example.org>"
    after = await now(town, frozen)
    assert (after.state, after.digest) == (OutState.ACCEPTED, frozen.digest)


async def test_a_channel_a_stop_did_not_know_is_stopped_too_and_sends_again_with_the_others(
    town: TownHouse, provider: Provider
) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:  # the mailbox is made "after" it
        await town.house.restarting.stop(session, town.tenant_id, [], because="base ramenée", actor=AGENT)
    frozen = await reply(town)
    await town.deliver()
    assert ((await now(town, frozen)).state, provider.carried) == (OutState.FROZEN, [])
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (queue,) = await gates.queues(session, town.tenant_id)
        assert (queue.lane.state, queue.lane.reason) == (LaneState.RESTORED, "base ramenée")
        assert (await town.house.restarting.resume(session, town.tenant_id, actor=AGENT)).channels == 1
    await town.deliver()
    assert ((await now(town, frozen)).state, len(provider.carried)) == (OutState.ACCEPTED, 1)


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        (Sent(outcome=Outcome.PERMANENT, detail="550 5.1.1"), OutState.FAILED),
        (Sent(outcome=Outcome.OPTED_OUT), OutState.FAILED),
        (Sent(outcome=Outcome.WINDOW_CLOSED), OutState.FAILED),
    ],
)
async def test_a_final_refusal_ends_it(town: TownHouse, provider: Provider, sent: Sent, state: OutState) -> None:
    provider.answers = [sent]
    frozen = await reply(town)
    await town.deliver()
    town.clock.move(days=1)
    await town.deliver()
    assert ((await now(town, frozen)).state, len(provider.carried)) == (state, 1)


async def test_a_passing_failure_is_tried_again_later_and_for_days(town: TownHouse, provider: Provider) -> None:
    provider.answers = [Sent(outcome=Outcome.RETRY, detail="451")] * 4
    frozen = await reply(town)
    await town.deliver()
    assert (await now(town, frozen)).state is OutState.FROZEN
    await town.deliver()
    assert len(provider.carried) == 1  # not before its time
    for _ in range(4):
        town.clock.move(hours=3)
        await town.deliver()
    assert ((await now(town, frozen)).state, len(provider.carried)) == (OutState.ACCEPTED, 5)


async def test_a_provider_that_names_its_time_is_not_asked_before(town: TownHouse, provider: Provider) -> None:
    provider.answers = [Sent(outcome=Outcome.THROTTLED, retry_after_s=7200)]
    await reply(town)
    await town.deliver()
    town.clock.move(hours=1)
    await town.deliver()
    assert len(provider.carried) == 1
    town.clock.move(hours=1.1)
    await town.deliver()
    assert len(provider.carried) == 2


async def test_it_is_given_up_after_days_and_says_so(town: TownHouse, provider: Provider) -> None:
    provider.answers = [Sent(outcome=Outcome.RETRY, detail="451 plus tard")] * 50
    frozen = await reply(town)
    for _ in range(20):
        await town.deliver()
        town.clock.move(hours=12)
    after = await now(town, frozen)
    assert (after.state, after.detail) == (OutState.FAILED, "451 plus tard")


async def test_mail_of_unknown_outcome_goes_again_under_the_same_message_id(
    town: TownHouse, provider: Provider
) -> None:
    """F15: receivers fold copies that carry one Message-ID; after a few, a person decides."""
    provider.answers = [Sent(outcome=Outcome.UNKNOWN)] * 5
    frozen = await reply(town)
    for _ in range(6):
        await town.deliver()
        town.clock.move(hours=2)
    assert len(provider.carried) == 3
    assert len({request.message_id for request in provider.carried}) == 1
    assert (await now(town, frozen)).state is OutState.UNKNOWN


async def test_a_message_of_unknown_outcome_is_never_repeated_blindly(town: TownHouse, provider: Provider) -> None:
    """F15: an SMS read twice is not folded."""
    provider.answers = [Sent(outcome=Outcome.UNKNOWN)]
    door = await town.connect("http", {"accept_unsigned": True})
    body = b'{"external_id": "1", "text": "Bonjour", "sender": {"kind": "http", "address": "a1"}}'
    kept = await town.receive(body, channel=door, headers=(("Content-Type", "application/json"),))
    for _ in range(3):
        await town.deliver()
        town.clock.move(hours=2)
    (sent,) = await town.sent(kept.ticket_id)  # its acknowledgement of registration
    assert (sent.state, len(provider.carried)) == (OutState.UNKNOWN, 1)


async def test_a_worker_that_died_while_sending_leaves_a_doubt_not_a_copy(town: TownHouse, provider: Provider) -> None:
    door = await town.connect("http", {"accept_unsigned": True})
    body = b'{"external_id": "1", "text": "Bonjour", "sender": {"kind": "http", "address": "a1"}}'
    kept = await town.receive(body, channel=door, headers=(("Content-Type", "application/json"),))
    (sent,) = await town.sent(kept.ticket_id)
    await town.house.dispatcher._take(town.tenant_id, sent.channel_id)  # the attempt is written; then the process dies
    town.clock.move(minutes=10)
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    assert (sent.state, provider.carried) == (OutState.UNKNOWN, [])


async def test_an_acknowledgement_that_left_settles_its_duty_and_the_clock_knows(
    town: TownHouse, provider: Provider
) -> None:
    kept = await town.receive(mail())
    await town.deliver()
    law = await town.law(kept.ticket_id)
    assert [(duty.kind, duty.done_at is not None) for duty in law.duties] == [("AEE", True), ("ARE", False)]
    (saisine,) = law.saisines
    assert [event.type for event in law.events[saisine.id]] == ["received", "ack_sent"]


def bounce_of(message_id: str) -> bytes:
    """A delivery status notification (RFC 3464) about one of our messages."""
    parts: list[Any] = [
        "From: MAILER-DAEMON@relais.example.org",
        "To: contact@villebourg.example.fr",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <dsn@relais.example.org>",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "The mail could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relais.example.org",
        "",
        "Final-Recipient: rfc822; usager@example.org",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 unknown user",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "Subject: Re: Demande",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(parts).encode()


async def test_a_bounce_tells_the_message_it_reports_on_and_opens_no_ticket(
    town: TownHouse, provider: Provider
) -> None:
    frozen = await reply(town)
    await town.deliver()
    await town.receive(bounce_of(str(frozen.external_id)))
    after = await now(town, frozen)
    assert after.state is OutState.BOUNCED
    assert len(await town.tickets()) == 1


async def test_an_acknowledgement_that_bounces_is_owed_again_and_the_clock_knows(
    town: TownHouse, provider: Provider
) -> None:
    """The sender's address does not exist: nobody was told anything (CRPA L112-11)."""
    kept = await town.receive(mail())
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    for _ in range(2):  # a relay may tell it twice
        await town.receive(bounce_of(str(sent.external_id)))
        law = await town.law(kept.ticket_id)
        assert [(duty.kind, duty.done_at) for duty in law.duties] == [("AEE", None), ("ARE", None)]
        (saisine,) = law.saisines
        events = law.events[saisine.id]
        assert [event.type for event in events] == ["received", "ack_sent", "corrected"]
        assert (events[1].annulled_by, saisine.reading["values"]["aee_done"]) == (events[2].id, False)


async def test_an_acknowledgement_sent_again_after_a_bounce_is_done(town: TownHouse, provider: Provider) -> None:
    kept = await town.receive(mail())
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    await town.receive(bounce_of(str(sent.external_id)))
    town.clock.move(minutes=5)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.acknowledged(
            session, town.tenant_id, {UUID(sent.request["about"]): sent.id}, kind="AEE", at=town.clock()
        )
    law = await town.law(kept.ticket_id)
    assert [(duty.kind, duty.done_at is not None) for duty in law.duties] == [("AEE", True), ("ARE", False)]
    assert law.saisines[0].reading["values"]["aee_done"] is True


async def test_a_bounce_of_an_acknowledgement_told_before_its_acceptance_is_not_lost(
    town: TownHouse, provider: Provider
) -> None:
    kept = await town.receive(mail())
    (frozen,) = await town.sent(kept.ticket_id)
    await town.receive(bounce_of(str(frozen.external_id)))
    await town.deliver()
    law = await town.law(kept.ticket_id)
    assert [(duty.kind, duty.done_at) for duty in law.duties] == [("AEE", None), ("ARE", None)]


async def test_a_bounce_that_comes_before_we_know_of_acceptance_is_not_lost(
    town: TownHouse, provider: Provider
) -> None:
    """T91."""
    frozen = await reply(town)
    await town.receive(bounce_of(str(frozen.external_id)))
    await town.deliver()
    assert (await now(town, frozen)).state is OutState.BOUNCED


async def test_a_forged_bounce_changes_nothing(town: TownHouse, provider: Provider) -> None:
    """T120."""
    frozen = await reply(town)
    await town.deliver()
    kept = await town.receive(bounce_of("<invente@villebourg.example.fr>"))
    assert (await now(town, frozen)).state is OutState.ACCEPTED
    assert len(await town.tickets()) == 1
    assert (kept.state, "non-remise" in str(kept.reason)) == (State.HELD, True)
