"""Promises about every case at once: later never means earlier, ignorance never means harmless, time only adds.

Fast by construction; in continuous integration hypothesis loads its derandomised profile by itself (variable CI).
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.sve import simulation
from app.sve.law import Case, ClockState, Family, Period, Procedure, Regime, Territory, read
from app.sve.law import events as facts
from app.sve.law.procedure import Permit
from app.sve.law.rules import ALL_RULES, Before, version_on
from app.sve.law.terms import BEYOND, BeyondTheCalendarError, add_period
from app.sve.law.vocabulary.events import BUILDERS, WITHOUT_EFFECT
from app.sve.simulation import SimulationError, simulate
from tests.sve.law.test_clock_properties import CASES, MOMENTS, NOWS

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
LENGTHS = st.builds(
    Period, months=st.integers(min_value=0, max_value=12), days=st.integers(min_value=0, max_value=45)
).filter(lambda period: bool(period.months or period.days))
SILENCES = st.sampled_from([Regime.SVA, Regime.SVR, Regime.UNKNOWN])
FAMILIES = st.sampled_from(
    [family for family in Family if family not in {Family.FUNERAL, Family.RGPD, Family.DATA_AND_DOCUMENT}]
)
BY_PAPER = {"way": facts.Way.POST, "channel": "post"}


def case_of(*events, silence=Regime.SVA, delay=None, family=Family.GENERAL, territory=Territory.METRO, **more):
    procedure = Procedure(family=family, silence=silence, delay=delay, **more)
    return Case(territory, procedure, tuple(sorted(events, key=lambda event: event.at)))


# -- later never means earlier -----------------------------------------------------------


@settings(deadline=None)
@given(MOMENTS, MOMENTS, LENGTHS, SILENCES, FAMILIES, st.sampled_from(Territory))
def test_who_is_received_later_never_has_an_earlier_term(one, other, delay, silence, family, territory):
    first, second = (
        read(
            case_of(
                facts.Received(at=at, **BY_PAPER), silence=silence, delay=delay, family=family, territory=territory
            ),
            now=None,
        )
        for at in sorted((one, other))
    )
    assert (first.term_on is None) == (second.term_on is None)
    assert first.term_on is None or first.term_on <= second.term_on
    assert first.alert_on is None or first.alert_on <= second.alert_on


@settings(deadline=None)
@given(MOMENTS, MOMENTS, LENGTHS)
def test_a_later_competent_reception_never_grants_earlier(one, other, delay):
    received = facts.Received(at=START - timedelta(days=1), competent=False, **BY_PAPER)
    first, second = (
        read(case_of(received, facts.Transferred(at=at), delay=delay), now=None).term_on for at in sorted((one, other))
    )
    assert first <= second


# -- suspensions -------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=59), st.integers(min_value=0, max_value=120))
def test_pieces_suspend_a_rejection_by_exactly_the_days_given(asked_after, given_days):
    received = facts.Received(at=START, **BY_PAPER)
    asked = START + timedelta(days=asked_after, hours=1)
    request = facts.PiecesRequested(at=asked, deadline=asked.date() + timedelta(days=given_days))
    plain = read(case_of(received, silence=Regime.SVR), now=None).term_on
    assume(asked.date() <= plain)
    assert read(case_of(received, request, silence=Regime.SVR), now=None).term_on == plain + timedelta(days=given_days)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=59), st.integers(min_value=0, max_value=120), LENGTHS)
def test_pieces_restart_an_acceptance_in_full(asked_after, after, delay):
    asked = START + timedelta(days=asked_after, hours=1)
    sent = asked + timedelta(days=after, hours=1)
    received = facts.Received(at=START, **BY_PAPER)
    plain = read(case_of(received, delay=delay), now=None).term_on
    assume(asked.date() <= plain)
    moved = read(
        case_of(received, facts.PiecesRequested(at=asked), facts.PiecesReceived(at=sent), delay=delay), now=None
    )
    assert moved.term_on == add_period(sent.date(), delay)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=50), st.integers(min_value=0, max_value=80), SILENCES)
def test_a_special_suspension_moves_a_term_by_its_days(after, days, silence):
    begun = START + timedelta(days=after, hours=1)
    suspended = facts.Suspended(at=begun, until=begun.date() + timedelta(days=days), fraud=False)
    received = facts.Received(at=START, **BY_PAPER)
    plain = read(case_of(received, silence=silence), now=None).term_on
    moved = read(case_of(received, suspended, silence=silence), now=None)
    assert moved.term_on == plain + timedelta(days=days)


# -- the order of independent events -----------------------------------------------------

INDEPENDENT = (
    facts.AckSent(at=START, kind=facts.AckKind.ARE, complete_mentions=True),
    facts.Answered(at=START),
    facts.PiecesRequested(at=START, deadline=date(2026, 2, 20)),
    facts.KnowledgeEstablished(at=START),
    facts.RegularisationRequested(at=START, deadline=date(2026, 2, 20)),
)


@settings(deadline=None)
@given(st.permutations(INDEPENDENT), st.sampled_from([Regime.SVA, Regime.SVR, Regime.UNKNOWN]))
def test_the_order_of_independent_events_of_one_day_changes_no_date(order, silence):
    received = facts.Received(at=START - timedelta(days=1))
    told = [replace(event, at=START + timedelta(minutes=rank)) for rank, event in enumerate(order)]
    usual = [replace(event, at=START + timedelta(minutes=rank)) for rank, event in enumerate(INDEPENDENT)]
    turned, straight = (read(case_of(received, *some, silence=silence), now=None) for some in (told, usual))
    assert dict(turned.values) == dict(straight.values)
    assert (turned.term_on, turned.alert_on) == (straight.term_on, straight.alert_on)


# -- dated rules -------------------------------------------------------------------------

SUBJECTS = {
    subject: sorted(rules, key=lambda rule: rule.valid_from)
    for subject, rules in groupby(sorted(ALL_RULES, key=lambda rule: rule.subject), key=lambda rule: rule.subject)
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_versions_of_a_rule_follow_one_another_without_gap_or_overlap(subject):
    versions = SUBJECTS[subject]
    assert subject
    for earlier, later in pairwise(versions):
        assert earlier.valid_until is not None
        assert later.valid_from == earlier.valid_until + timedelta(days=1)
    assert versions[-1].valid_until is None
    assert all(rule.before is Before.NO_RULE for rule in versions[1:])


@given(st.sampled_from(sorted(SUBJECTS)), st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 12, 31)))
def test_one_version_at_most_holds_on_a_day_and_one_always_after_the_first(subject, day):
    versions = SUBJECTS[subject]
    holding = [rule for rule in versions if rule.in_force(day)]
    assert len(holding) == (1 if day >= versions[0].valid_from else 0)
    assert version_on(versions, day) is (holding[0] if holding else None)


# -- ignorance never means harmless ------------------------------------------------------

FIRST = st.builds(
    facts.Received,
    at=st.just(START - timedelta(hours=1)),
    competent=st.booleans(),
    way=st.sampled_from(facts.Way),
    complete=st.sampled_from([None, True, False]),
    terms=st.sampled_from([None, facts.TermsOfUse(published=True, allowed=("web_form",))]),
    identity=st.sampled_from([None, facts.Identity(name=True)]),
)
STARTED = st.builds(lambda case, first: replace(case, events=(first, *case.events)), CASES, FIRST)


def unqualified(case):
    return replace(case, procedure=replace(case.procedure, silence=Regime.UNKNOWN))


@settings(deadline=None, max_examples=300)
@given(STARTED, NOWS)
def test_what_nobody_qualified_always_alerts_until_it_is_settled(case, now):
    reading = read(unqualified(case), now=now)
    seen = [event for event in case.events if isinstance(event, facts.Received) and (now is None or event.at <= now)]
    if reading.effect is Regime.UNKNOWN and seen and not reading.settled:
        assert reading.alert_on is not None


@settings(deadline=None, max_examples=300)
@given(STARTED, NOWS)
def test_what_nobody_qualified_never_alerts_later_than_were_it_qualified(case, now):
    unknown = read(unqualified(case), now=now)
    if unknown.effect is not Regime.UNKNOWN or unknown.settled:
        return
    for silence in (Regime.SVA, Regime.SVR):
        qualified = read(replace(case, procedure=replace(case.procedure, silence=silence)), now=now)
        assert qualified.alert_on is None or (unknown.alert_on is not None and unknown.alert_on <= qualified.alert_on)


@settings(deadline=None, max_examples=200)
@given(STARTED, NOWS)
def test_an_alert_and_a_term_are_days_the_reading_explains(case, now):
    reading = read(case, now=now)
    assert reading.alert_on is None or reading.term_on is None or reading.alert_on <= reading.term_on
    assert reading.alert_because
    keys = [reason.key for reason in reading.reasons]
    assert sorted(keys) == sorted(set(keys)) == sorted(reading.values)
    assert all(reason.source.strip() and reason.because.strip() for reason in reading.reasons)


# -- time only adds ----------------------------------------------------------------------

# Known only once it is over: what these say may come or go as days pass, and no event is needed.
PENDING = {"notified_on", "known_on"}


@settings(deadline=None, max_examples=300)
@given(STARTED, MOMENTS, MOMENTS)
def test_the_days_which_pass_without_an_event_never_remove_a_statement(case, one, other):
    sooner, later = sorted((one, other))
    known = replace(case, events=tuple(event for event in case.events if event.at <= sooner))
    before, after = read(known, now=sooner), read(known, now=later)
    assert set(before.values) - PENDING <= set(after.values)
    for key in ("reception_date", "are_due_date", "aee_due_date", "clock_start_date", "closed_by", "review_by"):
        assert before.values.get(key) == after.values.get(key)
    if before.state is ClockState.TACIT:
        assert after.state is ClockState.TACIT
        assert before.term_on == after.term_on


@settings(deadline=None)
@given(STARTED, MOMENTS, MOMENTS)
def test_what_had_been_received_stays_received(case, one, other):
    sooner, later = sorted((one, other))
    before, after = read(case, now=sooner), read(case, now=later)
    if before.values.get("valid_saisine") is True:
        assert after.values["valid_saisine"] is True
        assert before.values["reception_date"] == after.values["reception_date"]
    assert before.values.get("crpa_applies") in (None, after.values.get("crpa_applies"))


# -- any JSON whatever -------------------------------------------------------------------

DAYS = st.sampled_from(
    [
        *("0001-01-01", "9999-12-31", "1950-01-01T00:00", "2150-12-31T23:59", "2026-03-29T02:30", "2026-10-25T02:30"),
        *("2026-02-29", "2026-03-02T09:00:00.123456+14:00", "2026-03-02T09:00-12:00", "2024-02-29T10:00", ""),
    ]
)
WORDS = st.sampled_from(
    [
        *(
            "P2M",
            "P999Y",
            "P9999M",
            "P99999D",
            "P100Y",
            "PT1S",
            "SVA",
            "SVR",
            "none",
            "?",
            "\ud800",
            "\udfff x",
            "\x00",
        ),
        *("competent", "incompetent", "email", "post", "refusal", "acceptance", "ABROAD", "abords", "é" * 30_000),
    ]
)
NUMBERS = st.one_of(
    st.integers(), st.sampled_from([10**40, -(10**40), 36_500, 36_501]), st.floats(), st.just(float("nan"))
)
LEAF = st.one_of(st.none(), st.booleans(), NUMBERS, DAYS, WORDS, st.text(max_size=5))
JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("at", "received_at", "notified_at", "first_presented_at", "made_available_at", "signed_at", "postmark", "dated"),
    *("deadline", "deadline_date", "deadline_days", "delay", "added", "total", "max_until", "place", "sense", "kind"),
    *("complete", "complete_mentions", "identity", "tenant", "project", "authority", "by", "to", "flags", "sender"),
    *(
        "applicant_residence",
        "on_request",
        "more_favourable",
        "series",
        "visit",
        "channel",
        "recipient",
        "announced_term",
    ),
)
EVENT = st.builds(
    lambda name, at, values: {"at": at, **values, "type": name},
    st.sampled_from([*sorted(BUILDERS), *sorted(WITHOUT_EFFECT), "a_new_fact", "recieved", ""]),
    st.one_of(st.just("2026-03-02T09:00"), DAYS),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5),
)
PROCEDURE = st.dictionaries(
    st.sampled_from(
        [
            *("regime", "silence", "delay", "basis", "prolongation", "mandatory_appeal", "rapo", "r424_2", "kind"),
            *("permit", "domain", "effect", "medical_file", "operator", "project", "asking", "local_category"),
        ]
    ),
    JSON | st.sampled_from(["URBANISME", "RENUNCIATION", "CADA", "RGPD", "CASF", "CGCT", "CESEDA", "ENV", "MULTI"]),
    max_size=6,
)
DOCUMENT = st.fixed_dictionaries(
    {"territory": st.just("METRO") | JSON, "procedure": PROCEDURE | JSON, "events": st.lists(EVENT | JSON, max_size=5)},
    optional={"timezone": JSON, "now": DAYS | JSON, "options": JSON, "id": JSON},
)


def answered_or_refused(document):
    """Gives the answers, or the refusal: nothing else may come out, and both can be written in UTF-8."""
    problem = None
    answers = []
    try:
        answers = simulate(document)
    except SimulationError as refused:
        problem = refused
    if problem is not None:
        assert problem.message
        assert f"{problem.pointer}{problem.message}{problem}".encode()
        return None
    for answer in answers:
        json.dumps(answer, ensure_ascii=False).encode()
        assert answer["reasons"]
    return answers


@settings(deadline=None, max_examples=400)
@given(DOCUMENT)
def test_a_case_of_any_shape_is_answered_or_refused_with_words(document):
    answered_or_refused(document)


@settings(deadline=None, max_examples=200)
@given(JSON | st.lists(JSON, max_size=3))
def test_a_document_of_any_shape_is_answered_or_refused_with_words(document):
    answered_or_refused(document)


def test_a_document_nested_without_end_is_refused_with_words():
    deep = value = {}
    for _ in range(50_000):
        value["project"] = {}
        value = value["project"]
    assert answered_or_refused(deep) is None
    assert answered_or_refused({"territory": "METRO", "procedure": deep, "events": []}) is not None


def test_the_longest_periods_that_can_be_told_stay_in_the_calendar():
    """Increases do not add up (C. urb. R*423-25): ninety of them end no later than the longest."""
    most = "P100Y"
    longer = [{"type": "delay_increase_notified", "at": "2150-03-03T09:00", "added": most} for _ in range(90)]
    received = {"type": "received", "at": "2150-03-02T09:00", "channel": "post"}
    procedure = {"regime": "URBANISME", "silence": "SVA", "delay": most}
    (answer,) = simulate({"territory": "METRO", "procedure": procedure, "events": [received, *longer]})
    assert answer["term_date"] == "2350-03-02"


def test_what_would_end_beyond_the_calendar_is_refused_with_words(monkeypatch):
    def beyond(*_, **__):
        raise BeyondTheCalendarError(BEYOND)

    monkeypatch.setattr(simulation, "read", beyond)
    with pytest.raises(SimulationError, match="calendrier"):
        simulate({"territory": "METRO", "procedure": {}, "events": []})


def test_a_permit_nobody_qualified_and_never_completed_alerts_before_its_silence():
    received = facts.Received(at=START, **BY_PAPER)
    asked = facts.PiecesRequested(at=START + timedelta(days=10))
    case = case_of(received, asked, silence=Regime.UNKNOWN, family=Family.URBANISME, permit=Permit.PERMIT)
    reading = read(case, now=START + timedelta(days=20))
    assert (reading.term_on, reading.state) == (None, ClockState.WAITING_FOR_PIECES)
    assert reading.alert_on == date(2026, 3, 5)
