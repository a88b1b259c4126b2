"""The hostile mails, from the door to the ticket: kept whole, never lost, never doubled, answered to nobody else."""

import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.bootstrap import House
from app.channels.adapters.email import EmailAdapter
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges import outbox, receptions
from app.exchanges.delivering import request_of
from app.exchanges.receptions import Door, Reception, State
from tests.exchanges.hostile_check import Became, problems
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import a_mailbox

# Another collection in the same form may be tried.
CORPUS = Path(os.environ.get("PARVIS_TEST_MAILS", Path(__file__).parents[1] / "data" / "mail"))
INDEX = json.loads((CORPUS / "index.json").read_text(encoding="utf-8"))
EARLIER = (
    "From: Camille Martin <camille.martin@citoyen.example>\r\nTo: {to}\r\nSubject: Voirie\r\n"
    "Message-ID: <avant@citoyen.example>\r\n\r\nUn trou dans la chaussée.\r\n"
)
# What belongs to the person who wrote before, and must not move when somebody else writes.
OTHERS = text(
    "SELECT md5(coalesce(string_agg(said, '' ORDER BY said), '')) FROM ("
    "SELECT c::text AS said FROM contacts c WHERE c.created_at < :before UNION ALL "
    "SELECT s::text FROM saisines s JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id "
    "WHERE t.created_at < :before) all_said"
)
CONTACTS, TICKETS, MESSAGES = (
    text(f"SELECT count(*) FROM {table}") for table in ("contacts", "tickets", "messages WHERE direction = 'in'")
)


@dataclass(frozen=True, slots=True)
class Mairie:
    house: House
    clock: MovableClock
    tenant_id: UUID
    mailbox: Channel

    async def receive(self, raw: bytes) -> Reception:
        envelope = {"door": "smtp", "mail_from": "camille.martin@citoyen.example", "rcpt_to": [self.mailbox.address]}
        receipt = await self.house.inbound.accept(
            self.mailbox, Delivery(body=raw, envelope=envelope), door=Door.SMTP, remote="192.0.2.1"
        )
        for _ in range(4):  # what crashes the reading child is tried again, then held
            await self.house.inbound.drain(str(self.tenant_id))
            async with self.house.database.transaction(tenant=self.tenant_id) as session:
                kept = await receptions.find(session, self.tenant_id, receipt.id)
            assert kept is not None
            if kept.state is not State.QUEUED:
                return kept
            self.clock.move(minutes=2)
        raise AssertionError(f"still queued: {kept.reason}")

    async def became(self, raw: bytes) -> Became:
        before = self.clock()
        contacts, tickets, messages, others = await self._figures(before)
        started = time.monotonic()
        kept = await self.receive(raw)
        seconds = time.monotonic() - started
        assert kept.raw == raw
        now_contacts, now_tickets, now_messages, now_others = await self._figures(before)
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            message, sent, received_on = None, [], None
            if kept.message_id is not None:
                thread = await self.house.tickets.thread(session, self.tenant_id, kept.ticket_id)
                message = next(one for one in thread if one.id == kept.message_id)
                leaving = await outbox.of_ticket(session, self.tenant_id, kept.ticket_id)
                sent = [one for one in leaving if one.request.get("about") == str(message.id)]
                timeline = await self.house.legal.timeline(session, self.tenant_id, kept.ticket_id)
                received_on = next((one.reading.get("reception_date") for one in timeline.saisines), None)
        rendered = [
            (one.recipient_address, EmailAdapter().render(request_of(one), self.mailbox.config).body) for one in sent
        ]
        return Became(
            state=kept.state,
            reason=kept.reason,
            message=message,
            new_ticket=now_tickets > tickets,
            messages_created=now_messages - messages,
            contacts_created=now_contacts - contacts,
            others_changed=others != now_others,
            reception_on=received_on,
            acknowledgements=rendered if now_messages > messages else [],
            seconds=seconds,
        )

    async def _figures(self, before: object) -> tuple[int, int, int, str]:
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            counts = [(await session.execute(query)).scalar_one() for query in (CONTACTS, TICKETS, MESSAGES)]
            others = (await session.execute(OTHERS, {"before": before})).scalar_one()
        return (*counts, others)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mairie(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mairie]:
    clock = MovableClock()
    async with house(database_url, tmp_path_factory.mktemp("mairie"), clock=clock) as opened:
        tenant_id = await a_town(opened, slug="mairie-test")
        opened_town = Mairie(opened, clock, tenant_id, await a_mailbox(opened, tenant_id, INDEX["channel"]))
        await opened_town.receive(EARLIER.format(to=INDEX["channel"]).encode())
        yield opened_town


@pytest.mark.parametrize("case", INDEX["cases"], ids=lambda case: case["id"])
async def test_a_hostile_mail_is_what_its_index_says(mairie: Mairie, case: dict[str, Any]) -> None:
    mairie.clock.move(days=2)  # nobody writes a hundred mails a day, and would be answered each time
    raw = (CORPUS / case["file"]).read_bytes()
    if case["expect"].get("messages_created") == 0:
        await mairie.receive(raw)  # a duplicate is one of something
    became = await mairie.became(raw)
    assert problems(case, became, today=mairie.clock().date().isoformat()) == []
    again = await mairie.receive(raw)
    assert again.state in {State.DUPLICATE, State.HELD}, "the same mail again changes something"
