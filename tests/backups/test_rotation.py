"""Which backups stay: a table of days, as an operator would write it on paper."""

from datetime import UTC, datetime, timedelta

import pytest

from app.backups.rotation import Keeping, judged, made_at_of, name_at
from app.errors import Misconfigured

NIGHT = datetime(2026, 3, 2, 2, 15, tzinfo=UTC)  # a Monday
NAMES = [name_at(NIGHT - timedelta(days=days)) for days in range(120)]


def staying(keeping: Keeping, names: list[str], **doubtful: str) -> list[tuple[str, tuple[str, ...]]]:
    verdicts = judged(names, keeping, doubtful=doubtful)
    return [(f"{one.made_at:%m-%d}", one.reasons) for one in verdicts if one.stays]


def test_days_weeks_and_months_each_keep_their_newest() -> None:
    assert staying(Keeping(daily=3, weekly=2, monthly=3), NAMES) == [
        ("03-02", ("newest", "daily", "weekly", "monthly")),
        ("03-01", ("daily", "weekly")),
        ("02-28", ("daily", "monthly")),
        ("01-31", ("monthly",)),
    ]


def test_what_was_made_before_a_long_silence_stays() -> None:
    old = NAMES[100:]
    assert [day for day, _ in staying(Keeping(daily=2, weekly=0, monthly=0), [NAMES[0], *old])] == ["03-02", "11-22"]


def test_one_in_doubt_stays_and_fills_no_place() -> None:
    verdicts = judged(NAMES[:4], Keeping(daily=1, weekly=0, monthly=0), doubtful={NAMES[0]: "damaged"})
    assert [one.reasons for one in verdicts] == [("damaged",), ("newest", "daily"), (), ()]


@pytest.mark.parametrize("name", ["before-upgrade.parvis-backup.age", "parvis-20261302T021500Z.parvis-backup.age", "x"])
def test_files_somebody_else_named_are_not_judged(name: str) -> None:
    assert made_at_of(name) is None
    assert [one.name for one in judged([name, NAMES[0]], Keeping(daily=1, weekly=0, monthly=0), doubtful={})] == [
        NAMES[0]
    ]


def test_two_of_one_day_leave_the_later_one() -> None:
    later = name_at(NIGHT + timedelta(hours=5))
    verdicts = judged([NAMES[0], later], Keeping(daily=9, weekly=9, monthly=9), doubtful={})
    assert [(one.name, one.stays) for one in verdicts] == [(later, True), (NAMES[0], False)]


def test_a_rule_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(Misconfigured, match="--keep-daily"):
        Keeping(daily=0, weekly=0, monthly=0)
