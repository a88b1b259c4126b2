"""T84: machines that answer each other for an hour. A few automatic messages, then silence; an alarm; all mail kept."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.kit.compose import date_field
from app.channels.values import Channel
from app.web.rail import rail_of
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

Robot = Callable[[bytes, int], list[bytes]]  # a mail that reached it and how many did before: what it sends back


@dataclass
class Post:
    """Carries what leaves to whom it is for: a town, or a robot of somebody's, at once."""

    clock: MovableClock
    left: list[tuple[str, bytes]] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        body = date_field(format_datetime(self.clock())) + adapter.render(request, channel.config).body
        self.left.append((request.to.address or "", body))
        return Sent(outcome=Outcome.OK, external_ids=(request.message_id or "",))


@pytest_asyncio.fixture
async def post(town: TownHouse) -> Post:
    made = Post(town.clock)
    town.house.deliverer._carrier = made
    return made


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        yield opened


async def an_hour(post: Post, towns: list[TownHouse], robots: dict[str, Robot]) -> int:
    """Carries mail for an hour, ten minutes at a time; returns how many messages left the towns."""
    carried: dict[str, int] = {}
    done = 0
    for _ in range(6):
        while True:  # robots answer at once, and are answered until nobody says anything more
            before = done
            for one in towns:
                await one.deliver()
            for address, body in post.left[done:]:
                done += 1
                house = next((one for one in towns if one.address == address), None)
                if house is not None:
                    await house.receive(body)
                elif address in robots:
                    count = carried[address] = carried.get(address, 0) + 1
                    for answer in robots[address](body, count):
                        await towns[0].receive(answer)
            if done == before:
                break
        post.clock.move(minutes=10)
    return len(post.left)


async def received(town: TownHouse) -> int:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        counted = await session.execute(text("SELECT count(*) FROM messages WHERE direction = 'in'"))
        return int(counted.scalar_one())


async def alarms(town: TownHouse) -> tuple[int, int]:
    """What the event stream says, and what every agents' page says."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        told = await session.execute(text("SELECT count(*) FROM events WHERE type = 'channel.loop_suspected'"))
        return int(told.scalar_one()), (await rail_of(session, town.tenant_id)).loops


def a_field(body: bytes, name: str) -> str:
    for line in body.decode("utf-8", "replace").split("\r\n"):
        if line.lower().startswith(f"{name}: "):
            return line.partition(": ")[2]
    return ""


async def test_two_houses_of_parvis_exchange_one_acknowledgement(
    town: TownHouse, other_town: TownHouse, post: Post
) -> None:
    other_town.house.deliverer._carrier = post
    await town.receive(mail(sender=f"Mairie <{other_town.address}>", to=town.address))
    assert await an_hour(post, [town, other_town], {}) == 1
    assert (await received(town), await received(other_town)) == (1, 1)


async def test_a_responder_that_says_nothing_of_itself_is_answered_once_and_told(town: TownHouse, post: Post) -> None:
    """A helpdesk that strips every header and answers whatever comes, in its own words, under new identifiers."""

    def helpdesk(body: bytes, count: int) -> list[bytes]:
        return [
            mail(
                sender="Assistance <aide@robot.example>",
                subject=f"[Demande {count}] Nous avons bien reçu votre message",
                message_id=f"<r{count}@robot.example>",
                In_Reply_To=a_field(body, "message-id"),
            )
        ]

    await town.receive(mail(sender="Assistance <aide@robot.example>", message_id="<r0@robot.example>"))
    assert await an_hour(post, [town], {"aide@robot.example": helpdesk}) == 1
    assert await received(town) == 2
    assert await alarms(town) == (1, 1)


async def test_a_responder_that_insists_is_kept_and_told_once(town: TownHouse, post: Post) -> None:
    """It follows up by itself, whether it is answered or not."""
    for minute in range(0, 60, 5):
        await town.receive(
            mail(sender="aide@robot.example", subject=f"Relance {minute}", message_id=f"<{minute}@robot.example>")
        )
        town.clock.move(minutes=5)
    await town.deliver()
    assert len(post.left) == 1
    assert await received(town) == 12
    assert await alarms(town) == (1, 1)


async def test_a_list_that_sends_our_own_words_back_is_kept_and_not_answered(town: TownHouse, post: Post) -> None:
    def listed(body: bytes, count: int) -> list[bytes]:
        return [b"List-Id: <habitants.example.org>\r\nPrecedence: list\r\n" + body]

    def bare(body: bytes, count: int) -> list[bytes]:
        stripped = body.replace(b"Auto-Submitted: auto-replied\r\n", b"").replace(b"Precedence: auto_reply\r\n", b"")
        return [stripped.replace(b"Message-ID: <", b"Message-ID: <echo.")]

    robots = {"habitants@example.org": listed, "voisins@example.org": bare}
    await town.receive(mail(sender="habitants@example.org", message_id="<h@example.org>"))
    await town.receive(mail(sender="voisins@example.org", message_id="<v@example.org>"))
    assert await an_hour(post, [town], robots) == 2
    # Our own acknowledgement under its own name is known; under another it is kept, as everything is.
    assert await received(town) >= 3


async def test_we_never_write_to_ourselves(town: TownHouse, post: Post) -> None:
    await town.receive(mail(sender=town.address, to=town.address, message_id="<nous@example.org>"))
    await town.receive(mail(sender=town.address.replace("@", "+x@"), message_id="<nous2@example.org>"))
    assert await an_hour(post, [town], {}) == 0
    assert await received(town) == 2


async def test_a_person_who_writes_three_times_is_no_machine(town: TownHouse, post: Post) -> None:
    for number in range(3):
        await town.receive(mail(message_id=f"<{number}@example.org>", subject="J'ai oublié la pièce"))
        await town.deliver()
        town.clock.move(minutes=5)
    assert len(post.left) == 1
    assert await alarms(town) == (0, 0)


async def test_an_alarm_ends_a_day_after_the_silence_began(town: TownHouse, post: Post) -> None:
    for minute in range(12):
        await town.receive(mail(sender="aide@robot.example", message_id=f"<{minute}@robot.example>"))
    assert await alarms(town) == (1, 1)
    town.clock.move(hours=25)
    await town.house.dispatcher.forget(town.tenant_id)
    assert await alarms(town) == (1, 0)


@pytest.mark.parametrize("header", ["Auto-Submitted", "X-Autoreply", "Precedence"])
async def test_a_machine_that_says_what_it_is_is_never_answered(town: TownHouse, post: Post, header: str) -> None:
    value = {"Precedence": "bulk", "X-Autoreply": "yes"}.get(header, "auto-replied")
    await town.receive(mail(**{header.replace("-", "_"): value}))
    assert await an_hour(post, [town], {}) == 0
    assert await alarms(town) == (0, 0)
