"""When information may leave: the days, the hours, the holidays of each administration; nothing else waits."""

from datetime import UTC, date, datetime, time

import pytest

from app.exchanges.hours import Hours
from app.exchanges.outbox import OutState
from app.exchanges.sending_settings import SendingSettings
from tests.exchanges.test_sms_out import AGENT, MTARGET, a_line
from tests.harness.towns import TownHouse
from tests.simulators.sms import mtarget

WEEK = Hours(time(8), time(20))
NEW_YEAR = {2026: [date(2026, 1, 1)]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "opens"),
    [
        (WEEK, "Europe/Paris", "2026-03-02T09:00", "2026-03-02T09:00"),
        (WEEK, "Europe/Paris", "2026-03-02T06:59", "2026-03-02T07:00"),
        (WEEK, "Europe/Paris", "2026-03-02T19:00", "2026-03-03T07:00"),  # 20:00 there is already closed
        (WEEK, "Europe/Paris", "2026-03-07T19:30", "2026-03-09T07:00"),  # Saturday evening, then no Sunday
        (WEEK, "Indian/Reunion", "2026-03-02T02:00", "2026-03-02T04:00"),
        (WEEK, "Europe/Paris", "2025-12-31T20:00", "2026-01-02T07:00"),  # New Year's Day is passed over
        (WEEK, "Europe/Paris", "2026-03-28T20:00", "2026-03-30T06:00"),  # summer time began on the Sunday
        (Hours(time(8), time(20), {7}, holidays=True), "Europe/Paris", "2026-03-02T09:00", "2026-03-08T07:00"),
        (Hours(time(8), time(20), {4}), "Europe/Paris", "2026-01-01T09:00", "2026-01-08T07:00"),
        (Hours(time(8), time(20), {4}, holidays=True), "Europe/Paris", "2026-01-01T09:00", "2026-01-01T09:00"),
    ],
)
def test_the_next_hour_at_which_information_leaves(hours: Hours, zone: str, now: str, opens: str) -> None:
    found = hours.next_open(at(now), zone=zone, holidays=lambda year: NEW_YEAR.get(year, []))
    assert found == at(opens)


async def test_the_town_s_own_days_hold_information_and_nothing_else(town: TownHouse) -> None:
    async with a_line(town, "sms.mtarget", MTARGET, mtarget()) as line:
        town.clock.at = at("2026-05-01T09:00")  # a Friday, and a holiday everywhere in France
        information = await line.reply("La piscine rouvre.", purpose="information")
        answer = await line.reply("Oui, à 14 h.")
        await line.depart()
        assert (await line.now(answer)).state is OutState.ACCEPTED
        assert (await line.now(information)).next_attempt_at == at("2026-05-02T06:00")
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            wanted = SendingSettings(hours=Hours(time(8), time(20), frozenset({5}), holidays=True))
            await town.house.sending_office.choose(session, town.tenant_id, wanted, version=0, actor=AGENT)
        await line.depart()  # judged at once by the new hours
        assert (await line.now(information)).state is OutState.ACCEPTED


async def test_one_town_s_hours_are_not_another_s(town: TownHouse, other_town: TownHouse) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        wanted = SendingSettings(hours=Hours(time(8), time(20), frozenset({1})))
        await town.house.sending_office.choose(session, town.tenant_id, wanted, version=0, actor=AGENT)
    async with other_town.house.database.transaction(tenant=other_town.tenant_id) as session:
        assert (await other_town.house.sending_office.get(session, other_town.tenant_id)).version == 0
