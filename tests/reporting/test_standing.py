"""How a service is judged: each mark from a fact, each with its sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.reporting.judging import components
from app.reporting.standing import Facts, Hour, Mark, Part, days, overall

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
WELL = Facts(
    queued_since=None,
    sending_since=None,
    held=0,
    unknown=0,
    failed=0,
    last_inbound_at=NOW,
    silent=(),
    to_reconnect=(),
    watch_age=timedelta(seconds=20),
    watch_on_time=True,
    watch_alive=True,
    ledger_at=NOW - timedelta(minutes=20),
    unexplained=0,
    founded_at=NOW - timedelta(days=400),
)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("part", "mark", "fact"),
    [
        (Part.INTAKE, Mark.OK, {"queued_since": ago(seconds=90)}),
        (Part.INTAKE, Mark.OK, {"queued_since": NOW + timedelta(hours=1)}),  # a second try, not due yet
        (Part.INTAKE, Mark.ATTENTION, {"queued_since": ago(minutes=3)}),
        (Part.INTAKE, Mark.FAILING, {"queued_since": ago(minutes=16)}),
        (Part.SENDING, Mark.ATTENTION, {"sending_since": ago(minutes=16)}),
        (Part.SENDING, Mark.FAILING, {"sending_since": ago(hours=3)}),
        (Part.SENDING, Mark.ATTENTION, {"unknown": 1}),
        (Part.WATCH, Mark.ATTENTION, {"watch_on_time": False}),
        (Part.WATCH, Mark.FAILING, {"watch_on_time": False, "watch_alive": False}),
        (Part.CHANNELS, Mark.ATTENTION, {"silent": ("Accueil",)}),
        (Part.CHANNELS, Mark.FAILING, {"to_reconnect": ("Page",), "silent": ("Accueil",)}),
        (Part.LEDGER, Mark.FAILING, {"unexplained": 1}),
        (Part.LEDGER, Mark.ATTENTION, {"ledger_at": ago(hours=3)}),
        (Part.LEDGER, Mark.ATTENTION, {"ledger_at": None}),
        (Part.LEDGER, Mark.UNKNOWN, {"ledger_at": None, "founded_at": ago(minutes=30)}),
    ],
)
def test_each_fact_marks_its_own_part_alone(part, mark, fact):
    judged = {one.part: one.mark for one in components(replace(WELL, **fact), now=NOW)}
    assert judged == {one: mark if one is part else Mark.OK for one in Part}


def test_the_worst_part_is_the_service():
    assert overall(components(WELL, now=NOW)) is Mark.OK
    assert overall(components(replace(WELL, failed=2), now=NOW)) is Mark.ATTENTION
    assert overall(components(replace(WELL, failed=2, unexplained=1), now=NOW)) is Mark.FAILING


def test_every_mark_says_why_in_both_languages():
    troubled = replace(WELL, queued_since=ago(hours=2), to_reconnect=("Page",), watch_alive=False, ledger_at=None)
    said = {one.part: one.said for one in components(troubled, now=NOW)}
    assert all("2 h" in sentence for sentence in (said[Part.INTAKE], said[Part.INTAKE].en))
    assert all("Page" in sentence for sentence in (said[Part.CHANNELS], said[Part.CHANNELS].en))
    assert all(sentence and sentence.en and sentence != sentence.en for sentence in said.values())


def test_a_day_is_a_civil_day_of_the_administration_and_a_missing_hour_an_outage():
    zone = ZoneInfo("Pacific/Noumea")  # eleven hours ahead: its 12 March began at 13:00 UTC on the 11th
    begins = datetime(2026, 3, 11, 13, 0, tzinfo=UTC)
    counted = [Hour(hour_at=begins + timedelta(hours=n), late=0, unexplained=0) for n in range(19) if n not in (3, 4)]
    counted.append(Hour(hour_at=begins - timedelta(hours=5), late=0, unexplained=0))
    found = days(counted, now=NOW, zone=zone)
    assert [day.on.isoformat() for day in found] == ["2026-03-12", "2026-03-11"]
    assert (found[0].hours, found[0].worked, found[0].mark) == (19, 17, Mark.ATTENTION)
    assert (found[1].hours, found[1].worked, found[1].mark) == (5, 1, Mark.ATTENTION)


def test_nothing_is_told_of_days_before_the_first_count():
    assert days([], now=NOW, zone=ZoneInfo("Europe/Paris")) == ()


def test_a_day_with_something_unexplained_failed_and_the_day_of_the_clock_change_has_its_own_hours():
    zone, day = ZoneInfo("Europe/Paris"), datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
    begins = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    counted = [Hour(hour_at=begins + timedelta(hours=n), late=n == 5, unexplained=n == 6) for n in range(23)]
    counted.append(Hour(hour_at=begins - timedelta(days=200), late=0, unexplained=0))
    found = days(counted, now=day + timedelta(days=1), zone=zone)
    assert len(found) == 90
    assert (found[1].hours, found[1].worked, found[1].unexplained, found[1].mark) == (23, 23, 1, Mark.FAILING)
