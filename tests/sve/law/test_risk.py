"""The watch list's word for each reading, day after day, and the days on which somebody is warned."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.sve.law import Case, Period, Procedure, Regime, Risk, Territory, read, risk, thresholds
from app.sve.law import events as facts
from app.sve.law.ladder import Week
from app.sve.law.risk import turns

PARIS = ZoneInfo("Europe/Paris")
METRO = Week(Territory.METRO)
NOW = datetime(2026, 3, 20, 12, tzinfo=PARIS)


def at(day, hour=10):
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=PARIS)


def a_request(silence, *more, now=NOW):
    procedure = Procedure(silence=silence, delay=Period(months=2))
    return read(Case(Territory.METRO, procedure, (facts.Received(at=at("2026-03-02")), *more)), now=now)


@pytest.mark.parametrize(
    ("day", "word"),
    [
        ("2026-03-20", Risk.CONTROLLED),
        ("2026-04-16", Risk.CONTROLLED),
        ("2026-04-17", Risk.NEAR),
        ("2026-04-28", Risk.NEAR),
        ("2026-04-29", Risk.CRITICAL),
        ("2026-05-02", Risk.CRITICAL),
        ("2026-05-03", Risk.BORN),
    ],
)
def test_a_tacit_grant_comes_nearer_then_is_born(day, word):
    assert risk(a_request(Regime.SVA), on=date.fromisoformat(day)) is word


def test_what_nobody_qualified_stays_so_until_somebody_does():
    reading = a_request(Regime.UNKNOWN)
    assert {risk(reading, on=date(2026, month, 3)) for month in (3, 4, 5, 6)} == {Risk.UNQUALIFIED}
    assert reading.alert_on == date(2026, 5, 2)


def test_a_rejection_by_silence_is_listed_without_urgency():
    assert risk(a_request(Regime.SVR), on=date(2026, 5, 1)) is Risk.SILENCE_REJECTS


def test_a_clock_waiting_for_pieces_is_suspended():
    asked = facts.PiecesRequested(at=at("2026-03-16"), deadline=date(2026, 3, 31))
    assert risk(a_request(Regime.SVA, asked), on=date(2026, 3, 20)) is Risk.SUSPENDED


def test_a_doubtful_request_for_pieces_does_not_hide_the_term():
    asked = facts.PiecesRequested(at=at("2026-03-16"), deadline=date(2026, 3, 31), states_the_rule=False)
    assert risk(a_request(Regime.SVA, asked), on=date(2026, 5, 1)) is Risk.CRITICAL


def test_a_decision_in_time_ends_the_watch():
    served = facts.Delivery(notified_at=at("2026-03-18"))
    decision = facts.ExpressDecision(at=at("2026-03-18"), sense=facts.Sense.REFUSAL, delivery=served)
    reading = a_request(Regime.SVA, decision)
    assert risk(reading, on=date(2026, 5, 1)) is Risk.NONE
    assert {each.about for each in thresholds(reading, METRO)} <= {"aee_due", "are_due"}


def test_a_refusal_after_the_term_leaves_the_grant_born():
    served = facts.Delivery(notified_at=at("2026-05-10"))
    decision = facts.ExpressDecision(at=at("2026-05-10"), sense=facts.Sense.REFUSAL, delivery=served)
    assert risk(a_request(Regime.SVA, decision, now=at("2026-05-12")), on=date(2026, 5, 12)) is Risk.BORN


def test_a_timely_withdrawal_ends_the_watch():
    served = facts.Delivery(signed_at=at("2026-05-10"), notified_at=at("2026-05-12"))
    decision = facts.WithdrawalDecision(at=at("2026-05-10"), delivery=served, contradictory=True)
    assert risk(a_request(Regime.SVA, decision, now=at("2026-05-20")), on=date(2026, 5, 20)) is Risk.NONE


def test_a_declaration_of_intent_is_watched_as_a_grant():
    assert risk(a_request(Regime.RENUNCIATION), on=date(2026, 5, 1)) is Risk.CRITICAL


def test_information_is_not_watched():
    assert risk(a_request(Regime.NONE), on=date(2026, 5, 1)) is Risk.NONE


def test_a_deposit_not_yet_opened_leaves_the_grant_possibly_born():
    served = facts.Delivery(made_available_at=at("2026-05-01"), express_consent=True)
    decision = facts.ExpressDecision(at=at("2026-05-01"), sense=facts.Sense.REFUSAL, delivery=served)
    reading = a_request(Regime.SVA, decision, now=at("2026-05-05"))
    assert reading.values["tacit_acceptance"] is None
    assert str(reading.state) == "uncertain"
    assert risk(reading, on=date(2026, 5, 5)) is Risk.BORN


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (facts.PiecesRequested(at=at("2026-03-10"), deadline=date(2026, 4, 20)),),
        (
            facts.PiecesRequested(at=at("2026-03-10"), deadline=date(2026, 4, 20)),
            facts.PiecesReceived(at=at("2026-03-25"), complete=True),
        ),
    ],
)
@pytest.mark.parametrize("silence", [Regime.SVA, Regime.SVR, Regime.UNKNOWN, Regime.LUMP_SUM])
def test_between_two_turns_neither_the_reading_nor_its_rank_changes(silence, pieces) -> None:
    """A clock that nothing happens to is looked at again on those days and on those of warnings, no others."""
    known = None
    for number in range(240):
        day = date(2026, 3, 26) + timedelta(days=number)
        reading = a_request(silence, *pieces, now=at(day.isoformat()))
        said = (risk(reading, on=day), reading)
        assert known is None or said == known or day in turns(reading), day
        known = said
