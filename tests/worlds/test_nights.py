"""F9: four nights, minute by minute: each alert once, at the first minute of its day in the town's own time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.sve.law.territories import ZONES, Territory
from app.sve.watch import OVERDUE
from tests.worlds.clocks import Clocks, Watched
from tests.worlds.seeds import Chance

TERM_OF_15_DAYS = {"regime": "CRPA", "silence": "SVA", "delay": "P15D"}


@pytest.mark.parametrize("place", [Territory.METRO, Territory.SAINT_PIERRE_ET_MIQUELON, Territory.LA_REUNION])
@pytest.mark.parametrize(
    "night", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)]
)
def test_a_decision_is_born_at_the_first_minute_of_its_day_and_said_once(place: Territory, night: date) -> None:
    """A tacit grant born that night: told at 0:00 by the town's clock, whatever its clock does at 2:00 or 3:00."""
    zone = ZoneInfo(ZONES[place])
    received_at = datetime.combine(night - timedelta(days=16), time(9), zone).astimezone(UTC)
    fact = {
        "type": "received",
        "at": received_at.isoformat().replace("+00:00", "Z"),
        "authority": "competent",
        "channel": "email",
    }
    one = Watched(0, place, TERM_OF_15_DAYS, [fact], night - timedelta(days=16), received_at, received_at.date())
    world = Clocks(now=received_at, watched=[one])
    world.looks(Chance(0))
    start = datetime.combine(night - timedelta(days=1), time(22), zone).astimezone(UTC)
    told_at: list[tuple[str, datetime]] = []
    for minute in range(9 * 60):
        world.now = start + timedelta(minutes=minute)
        before = set(one.told)
        world.looks(Chance(0))
        told_at += [(code, world.now.astimezone(zone)) for code, _ in set(one.told) - before]
    born = [at for code, at in told_at if code == OVERDUE]
    assert born == [datetime.combine(night, time(), zone)]
    # Of all that was said in nine hours, nothing came but at the first look and at midnight.
    first = start.astimezone(zone)
    assert {at for _, at in told_at} <= {first, born[0]}
