"""A message's whole way: kept, read, placed, answered, with its legal clock beside it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from app.bootstrap import House
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges import outbox, receptions
from app.exchanges.receptions import Door, State
from app.tickets.repository import Filter
from tests.harness.houses import MovableClock, a_town, house

MAIL = """From: Usager Exemple <usager@example.org>\r
To: contact@villebourg.example.fr\r
Subject: Demande d'autorisation de terrasse\r
Message-ID: <premier@example.org>\r
Date: Mon, 02 Mar 2026 09:59:00 +0100\r
Content-Type: text/plain; charset=utf-8\r
\r
Bonjour, je demande une autorisation de terrasse pour l'été.\r
""".encode()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[tuple[House, UUID, Channel]]:
    async with house(database_url, tmp_path, clock=clock) as opened:
        tenant_id = await a_town(opened, slug=tmp_path.name)
        async with opened.database.transaction(tenant=tenant_id) as session:
            address = f"contact.{tmp_path.name.replace('_', '-')}@villebourg.example.fr"
            channel = await opened.channels.connect(
                session, tenant_id, type="email", name="Courriel", address=address, config={"address": address}
            )
        yield opened, tenant_id, channel


async def receive(town: tuple[House, UUID, Channel], raw: bytes) -> receptions.Reception:
    opened, tenant_id, channel = town
    receipt = await opened.inbound.accept(channel, Delivery(body=raw), door=Door.API)
    await opened.inbound.drain(str(tenant_id))
    async with opened.database.transaction(tenant=tenant_id) as session:
        found = await receptions.find(session, tenant_id, receipt.id)
    assert found is not None
    return found


async def test_a_mail_becomes_a_ticket_with_its_saisine_and_its_acknowledgement(town) -> None:
    opened, tenant_id, _ = town
    kept = await receive(town, MAIL)
    assert kept.state is State.DONE, kept.reason
    assert kept.raw == MAIL
    async with opened.database.transaction(tenant=tenant_id) as session:
        (ticket,) = await opened.tickets.page(session, tenant_id, Filter(), by_term=False, after=None, limit=10)
        thread = await opened.tickets.thread(session, tenant_id, ticket.id)
        timeline = await opened.legal.timeline(session, tenant_id, ticket.id)
        sent = await outbox.of_ticket(session, tenant_id, ticket.id)
    assert ticket.subject == "Demande d'autorisation de terrasse"
    assert ticket.contact_name == "Usager Exemple"
    assert "terrasse pour l'été" in thread[0].text
    (saisine,) = timeline.saisines
    assert saisine.regime.value == "UNKNOWN"
    assert (ticket.risk, ticket.alert_on) == ("unqualified", date(2026, 5, 2))
    assert [(duty.kind, duty.due_on) for duty in timeline.duties] == [
        ("AEE", date(2026, 3, 3)),
        ("ARE", date(2026, 3, 16)),
    ]
    assert saisine.reading["reasons"]
    assert [(message.purpose, message.recipient_address) for message in sent] == [("AEE", "usager@example.org")]


async def test_the_same_delivery_again_changes_nothing(town) -> None:
    opened, tenant_id, _ = town
    first = await receive(town, MAIL)
    again = await receive(town, MAIL)
    assert (again.state, again.message_id, again.ticket_id) == (State.DUPLICATE, first.message_id, first.ticket_id)
    async with opened.database.transaction(tenant=tenant_id) as session:
        tickets = await opened.tickets.page(session, tenant_id, Filter(), by_term=False, after=None, limit=10)
    assert len(tickets) == 1
