"""A channel that lets nobody answer after a while: an address is asked for while there is time."""

import json
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from app.channels.contract import Delivery
from app.channels.values import Channel
from app.contacts import service as contacts
from app.exchanges.receptions import Door
from app.sve.law import Regime
from app.sve.values import Alert
from app.sve.warning import reply_windows
from app.sve.warning.windows import warn_at
from tests.harness.moves import merge
from tests.harness.towns import TownHouse
from tests.sve.warning.test_digest import METRO, MIQUELON
from tests.sve.warning.told import AGENT, a_request, alerts_of, round_

PAGE, PERSON = "100000000000001", "200000000000002"


async def messenger(town: TownHouse, **config: Any) -> Channel:
    return await town.connect("meta.messenger", {"accept_unsigned": True, "page_id": PAGE, **config})


def written(text: str, *, mid: str) -> bytes:
    """A page message as Meta delivers it."""
    said = {
        "sender": {"id": PERSON},
        "recipient": {"id": PAGE},
        "timestamp": 1_772_442_000_000,
        "message": {"mid": mid, "text": text},
    }
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [said]}]}).encode()


async def write(town: TownHouse, channel: Channel, *, mid: str = "m_1") -> Any:
    receipt = await town.house.inbound.accept(channel, Delivery(body=written("Bonjour", mid=mid)), door=Door.API)
    await town.house.inbound.drain(str(town.tenant_id))
    kept = await town.reception(receipt.id)
    assert kept.ticket_id, kept
    return kept.ticket_id


async def closing(town: TownHouse) -> list[Alert]:
    await round_(town)
    return [alert for alert in await alerts_of(town) if alert.threshold.startswith("window_closes")]


@pytest.mark.parametrize(
    ("opened", "hours", "where", "expected"),
    [
        ("2026-03-02T09:00", 24, METRO, "2026-03-02T21:00"),
        ("2026-03-02T09:00", 168, METRO, "2026-03-06T07:00"),  # closes Monday 9th: Saturday is told on Friday morning
        ("2026-03-04T09:00", 168, METRO, "2026-03-09T07:00"),
        ("2026-03-24T09:00", 168, METRO, "2026-03-27T07:00"),  # over the night of summer time
        ("2026-03-04T09:00", 168, MIQUELON, "2026-03-09T10:00"),
    ],
)
def test_it_is_told_half_way_or_on_a_working_morning_two_days_before(opened, hours, where, expected) -> None:
    at = datetime.fromisoformat(opened).replace(tzinfo=UTC)
    assert warn_at(at, hours=hours, tenant=where) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


async def test_a_short_window_is_told_half_way_with_its_instant_and_what_to_do(town: TownHouse) -> None:
    await write(town, await messenger(town))
    town.clock.move(hours=11, minutes=59)
    assert await closing(town) == []
    town.clock.move(minutes=1)
    (alert,) = await closing(town)
    assert alert.because == (
        "le canal ne laissera plus répondre : demandez une adresse électronique ou postale avant le "
        "3 mars 2026 à 10 h 00."
    )
    assert (alert.closes_at, alert.late) == (datetime(2026, 3, 3, 9, 0, tzinfo=UTC), False)
    assert await closing(town) == [alert]


async def test_a_week_s_window_is_told_a_day_before_at_least(town: TownHouse) -> None:
    """Messenger leaves a person seven days when the page has that right."""
    await write(town, await messenger(town, human_agent=True))
    town.clock.at = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
    (alert,) = await closing(town)
    assert alert.closes_at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


async def test_a_new_message_opens_a_new_window_told_in_its_turn(town: TownHouse) -> None:
    channel = await messenger(town)
    ticket = await write(town, channel)
    town.clock.move(hours=6)
    assert await write(town, channel, mid="m_2") == ticket
    town.clock.move(hours=6)
    assert await closing(town) == []  # the first window was opened anew
    town.clock.move(hours=6)
    assert len(await closing(town)) == 1
    await write(town, channel, mid="m_3")
    town.clock.move(hours=12)
    assert len(await closing(town)) == 2


async def test_nobody_is_told_when_the_person_can_be_written_to_otherwise(town: TownHouse, owner_url: str) -> None:
    await write(town, await messenger(town))
    await another_address(town, owner_url)
    town.clock.move(hours=12)
    assert await closing(town) == []


async def another_address(town: TownHouse, owner_url: str) -> None:
    """The person who wrote has an e-mail address too."""
    (ticket,) = await town.tickets()
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute(
            "INSERT INTO contact_points (tenant_id, id, contact_id, kind, scope, address, display_name, created_at) "
            "VALUES (%s, gen_random_uuid(), %s, 'email', '', 'usager@example.org', 'Usager Exemple', now())",
            (town.tenant_id, ticket.contact_id),
        )


async def test_an_address_refused_later_is_told_as_long_as_silence_has_not_decided(
    town: TownHouse, owner_url: str
) -> None:
    await write(town, await messenger(town))
    await another_address(town, owner_url)
    for hours in (12, 12, 24):  # due, closed, the day after
        town.clock.move(hours=hours)
        assert await closing(town) == []
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (ticket,) = await town.tickets()
        _, points = await contacts.contact(session, town.tenant_id, ticket.contact_id)
        mails = [point.id for point in points if point.kind == "email"]
        await contacts.opt_out(session, town.tenant_id, mails, at=town.clock())
    town.clock.move(days=1)
    (alert,) = await closing(town)
    assert alert.because.startswith("le canal ne laisse plus répondre depuis le 3 mars 2026")


async def test_an_address_refused_in_time_is_told_before_the_window_closes(town: TownHouse, owner_url: str) -> None:
    await write(town, await messenger(town))
    await another_address(town, owner_url)
    town.clock.move(hours=12)
    assert await closing(town) == []
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute("DELETE FROM contact_points WHERE kind = 'email'")
    town.clock.move(hours=1)
    (alert,) = await closing(town)
    assert (alert.late, alert.closes_at) == (False, datetime(2026, 3, 3, 9, 0, tzinfo=UTC))


async def test_a_merged_ticket_shows_the_window_of_the_best_open_channel(town: TownHouse) -> None:
    first = await write(town, await messenger(town))
    town.clock.move(hours=3)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await reply_windows.of_tickets(session, town.tenant_id, [first]) == {
            first: datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
        }
    mailed = (await a_request(town)).ticket_id
    await merge(town, mailed, first, despite_other_contact=True)
    last = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await reply_windows.of_tickets(session, town.tenant_id, [mailed]) == {mailed: last}
        listed = await town.house.legal.watch_list(session, town.tenant_id, risks=(), before=None, after=None, limit=10)
    assert {one.reply_closes_at for one in listed if one.saisine.ticket_id == mailed} == {last}


async def test_nobody_is_told_of_a_request_that_is_settled(town: TownHouse) -> None:
    ticket = await write(town, await messenger(town))
    (saisine,) = (await town.law(ticket)).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=Regime.NONE,
            delay=None,
            procedure=None,
            reason="essai",
            version=saisine.version,
            actor=AGENT,
        )
    town.clock.move(hours=12)
    assert await closing(town) == []


async def test_a_window_that_closed_while_nobody_watched_is_told_late(town: TownHouse) -> None:
    await write(town, await messenger(town))
    town.clock.move(hours=72)
    (alert,) = await closing(town)
    assert alert.late
    assert alert.because.startswith("le canal ne laisse plus répondre depuis le 3 mars 2026 à 10 h 00")


async def test_mail_closes_no_window(town: TownHouse) -> None:
    saisine = await a_request(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await reply_windows.of_tickets(session, town.tenant_id, [saisine.ticket_id]) == {}


async def test_an_older_request_whose_term_has_passed_hides_no_window(town: TownHouse) -> None:
    channel = await messenger(town)
    ticket = await write(town, channel)
    town.clock.move(days=70)
    assert await write(town, channel, mid="m_2") == ticket
    before = len(await closing(town))
    town.clock.move(hours=12)
    assert len(await closing(town)) == before + 1
