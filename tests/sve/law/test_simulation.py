"""The door of the simulation: what it refuses, where it says so, and what it writes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sve.law.clock import read
from app.sve.law.vocabulary.events import BUILDERS
from app.sve.simulation import MAX_CASES, MAX_EVENTS, SimulationError, case_of, explain, simulate
from tests.sve.law.own_cases import ASKED, SVA, happened, received

CASE = {"territory": "METRO", "timezone": "Europe/Paris", "procedure": SVA, "events": [received()]}

REFUSED = [
    ("a text", "", "cas"),
    (None, "", "cas"),
    (12, "", "cas"),
    ([CASE, 12], "/1", "objet"),
    ({**CASE, "territory": None}, "/territory", "territoire"),
    ({**CASE, "territory": "ATLANTIS"}, "/territory", "METRO"),
    ({**CASE, "territory": 75}, "/territory", "texte"),
    ({**CASE, "timezone": "../../etc/passwd"}, "/timezone", "Europe/Paris"),
    ({**CASE, "timezone": "Europe/Atlantis"}, "/timezone", "Europe/Paris"),
    ({**CASE, "procedure": None}, "/procedure", "procedure"),
    ({**CASE, "procedure": []}, "/procedure", "objet"),
    ({**CASE, "procedure": {**SVA, "delay": "deux mois"}}, "/procedure/delay", "P2M"),
    ({**CASE, "procedure": {**SVA, "delay": 2}}, "/procedure/delay", "texte"),
    ({**CASE, "procedure": {**SVA, "silence": "perhaps"}}, "/procedure/silence", "SVA"),
    ({**CASE, "procedure": {"regime": "URBANISME", "silence": "SVA", "permit": "licence"}}, "/procedure/permit", "CUB"),
    ({**CASE, "events": None}, "/events", "liste"),
    ({**CASE, "events": "received"}, "/events", "liste"),
    ({**CASE, "events": ["received"]}, "/events/0", "objet"),
    ({**CASE, "events": [{}]}, "/events/0/type", "type"),
    ({**CASE, "events": [{"type": "recieved", "at": "2026-03-02"}]}, "/events/0/type", "received"),
    ({**CASE, "events": [{"type": "piece_received", "at": "2026-03-02"}]}, "/events/0/type", "pieces_received"),
    ({**CASE, "events": [{"type": "nonsense", "at": "2026-03-02"}]}, "/events/0/type", "inconnu"),
    ({**CASE, "events": [{"type": "citizen_called"}]}, "/events/0/type", "inconnu"),
    ({**CASE, "events": [{"type": "received"}]}, "/events/0/at", "daté"),
    ({**CASE, "events": [received("2 March 2026")]}, "/events/0/at", "2026-03-02T09:00"),
    ({**CASE, "events": [received("2026-02-30T10:00")]}, "/events/0/at", "calendrier"),
    ({**CASE, "events": [received("2026-W10-1")]}, "/events/0/at", "2026-03-02T09:00"),
    ({**CASE, "events": [received("9999-12-31T10:00")]}, "/events/0/at", "année"),
    ({**CASE, "events": [received(20260302)]}, "/events/0/at", "2026-03-02T09:00"),
    ({**CASE, "events": [received(authority="maybe")]}, "/events/0/authority", "competent"),
    ({**CASE, "events": [received(complete="no")]}, "/events/0/complete", "true"),
    (
        {**CASE, "events": [received(tenant={"allowed_channels": "email"})]},
        "/events/0/tenant/allowed_channels",
        "liste",
    ),
    ({**CASE, "events": [{**ASKED, "deadline_days": -1}]}, "/events/0/deadline_days", "entier"),
    ({**CASE, "now": "today"}, "/now", "2026-03-02T09:00"),
    ({**CASE, "options": {"guess": True}}, "/options/guess", "option"),
    ({**CASE, "options": {"worked_weekdays": [9]}}, "/options/worked_weekdays", "lundi"),
    ({**CASE, "options": {"permit_dated_on": "someday"}}, "/options/permit_dated_on", "term_day"),
    ([CASE] * (MAX_CASES + 1), "", str(MAX_CASES)),
    ({**CASE, "events": [received()] * (MAX_EVENTS + 1)}, "/events", str(MAX_EVENTS)),
    ([{**CASE, "events": [received()] * MAX_EVENTS}] * 11, "", "événements"),
]


@pytest.mark.parametrize(("document", "pointer", "words"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_cannot_be_read_is_refused_with_its_place_and_what_to_write(document, pointer, words):
    with pytest.raises(SimulationError) as refused:
        simulate(document)
    assert refused.value.pointer == pointer
    assert words in refused.value.message


def test_one_case_or_a_list_is_read():
    (alone,) = simulate(CASE)
    first, second = simulate([{**CASE, "id": "one"}, {**CASE, "id": 2}])
    assert (first.pop("id"), second.pop("id")) == ("one", 2)
    assert alone == first == second


def test_the_answer_is_json():
    assert json.loads(json.dumps(simulate(CASE))) == simulate(CASE)


def test_a_reading_stops_at_now():
    (before,) = simulate({**CASE, "now": "2026-05-02T23:59"})
    (after,) = simulate({**CASE, "now": "2026-05-03T00:00"})
    assert (before["tacit_acceptance"], before["state"]) == (False, "running")
    assert (after["tacit_acceptance"], after["state"]) == (True, "tacit")
    assert before["term_date"] == after["term_date"] == "2026-05-02"


def test_a_fact_nobody_told_the_engine_about_is_said_to_have_no_effect():
    (answer,) = simulate({**CASE, "events": [received(), happened("citizen_came_back", "2026-03-20T10:00")]})
    assert answer["warning"] == "unlisted_event:citizen_came_back"
    assert answer["term_date"] == "2026-05-02"


def test_the_zone_of_the_territory_is_used_when_none_is_given():
    (answer,) = simulate(
        {**CASE, "territory": "LA_REUNION", "timezone": None, "events": [received("2026-03-02T21:00:00Z")]}
    )
    assert answer["reception_date"] == "2026-03-03"


@pytest.mark.parametrize("name", ["la-reunion", "La Réunion".replace("é", "e"), "974", "FR-RE", "LA_REUNION"])
def test_a_territory_answers_to_its_usual_names(name):
    (answer,) = simulate({**CASE, "territory": name, "timezone": None})
    assert answer["tacit_effective_from_utc"] == "2026-05-02T20:00:00Z"


def test_the_explanation_is_french_and_cites_its_text():
    case, now = case_of(CASE)
    sentences = explain(read(case, now=now))
    assert "Terme du silence : 2 mai 2026." in next(line for line in sentences if line.startswith("Terme"))
    assert all("[" in line and line.endswith("]") for line in sentences)


def test_a_thousand_events_are_read_quickly_enough():
    asked = [
        happened("pieces_requested", f"2026-03-{1 + day % 28:02d}T10:00", deadline_date="2026-04-30")
        for day in range(999)
    ]
    (answer,) = simulate(
        {**CASE, "procedure": {**SVA, "silence": "SVR"}, "events": [received("2026-02-27T10:00"), *asked]}
    )
    assert answer["suspended_days"] == 60


ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PLAUSIBLE = st.one_of(
    ODD,
    st.sampled_from(
        ["2026-03-02T09:00", "2026-05-02", "2149-12-31T23:59:59Z", "P2M", "P999Y", "email", "post", "SVA", "?"]
    ),
)
NAMES = st.sampled_from(
    [
        *("at", "channel", "authority", "sender", "identity", "tenant", "deadline_date", "deadline", "sense", "kind"),
        *(
            "notified_at",
            "made_available_at",
            "dated",
            "max_until",
            "delay",
            "complete",
            "postmark",
            "flags",
            "to",
            "by",
        ),
    ]
)
A_PROCEDURE = st.dictionaries(
    st.sampled_from(["regime", "silence", "delay", "basis", "project", "mandatory_appeal", "r424_2", "kind", "domain"]),
    PLAUSIBLE,
    max_size=5,
)
AN_EVENT = st.builds(
    lambda name, values: {"at": "2026-03-02T09:00", **values, "type": name},
    st.sampled_from(sorted(BUILDERS)),
    st.dictionaries(NAMES, PLAUSIBLE, max_size=4),
)


@settings(deadline=None, max_examples=300)
@given(A_PROCEDURE, st.lists(AN_EVENT, max_size=4), PLAUSIBLE)
def test_a_document_is_answered_or_refused_and_never_breaks_the_engine(procedure, events, now):
    problem = None
    answers = []
    try:
        answers = simulate({**CASE, "procedure": procedure, "events": events, "now": now})
    except SimulationError as refused:
        problem = refused
    assert all(answer["reasons"] and json.dumps(answer) for answer in answers)
    assert (problem is None) == bool(answers)
    assert problem is None or (problem.pointer.startswith("/") and problem.message)
