"""What reports of the mail do to what we sent: late, given up, delivered, unwanted, in words agents understand."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.exchanges.addressing import OptedOut
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import State
from app.exchanges.resolving import Decision
from app.web.marks import out_mark
from tests.channels.email.bounces import BOUNCES, OURS
from tests.exchanges.test_outbox import AGENT, Provider, now, reply
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = Provider()
        yield opened


@pytest_asyncio.fixture
async def sent(town: TownHouse) -> Outbound:
    frozen = await reply(town)
    await town.deliver()
    return frozen


def notification(sent: Outbound, *groups: tuple[str, str, str], number: int = 1) -> bytes:
    """A notification (RFC 3464) about several people: address, action, code."""
    told = "\r\n\r\n".join(
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {code}" for address, action, code in groups
    )
    return (
        "From: MAILER-DAEMON@relais.example.org\r\nTo: contact@villebourg.example.fr\r\nSubject: Delivery report\r\n"
        f"Message-ID: <dsn-{number}@relais.example.org>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nVoir ci-dessous.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relais.example.org\r\n\r\n"
        f"{told}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {sent.external_id}\r\n\r\n--b--\r\n"
    ).encode()


def complaint(sent: Outbound, kind: str = "abuse") -> bytes:
    return (
        "From: plaintes@relais.example.org\r\nTo: contact@villebourg.example.fr\r\nSubject: complaint about message\r\n"
        "Message-ID: <arf@relais.example.org>\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nCeci est une plainte.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {sent.external_id}\r\n\r\n--b--\r\n"
    ).encode()


async def told(town: TownHouse, kind: str) -> int:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        counted = await session.execute(text("SELECT count(*) FROM events WHERE type = :kind"), {"kind": kind})
        return int(counted.scalar_one())


async def test_a_delay_is_shown_and_ends_nothing(town: TownHouse, sent: Outbound) -> None:
    for number in (1, 2):
        await town.receive(notification(sent, ("usager@example.org", "delayed", "4.4.1"), number=number))
        town.clock.move(hours=4)
    late = await now(town, sent)
    assert (late.state, late.report_code) == (OutState.ACCEPTED, "4.4.1")
    assert late.detail == "retardé : le serveur de la personne ne répond pas (4.4.1) ; son serveur essaie encore"
    assert out_mark(late.state.value, late.detail, late.delayed_at).word == "Retardé"
    assert await told(town, "reply.delayed") == 1
    assert await told(town, "reply.failed") == 0
    await town.receive(notification(sent, ("usager@example.org", "delivered", "2.1.5"), number=3))
    there = await now(town, sent)
    assert (there.state, out_mark(there.state.value, there.detail, there.delayed_at).word) == (
        OutState.DELIVERED,
        "Remis",
    )


async def test_a_delay_told_after_the_end_is_no_news(town: TownHouse, sent: Outbound) -> None:
    await town.receive(notification(sent, ("usager@example.org", "failed", "5.2.2")))
    await town.receive(notification(sent, ("usager@example.org", "delayed", "4.4.1"), number=2))
    ended = await now(town, sent)
    assert (ended.state, ended.delayed_at) == (OutState.BOUNCED, None)
    assert ended.detail == "la boîte de la personne est pleine (5.2.2)"


async def test_of_several_people_only_the_one_written_to_counts(town: TownHouse, sent: Outbound) -> None:
    await town.receive(
        notification(sent, ("collegue@example.org", "failed", "5.1.1"), ("Usager@Example.org", "delivered", "2.1.5"))
    )
    assert (await now(town, sent)).state is OutState.DELIVERED


async def test_the_worst_news_counts_where_nobody_is_the_one_written_to(town: TownHouse, sent: Outbound) -> None:
    """An alias: the final recipients are others, and one of them got nothing."""
    await town.receive(
        notification(sent, ("un@ailleurs.example", "delivered", "2.0.0"), ("deux@ailleurs.example", "failed", "4.4.7"))
    )
    after = await now(town, sent)
    assert (after.state, after.report_code) == (OutState.FAILED, "4.4.7")


@pytest.mark.parametrize("action", ["relayed", "expanded"])
async def test_what_went_on_to_a_server_that_tells_no_more_is_not_there_yet(
    town: TownHouse, sent: Outbound, action: str
) -> None:
    await town.receive(notification(sent, ("usager@example.org", action, "2.0.0")))
    assert (await now(town, sent)).state is OutState.ACCEPTED


async def test_a_bounce_in_prose_ends_what_it_quotes(town: TownHouse, sent: Outbound) -> None:
    qmail = next(one for one in BOUNCES if one.name == "qmail, unknown")
    kept = await town.receive(qmail.raw().replace(OURS.encode(), str(sent.external_id).encode()))
    after = await now(town, sent)
    assert (kept.state, kept.ticket_id) == (State.DONE, None)
    assert (after.state, after.detail) == (OutState.BOUNCED, "cette adresse n'existe pas (5.1.1)")


async def test_who_complains_gets_nothing_more_but_what_the_law_asks_for(town: TownHouse, sent: Outbound) -> None:
    waiting = await town.receive(mail(message_id="<deux@example.org>", subject="Autre demande"))
    await town.receive(complaint(sent))
    assert await told(town, "reply.complained") == 1
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, sent.ticket_id)
        with pytest.raises(OptedOut):
            await town.house.composer.freeze(session, town.tenant_id, ticket, Draft(text="Encore"), actor=AGENT)
    await town.deliver()
    (acknowledgement,) = await town.sent(waiting.ticket_id)
    assert (acknowledgement.purpose, acknowledgement.state) == ("AEE", OutState.ACCEPTED)
    assert (await now(town, sent)).state is OutState.ACCEPTED  # it was read, if not welcome


async def test_who_leaves_our_mails_is_known_though_their_provider_drops_their_capitals(town: TownHouse) -> None:
    request = await town.receive(mail(sender="Jean.Dupont@Example.org", message_id="<capitales@example.org>"))
    await town.deliver()
    (sent,) = await town.sent(request.ticket_id)
    assert sent.recipient["address"] == "Jean.Dupont@example.org"
    webhook = await town.connect("email.brevo", {})
    told_of = {"event": "unsubscribed", "message-id": str(sent.external_id), "email": "jean.dupont@example.org"}
    await town.receive(json.dumps(told_of).encode(), channel=webhook, headers=(("Content-Type", "application/json"),))
    assert request.ticket_id is not None
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, request.ticket_id)
        with pytest.raises(OptedOut):
            await town.house.composer.freeze(session, town.tenant_id, ticket, Draft(text="Encore"), actor=AGENT)


@pytest.mark.parametrize("kind", ["auth-failure", "not-spam"])
async def test_what_servers_say_of_each_other_is_no_complaint(town: TownHouse, sent: Outbound, kind: str) -> None:
    await town.receive(complaint(sent, kind))
    assert await told(town, "reply.complained") == 0


async def test_a_complaint_about_nothing_of_ours_waits_for_a_person(
    town: TownHouse, sent: Outbound, other_town: TownHouse
) -> None:
    kept = await other_town.receive(complaint(sent))
    assert kept.state is State.HELD
    assert await told(town, "reply.complained") == 0


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("email.brevo", lambda named: {"event": "hard_bounce", "message-id": named, "email": "usager@example.org"}),
        (
            "email.mailgun",
            lambda named: {
                "event-data": {"event": "failed", "severity": "permanent", "message": {"headers": {"message-id": named[1:-1]}}}
            },
        ),
    ],
)  # fmt: skip
async def test_what_the_provider_behind_smtp_reports_finds_the_mail_that_left_by_it(
    town: TownHouse, kind: str, document: Any
) -> None:
    """The mail left by the plain channel, through the provider's SMTP: only its Message-ID is known on both sides."""
    sent = await reply(town)
    webhook = await town.connect(kind, {"accept_unsigned": True} if kind == "email.mailgun" else {})
    body = json.dumps(document(str(sent.external_id))).encode()
    await town.deliver()
    await town.receive(body, channel=webhook, headers=(("Content-Type", "application/json"),))
    assert (await now(town, sent)).state is OutState.BOUNCED


async def test_a_mail_of_another_administration_is_never_found(
    town: TownHouse, sent: Outbound, database_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    async with opened_town(database_url, tmp_path / "other", clock=clock) as other:
        webhook = await other.connect("email.brevo", {})
        told = {"event": "hard_bounce", "message-id": sent.external_id, "email": "usager@example.org"}
        await other.receive(json.dumps(told).encode(), channel=webhook)
    assert (await now(town, sent)).state is OutState.ACCEPTED


async def test_an_old_bounce_told_again_does_not_end_what_somebody_sends_again(town: TownHouse, sent: Outbound) -> None:
    await town.receive(notification(sent, ("usager@example.org", "failed", "5.2.2")))
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.resolver.resolve(
            session, town.tenant_id, sent.id, decision=Decision.RESEND, reason="boîte vidée", actor=AGENT
        )
    await town.receive(notification(sent, ("usager@example.org", "failed", "5.2.2"), number=2))
    assert (await now(town, sent)).state is OutState.FROZEN
    town.clock.move(minutes=1)
    await town.deliver()
    assert (await now(town, sent)).state is OutState.ACCEPTED
    await town.receive(notification(sent, ("usager@example.org", "failed", "5.2.2"), number=3))
    assert (await now(town, sent)).state is OutState.BOUNCED
