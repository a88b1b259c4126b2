"""Where the law leaves a choice, the other reading is one named option away, and the alert already counts with it."""

from dataclasses import fields

import pytest

from app.sve.law.options import Options
from app.sve.simulation import simulate
from tests.sve.law.own_cases import (
    ASKED,
    CADA,
    DIA,
    PERMIT,
    SVA,
    SVR,
    happened,
    received,
    refusal,
)

PIECES_SENT = happened("pieces_received", "2026-04-10T12:00")
DEPOSIT = {
    "type": "express_decision",
    "sense": "refusal",
    "made_available_at": "2026-04-01T10:00",
    "express_consent": True,
}
CHILDMINDER = {"regime": "CASF", "silence": "SVA", "delay": "P4M", "prolongation": "P2M"}
ELECTORAL = {"regime": "ELECTORAL", "silence": "SVR", "delay": "P30D"}

# option, value, procedure, events, key, by default, with the option
CHOICES = [
    ("worked_weekdays", [0, 1, 2, 3, 4, 5], SVA, [received("2026-03-06T10:00")], "aee_due_date", "2026-03-09", "2026-03-07"),
    ("instant_seconds", 0, SVA, [received(), happened("ack_sent", "2026-03-02T09:00:20", kind="ARE")], "aee_due_date", None, "2026-03-03"),
    ("refusal_counts_by", "signature", SVA, [received(), refusal("2026-05-04T10:00", signed_at="2026-05-02T10:00")], "tacit_acceptance", True, False),
    ("acceptance_dated_on", "next_day", SVA, [received()], "tacit_decision_dated", "2026-05-02", "2026-05-03"),
    ("permit_dated_on", "term_day", PERMIT, [received(channel="front_desk")], "tacit_decision_dated", "2026-05-03", "2026-05-02"),
    (
        "withdrawal_counts_by",
        "notification",
        SVA,
        [
            happened("tacit_acceptance", dated="2026-05-04"),
            happened("withdrawal_decision", signed_at="2026-09-04T10:00", notified_at="2026-09-10T10:00"),
        ],
        "withdrawal_in_time",
        True,
        False,
    ),
    ("unlisted_piece_stops", True, SVA, [received(), {**ASKED, "required_by_text": False}, PIECES_SENT], "term_date", "2026-05-02", "2026-06-10"),
    ("available_piece_stops", True, SVA, [received(), {**ASKED, "available_from_other_administration": True}], "term_date", "2026-05-02", None),
    ("dispensable_piece_stops", True, SVA, [received(), {**ASKED, "indispensable": False}, PIECES_SENT], "term_date", "2026-05-02", "2026-06-10"),
    (
        "incompetent_request_stops",
        True,
        SVA,
        [
            received(authority="incompetent"),
            happened("pieces_requested", "2026-03-05T10:00", deadline_date="2026-03-31", by="incompetent"),
            happened("transferred", received_at="2026-03-12T10:00", to="competent"),
            happened("pieces_received", "2026-03-25T10:00"),
        ],
        "term_date",
        "2026-05-12",
        "2026-05-25",
    ),
    ("irregular_request_stops", False, SVA, [received(), {**ASKED, "mentions_l114_5_rule": False}, PIECES_SENT], "term_date", "2026-06-10", "2026-05-02"),
    (
        "later_request_stops",
        False,
        SVA,
        [
            received(),
            happened("pieces_requested", "2026-03-10T10:00", deadline_date="2026-03-31"),
            happened("pieces_received", "2026-03-20T10:00"),
            happened("pieces_requested", "2026-03-25T10:00", deadline_date="2026-04-25"),
            happened("pieces_received", "2026-04-05T10:00"),
        ],
        "term_date",
        "2026-06-05",
        "2026-05-20",
    ),
    ("unasked_incompleteness_stops", True, SVA, [received(complete=False)], "term_date", "2026-05-02", None),
    (
        "identity_dates_saisine",
        False,
        SVA,
        [received(identity={"pseudonyme": True}, channel="social_dm"), happened("identity_provided", "2026-03-09T09:00")],
        "term_date",
        "2026-05-09",
        "2026-05-02",
    ),
    (
        "legal_person_paper_valid",
        True,
        {**PERMIT, "delay": "P3M"},
        [received(channel="post", sender="legal_person", tenant={"teleprocedure_l423_3": True})],
        "term_date",
        None,
        "2026-06-02",
    ),
    ("prolongation", "from_first_term", CHILDMINDER, [received("2025-10-31T10:00"), happened("prolongation_notified", "2026-02-10T10:00")], "term_date", "2026-04-30", "2026-04-28"),
    ("franc_mandatory_appeal", True, ELECTORAL, [refusal("2026-03-04T10:00")], "rapo_last_date", "2026-03-09", "2026-03-10"),
    ("franc_cada_referral", True, CADA, [refusal("2026-03-05T10:00", mentions_cada=True)], "cada_referral_last_date", "2026-05-05", "2026-05-06"),
    ("franc_reasonable_period", True, SVR, [refusal("2026-03-05T10:00", mentions_appeal=False)], "reasonable_period_end", "2027-03-05", "2027-03-06"),
    ("unopened_days", 14, SVA, [received("2026-02-03T09:00"), DEPOSIT], "known_on", "2026-04-17", "2026-04-16"),
    (
        "user_deadline_by_sending",
        True,
        SVR,
        [happened("user_deadline", date="2026-03-31"), received("2026-04-01T00:03", sent_at="2026-03-31T23:58")],
        "in_time",
        False,
        True,
    ),
]  # fmt: skip


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice[0])
def test_the_other_reading_of_the_law_is_one_option_away(choice):
    option, value, procedure, events, key, default, other = choice
    case = {"territory": "METRO", "timezone": "Europe/Paris", "procedure": procedure, "events": events}
    (usual,) = simulate(case)
    (changed,) = simulate({**case, "options": {option: value}})
    assert (usual.get(key), changed.get(key)) == (default, other)


def test_every_option_has_a_case():
    assert {choice[0] for choice in CHOICES} | {"calendar"} == {each.name for each in fields(Options)}


EARLIER = [
    ("the acknowledgement which starts a planning clock is ours", PERMIT, [received("2026-03-06T19:40", channel="teleservice"), happened("ack_sent", "2026-03-09T08:05", kind="AEE")], "2026-05-06"),
    ("a DIA too", DIA, [received("2026-03-06T19:40", channel="teleservice"), happened("ack_sent", "2026-03-09T08:05", kind="AEE")], "2026-05-06"),
    ("a request for pieces which forgot the rule may be void", SVA, [received(), {**ASKED, "mentions_l114_5_rule": False}], "2026-05-02"),
    ("identity given later may date back", SVA, [received(identity={"pseudonyme": True}, channel="social_dm"), happened("identity_provided", "2026-03-09T09:00")], "2026-05-02"),
    ("identity never given may not matter", SVA, [received(identity={"pseudonyme": True}, channel="social_dm")], "2026-05-02"),
    ("a paper filing by a company may be good", {**PERMIT, "delay": "P3M"}, [received(channel="post", sender="legal_person", tenant={"teleprocedure_l423_3": True})], "2026-06-02"),
    ("a prolongation may be added to the first term", CHILDMINDER, [received("2025-10-31T10:00"), happened("prolongation_notified", "2026-02-10T10:00")], "2026-04-28"),
]  # fmt: skip


@pytest.mark.parametrize("case", EARLIER, ids=lambda case: case[0])
def test_the_alert_counts_with_the_reading_which_decides_first(case):
    _, procedure, events, day = case
    (answer,) = simulate({"territory": "METRO", "procedure": procedure, "events": events})
    assert answer["alert_on"] == day


def test_a_lawful_request_for_pieces_silences_the_alert():
    (answer,) = simulate({"territory": "METRO", "procedure": SVA, "events": [received(), ASKED]})
    assert (answer["term_date"], answer["alert_on"], answer["state"]) == (None, None, "waiting_for_pieces")


def test_a_lawful_stop_overtakes_the_earlier_debated_date():
    events = [
        received(identity={"pseudonyme": True}, channel="social_dm"),
        happened("identity_provided", "2026-03-09T09:00"),
        ASKED,
        happened("pieces_received", "2026-03-25T10:00"),
    ]
    (answer,) = simulate({"territory": "METRO", "procedure": SVA, "events": events})
    assert (answer["term_date"], answer["alert_on"]) == ("2026-05-25", "2026-05-25")
