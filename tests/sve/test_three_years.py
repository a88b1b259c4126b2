"""Three simulated years of a town on a fast clock: every warning once, on its day, none missing, none early.

From November 2026 to the end of 2029: four nights of summer time and three of winter time, 29 February 2028, three year
ends, every holiday, three outages of 72 hours, two schedulers at once. The short run, always played, has few requests and
looks when something is expected and on some other days; `PARVIS_LONG_TESTS=1` plays the same years with several hundred
requests and a look on every day (some ten minutes).
"""

import os
from datetime import date, timedelta

from tests.harness.towns import TownHouse
from tests.sve.years import Outage, Years

FIRST, LAST = date(2026, 11, 1), date(2029, 12, 31)
# Over the eve of a term that nobody works, and over the leap day.
OUTAGES = [Outage(date(2027, 5, 13)), Outage(date(2028, 2, 27)), Outage(date(2028, 12, 30))]
LONG = os.environ.get("PARVIS_LONG_TESTS") == "1"


async def test_over_three_years_every_warning_is_given_once_on_its_day(town: TownHouse) -> None:
    years = Years(
        town, seed=2026, first=FIRST, last=LAST, arrivals=600 if LONG else 32, outages=OUTAGES, every_day=LONG
    )
    await years.run()
    assert set(years.raised.values()) == {1}
    assert len(years.raised) > len(years.lives)
    for life, due_on, told_on in years.late:
        out = any(
            outage.holds(due_on + timedelta(days=n)) for outage in OUTAGES for n in range((told_on - due_on).days)
        )
        learnt_after = life.last_fact_on is not None and life.last_fact_on >= due_on
        assert out or learnt_after, (life.facts, due_on, told_on)
    codes = {code for _, code, _ in years.raised}
    assert {"J-30", "J-15", "J-7", "J-3", "J-1", "term", "born", "are_due", "review_by"} <= codes
