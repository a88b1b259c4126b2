"""What must hold of every reading, whatever happened."""

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sve.law import Case, Family, Period, Procedure, Regime, Territory, read
from app.sve.law import events as facts
from app.sve.law.terms import add_period

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MOMENTS = st.integers(min_value=0, max_value=60 * 24 * 400).map(lambda minutes: START + timedelta(minutes=minutes))
FLAG = st.booleans()


def dated(what, /, **fields):
    return st.builds(what, at=MOMENTS, **fields)


def a_decision(at, sense):
    return facts.ExpressDecision(at=at, sense=sense, delivery=facts.Delivery(notified_at=at), mentions_appeal=True)


EVENTS = st.one_of(
    dated(facts.Received, competent=FLAG, complete=st.sampled_from([None, True, False])),
    dated(facts.Transferred, competent=FLAG),
    dated(facts.AckSent, kind=st.sampled_from(facts.AckKind), complete_mentions=FLAG),
    dated(
        facts.PiecesRequested,
        required_by_text=FLAG,
        states_the_rule=FLAG,
        by_competent=FLAG,
        deadline=st.one_of(st.none(), st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 6, 1))),
    ),
    dated(facts.PiecesReceived, complete=FLAG),
    dated(facts.Suspended, fraud=FLAG, renewal=FLAG),
    dated(facts.SuspensionLifted),
    dated(facts.PeriodExtended, total=st.sampled_from([None, Period(months=3)])),
    dated(facts.AbfOpinion, against=FLAG),
    dated(facts.RequestModified),
    dated(facts.NewPeriodNotified),
    dated(facts.DocumentsRequested, visit=FLAG),
    dated(facts.DocumentsReceived, visit=FLAG),
    dated(facts.DocumentOpened),
    dated(facts.AdministrativeAppeal, by_third_party=FLAG),
    dated(facts.ReasonsRequested),
    dated(facts.ReasonsCommunicated),
    dated(facts.MediationAgreed),
    dated(facts.MediationEnded),
    dated(facts.RequestWithdrawn, verified=FLAG),
    dated(facts.CadaRegistered),
    dated(facts.DeclaredAdmissible),
    st.builds(a_decision, MOMENTS, st.sampled_from(facts.Sense)),
)
PROCEDURES = st.builds(
    Procedure,
    family=st.sampled_from(Family),
    silence=st.sampled_from(Regime),
    delay=st.sampled_from([None, Period(months=1), Period(months=2), Period(days=15)]),
    collegial=FLAG,
)
CASES = st.builds(
    Case,
    territory=st.sampled_from(Territory),
    procedure=PROCEDURES,
    events=st.lists(EVENTS, max_size=8).map(lambda some: tuple(sorted(some, key=lambda event: event.at))),
)
NOWS = st.one_of(st.none(), MOMENTS)


@settings(deadline=None)
@given(CASES, NOWS)
def test_every_value_has_exactly_one_reason_with_a_source(case, now):
    reading = read(case, now=now)
    assert [reason.key for reason in reading.reasons] == list(reading.values)
    assert all(reason.source and reason.because for reason in reading.reasons)
    assert all(reading.values[reason.key] == reason.value for reason in reading.reasons)


@settings(deadline=None)
@given(CASES, NOWS)
def test_the_same_case_always_gives_the_same_reading(case, now):
    assert read(case, now=now) == read(case, now=now)


@settings(deadline=None)
@given(CASES, NOWS)
def test_an_alert_never_comes_after_the_term(case, now):
    reading = read(case, now=now)
    if reading.alert_on is not None and reading.term_on is not None:
        assert reading.alert_on <= reading.term_on


@settings(deadline=None)
@given(CASES, NOWS)
def test_a_running_clock_which_could_grant_always_has_an_alert(case, now):
    reading = read(case, now=now)
    if reading.term_on is not None and not reading.settled and reading.effect is not Regime.NONE:
        assert reading.alert_on is not None


@settings(deadline=None)
@given(CASES, NOWS)
def test_what_nobody_qualified_is_said_to_be_neither_accepted_nor_refused(case, now):
    reading = read(case, now=now)
    if reading.effect is Regime.UNKNOWN:
        assert "tacit_acceptance" not in reading.values
        assert "tacit_rejection" not in reading.values
        assert "tacit_decision_dated" not in reading.values or reading.values["tacit_decision_dated"] is None


@settings(deadline=None)
@given(CASES, NOWS)
def test_the_order_in_which_events_are_handed_over_changes_nothing(case, now):
    instants = [event.at for event in case.events]
    if len(set(instants)) == len(instants):
        turned = replace(case, events=tuple(reversed(case.events)))
        assert read(turned, now=now).values == read(case, now=now).values


@settings(deadline=None)
@given(CASES, MOMENTS)
def test_a_holding_reply_or_an_unread_fact_moves_no_date(case, at):
    noise = (facts.Answered(at=at), facts.Unlisted(at=at, name="citizen_called_back"))
    noisy = replace(case, events=tuple(sorted((*case.events, *noise), key=lambda event: event.at)))
    quiet, loud = read(case, now=None), read(noisy, now=None)
    assert {key: value for key, value in loud.values.items() if not key.startswith("warning")} == {
        key: value for key, value in quiet.values.items() if not key.startswith("warning")
    }
    assert (loud.term_on, loud.alert_on, loud.state) == (quiet.term_on, quiet.alert_on, quiet.state)


@settings(deadline=None)
@given(CASES, MOMENTS)
def test_what_happens_later_is_not_looked_at(case, now):
    known = replace(case, events=tuple(event for event in case.events if event.at <= now))
    assert read(case, now=now) == read(known, now=now)


@settings(deadline=None)
@given(MOMENTS, st.sampled_from([Regime.SVA, Regime.SVR, Regime.UNKNOWN]), st.sampled_from(Territory))
def test_a_simple_term_is_the_same_day_number_in_the_legal_time_of_the_authority(at, silence, territory):
    case = Case(territory, Procedure(silence=silence, delay=Period(months=2)), (facts.Received(at=at),))
    local = at.astimezone(case.zone_info).date()
    assert read(case, now=None).term_on == add_period(local, Period(months=2))


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_a_grant_once_born_stays_born(received, later):
    case = Case(Territory.METRO, Procedure(silence=Regime.SVA), (facts.Received(at=received),))
    term = read(case, now=None).term_on
    born = read(case, now=later).values.get("tacit_acceptance")
    assert born == (later.astimezone(PARIS).date() > term if later >= received else None)


@given(MOMENTS, st.integers(min_value=0, max_value=90))
def test_a_suspension_never_shortens_a_rejection(at, days):
    procedure = Procedure(silence=Regime.SVR, delay=Period(months=2), public_aid=True)
    start = datetime(2026, 3, 2, 9, tzinfo=PARIS)
    asked = facts.PiecesRequested(at=at, deadline=at.date() + timedelta(days=days))
    plain = read(Case(Territory.METRO, procedure, (facts.Received(at=start),)), now=None).term_on
    asked_case = Case(Territory.METRO, procedure, tuple(sorted((facts.Received(at=start), asked), key=lambda e: e.at)))
    assert read(asked_case, now=None).term_on >= plain


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_zone_of_the_machine_changes_no_date(zone, monkeypatch):
    case = Case(
        Territory.METRO, Procedure(silence=Regime.SVA), (facts.Received(at=datetime(2026, 6, 30, 22, 30, tzinfo=UTC)),)
    )
    before = read(case, now=None)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert read(case, now=None) == before
        assert before.term_on == date(2026, 9, 1)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != zone


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)),
    st.integers(0, 400),
    st.sampled_from([timedelta(hours=-2), timedelta(), timedelta(hours=2)]),
)
def test_a_server_clock_two_hours_off_moves_no_deadline(naive, days, off):
    """T122: what is stored is when it was received; when one looks changes no term."""
    at = naive.replace(tzinfo=UTC)
    case = Case(Territory.METRO, Procedure(silence=Regime.SVA), (facts.Received(at=at),))
    looked = read(case, now=at + timedelta(days=days, hours=3) + off)
    assert (looked.term_on, looked.alert_on) == (read(case, now=None).term_on, read(case, now=None).alert_on)


@pytest.mark.parametrize(
    ("received", "term"),
    [
        # The hour that October shows twice and the one that March skips are of the same civil day.
        ("2026-10-25T00:30:00+00:00", date(2026, 12, 25)),
        ("2026-10-25T01:30:00+00:00", date(2026, 12, 25)),
        ("2026-03-29T01:30:00+00:00", date(2026, 5, 29)),
        # 29 December and 31 December 2027: the same day two months later, or the last of February, a leap one.
        ("2027-12-29T10:00:00+00:00", date(2028, 2, 29)),
        ("2027-12-31T10:00:00+00:00", date(2028, 2, 29)),
    ],
)
def test_nights_of_summer_time_and_leap_days_have_one_term(received, term):
    """T122."""
    at = datetime.fromisoformat(received)
    case = Case(Territory.METRO, Procedure(silence=Regime.SVA), (facts.Received(at=at),))
    assert read(case, now=None).term_on == term


def test_an_instant_without_a_zone_is_refused():
    case = Case(Territory.METRO, Procedure(), (facts.Received(at=datetime(2026, 3, 2, 9)),))
    with pytest.raises(ValueError, match="zone"):
        read(case, now=None)


def test_one_second_after_midnight_the_grant_exists():
    case = Case(
        Territory.METRO, Procedure(silence=Regime.SVA), (facts.Received(at=datetime(2026, 3, 2, 9, tzinfo=PARIS)),)
    )
    eve = read(case, now=datetime(2026, 5, 2, 23, 59, 59, tzinfo=PARIS))
    day = read(case, now=datetime(2026, 5, 3, 0, 0, 1, tzinfo=PARIS))
    assert (eve.values["tacit_acceptance"], day.values["tacit_acceptance"]) == (False, True)
