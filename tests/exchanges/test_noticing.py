"""Mails to agents: by the town's own mailbox, tried until they leave, told twice to nobody, and no citizen's business."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges.noticing import GIVE_UP_AFTER, NO_WAY
from app.jobs import queue
from app.sve.warning.values import Notice, NoticeState
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town
from tests.sve.warning.told import DESK, a_request, choose, notices_of, round_


@dataclass
class Server:
    """Stands for the mail server: answers what the test says, remembers what it was given, may be slow."""

    answers: list[Sent] = field(default_factory=list)
    carried: list[SendRequest] = field(default_factory=list)
    able: bool = True
    meanwhile: Any = None

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return self.able

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append(request)
        if self.meanwhile is not None:
            call, self.meanwhile = self.meanwhile, None
            await call()
        await asyncio.sleep(0)
        return self.answers.pop(0) if self.answers else Sent(outcome=Outcome.OK)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock, server: Server) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.noticing._carrier = server  # the one organ that would reach a server
        await choose(opened, escalate_to=[])
        await a_request(opened, regime=None)
        await round_(opened)
        yield opened


async def send(town: TownHouse) -> Notice:
    await town.house.noticing.send(str(town.tenant_id))
    (notice,) = await notices_of(town)
    return notice


async def test_it_leaves_as_an_automatic_mail_nobody_can_answer(town: TownHouse, server: Server) -> None:
    notice = await send(town)
    (request,) = server.carried
    assert (notice.state, notice.attempts, notice.sent_at) == (NoticeState.SENT, 1, town.clock())
    assert (request.to.address, request.subject) == (DESK, notice.title)
    assert (request.automatic, request.human, request.reply_to, request.in_reply_to) == (True, False, None, None)
    assert request.message_id == f"<{notice.id.hex}.avis@villebourg.example.fr>"
    (ticket,) = await town.tickets()
    assert [sent.purpose for sent in await town.sent(ticket.id)] == ["AEE"]  # the citizen's, and nothing of ours
    await send(town)
    assert len(server.carried) == 1


async def test_a_server_that_is_away_is_tried_again_later_and_the_reason_shown(town: TownHouse, server: Server) -> None:
    server.answers = [Sent(outcome=Outcome.RETRY, detail="451 plus tard"), Sent(outcome=Outcome.RETRY)]
    notice = await send(town)
    assert (notice.state, notice.last_error) == (NoticeState.DUE, "451 plus tard")
    await send(town)
    assert len(server.carried) == 1  # not before a minute
    town.clock.move(minutes=1)
    notice = await send(town)
    assert notice.next_attempt_at - town.clock() == timedelta(minutes=5)
    town.clock.move(minutes=5)
    notice = await send(town)
    assert (notice.state, notice.attempts, notice.last_error) == (NoticeState.SENT, 3, None)
    assert len({request.message_id for request in server.carried}) == 1


async def test_after_three_days_it_is_given_up_with_its_reason(town: TownHouse, server: Server) -> None:
    end = town.clock() + GIVE_UP_AFTER + timedelta(hours=5)
    while town.clock() < end:
        server.answers = [Sent(outcome=Outcome.THROTTLED, detail="450 trop de messages")]
        notice = await send(town)
        town.clock.move(hours=4)
    assert (notice.state, notice.last_error) == (NoticeState.FAILED, "450 trop de messages")
    carried = len(server.carried)
    await send(town)
    assert len(server.carried) == carried


async def test_an_address_refused_for_good_is_not_tried_again(town: TownHouse, server: Server) -> None:
    server.answers = [Sent(outcome=Outcome.PERMANENT, detail="550 inconnu ici")]
    notice = await send(town)
    assert (notice.state, notice.last_error) == (NoticeState.FAILED, "550 inconnu ici")


async def test_without_a_mailbox_that_sends_it_says_what_to_do_and_waits(town: TownHouse, server: Server) -> None:
    server.able = False
    notice = await send(town)
    assert (notice.state, notice.last_error) == (NoticeState.DUE, NO_WAY)
    server.able = True
    town.clock.move(minutes=1)
    assert (await send(town)).state is NoticeState.SENT


async def test_two_workers_send_it_once(town: TownHouse, server: Server) -> None:
    await asyncio.gather(*(town.house.noticing.send(str(town.tenant_id)) for _ in range(3)))
    assert len(server.carried) == 1


async def test_a_worker_that_was_overtaken_does_not_undo_what_the_other_did(town: TownHouse, server: Server) -> None:
    """The first hangs past its lease, the second sends; the first's late failure is no news."""

    async def the_second_sends() -> None:
        town.clock.move(minutes=6)
        await town.house.noticing.send(str(town.tenant_id))

    server.answers = [Sent(outcome=Outcome.OK), Sent(outcome=Outcome.RETRY, detail="trop tard")]
    server.meanwhile = the_second_sends
    notice = await send(town)
    assert (notice.state, notice.attempts, notice.last_error) == (NoticeState.SENT, 2, None)


async def test_what_a_lost_job_left_is_found_by_the_sweep(town: TownHouse, server: Server) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await queue.absorb(session, "notify", lock=f"notices:{town.tenant_id}")  # the wake-up is lost
    await town.house.noticing.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await queue.waiting(session, [f"notices:{town.tenant_id}"])


async def test_a_real_server_takes_it_with_the_headers_of_a_machine(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, clock: MovableClock
) -> None:
    """RFC 3834 §2: no answer to it is asked for, and its bounce goes to nobody."""
    taken: list[Any] = []

    class Sink:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            taken.append(envelope)
            return "250 2.0.0 taken"

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(Sink(), hostname="sink", loop=loop), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with opened_town(database_url, tmp_path_factory.mktemp("smtp"), clock=clock, outgoing="send") as town:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
            await town.house.channels.change(
                session, town.mailbox, version=town.mailbox.version, name=None, state=None, config=server
            )
        await choose(town, escalate_to=[])
        await a_request(town, regime=None)
        await round_(town)
        notice = await send(town)
    listening.close()
    (envelope,) = taken
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert (notice.state, envelope.mail_from, envelope.rcpt_tos) == (NoticeState.SENT, "<>", [DESK])
    assert (mail["Auto-Submitted"], mail["Reply-To"]) == ("auto-generated", None)
    assert mail.get_content_type() == "text/plain"
    assert notice.text.splitlines()[0] in mail.get_content()
