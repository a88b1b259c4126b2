"""What may happen to a saisine, and when: a table of what cannot be, with the rule; a table of what is only marked."""

from datetime import UTC, datetime

import pytest

from app.sve.cases import in_force
from app.sve.entries import past_of, unknown_fields
from app.sve.law import read
from app.sve.law.happenings import Act, Admitted, Refused
from app.sve.law.sequence import _contrary, annul
from app.sve.simulation import SimulationError, simulate
from tests.sve.told import NOW, RECEIVED, TENANT, a_saisine, history, name_of, past, recorded, tell

ASKED = {"type": "pieces_requested", "at": "2026-03-16T10:00:00Z", "deadline_date": "2026-03-31"}
SIGNED = {"type": "express_decision", "sense": "unfavourable", "signed_at": "2026-04-02T10:00:00Z"}
NOTIFIED = {"type": "express_decision", "sense": "unfavourable", "notified_at": "2026-04-02T10:00:00Z"}
DISMISSED = {"type": "dismissed", "reason": "thanks"}

# what is recorded, what is told, the rule that forbids it, the field at fault
REFUSED = {
    "a day to come": ((), {"type": "pieces_requested", "at": "2026-12-02"}, "to-come", "at"),
    "a notification to come": ((), {**SIGNED, "notified_at": "2026-12-25"}, "to-come", "notified_at"),
    "a decision before the request": (
        (),
        {**NOTIFIED, "notified_at": "2026-03-02T08:59:00Z"},
        "before-reception",
        None,
    ),
    "a decision of the day, without its hour": (
        (),
        {**NOTIFIED, "notified_at": "2026-03-02"},
        "before-reception",
        "notified_at",
    ),
    "pieces asked before the request": ((), {**ASKED, "at": "2026-03-01"}, "before-reception", "at"),
    "transmitted before being received": ((), {"type": "transmitted", "at": "2026-02-27"}, "before-reception", "at"),
    "pieces nobody asked for": ((), {"type": "pieces_received", "at": "2026-03-20"}, "not-asked", None),
    "pieces received before they were asked for": (
        (ASKED,),
        {"type": "pieces_received", "at": "2026-03-10"},
        "not-asked",
        None,
    ),
    "documents nobody asked for": ((), {"type": "documents_received", "at": "2026-03-20"}, "not-asked", None),
    "notified before it was signed": (
        (),
        {**SIGNED, "notified_at": "2026-04-01"},
        "out-of-order",
        "notified_at",
    ),
    "notified in the hour before it was signed": (
        (),
        {**SIGNED, "notified_at": "2026-04-02T09:00:00Z"},
        "out-of-order",
        "notified_at",
    ),
    "posted before it was signed, told later": (
        (SIGNED,),
        {"type": "decision_posted", "at": "2026-04-01"},
        "out-of-order",
        "at",
    ),
    "presented before it was posted": (
        (SIGNED, {"type": "decision_posted", "at": "2026-04-07"}),
        {"type": "decision_presented", "at": "2026-04-04"},
        "out-of-order",
        "at",
    ),
    "a step without its decision": ((), {"type": "decision_notified", "at": "2026-04-07"}, "no-decision", None),
    "a step told twice": (
        (SIGNED, {"type": "decision_notified", "at": "2026-04-07"}),
        {"type": "decision_notified", "at": "2026-04-08"},
        "told-already",
        None,
    ),
    "a step the decision says itself": (
        (NOTIFIED,),
        {"type": "decision_notified", "at": "2026-04-08"},
        "told-already",
        None,
    ),
    "opening nothing": ((SIGNED,), {"type": "document_opened", "at": "2026-04-08"}, "nothing-to-open", None),
    "received there before it was sent": (
        ({"type": "transmitted", "at": "2026-03-10"},),
        {"type": "transferred", "received_at": "2026-03-09"},
        "received-before-sent",
        "received_at",
    ),
    "received there before it was sent, in one word": (
        (),
        {"type": "transferred", "received_at": "2026-03-09", "sent_at": "2026-03-10"},
        "received-before-sent",
        "received_at",
    ),
    "extended after the term": (
        (),
        {"type": "extension_notified", "notified_at": "2026-05-03", "added": "P1M"},
        "after-term",
        "notified_at",
    ),
    "a second decision": ((NOTIFIED,), {**NOTIFIED, "notified_at": "2026-04-20"}, "second-decision", None),
    "an attestation before the term": (
        (),
        {"type": "attestation_issued", "at": "2026-05-02"},
        "nothing-to-attest",
        None,
    ),
    "an attestation of what was refused": (
        (NOTIFIED,),
        {"type": "attestation_issued", "at": "2026-05-20"},
        "nothing-to-attest",
        None,
    ),
    "resumed though nothing was suspended": (
        (),
        {"type": "suspension_lifted", "at": "2026-04-20"},
        "nothing-suspended",
        None,
    ),
    "withdrawn though nothing was decided": (
        (),
        {"type": "withdrawal_decision", "notified_at": "2026-04-20"},
        "nothing-to-withdraw",
        None,
    ),
    "anything of a dismissed saisine": ((DISMISSED,), ASKED, "dismissed", None),
    "dismissing twice": ((DISMISSED,), DISMISSED, "dismissed", None),
    "reopening what is open": ((), {"type": "reopened", "reason": "essai"}, "not-dismissed", None),
    "dismissing what was decided": ((NOTIFIED,), DISMISSED, "decided", None),
    "dismissing what silence granted": ((), DISMISSED, "decided", None),
}


@pytest.mark.parametrize(("before", "told", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_with_its_rule(before, told, code, field) -> None:
    answer = tell(past(*before), told)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.field if field else None) == (code, field)
    assert answer.source
    assert answer.because
    assert answer.because_en


SVR = {"saisine": a_saisine("SVR")}
URBANISME = {"saisine": a_saisine(family="URBANISME", permit="permit")}
ADMITTED = {
    "a clock half a minute ahead": ((), {**ASKED, "at": "2026-12-01T09:00:30Z"}, {}),
    "pieces asked for on the day of reception, without the hour": ((), {**ASKED, "at": "2026-03-02"}, {}),
    "an earlier reception learnt later": ((), {**RECEIVED, "at": "2026-02-27T09:00:00Z"}, {}),
    "pieces received the day they were asked for": ((ASKED,), {"type": "pieces_received", "at": "2026-03-16"}, {}),
    "pieces of a file known to be incomplete": (
        ({**RECEIVED, "complete": False},),
        {"type": "pieces_received", "at": "2026-03-20"},
        {},
    ),
    "pieces where the period runs from the complete file": (
        (),
        {"type": "pieces_received", "at": "2026-03-20"},
        {"saisine": a_saisine(family="APA")},
    ),
    "a decision signed, then its steps": (
        (SIGNED, {"type": "decision_posted", "at": "2026-04-02"}),
        {"type": "decision_presented", "at": "2026-04-07"},
        {},
    ),
    "a decision after a sursis à statuer": (
        ({**NOTIFIED, "sense": "sursis_a_statuer"},),
        {**NOTIFIED, "at": "2026-06-01"},
        {},
    ),
    "a decision after the first was withdrawn": (
        (NOTIFIED, {"type": "withdrawal_decision", "notified_at": "2026-04-20"}),
        {**NOTIFIED, "notified_at": "2026-04-25"},
        {},
    ),
    "a decision on an appeal": (
        (NOTIFIED, {"type": "gracious_appeal_received", "at": "2026-05-04"}),
        {**NOTIFIED, "sense": "favourable", "notified_at": "2026-05-20"},
        {},
    ),
    "a position after the opinion of the CADA": (
        (NOTIFIED, {"type": "cada_opinion", "at": "2026-06-04"}),
        {**NOTIFIED, "sense": "favourable", "notified_at": "2026-06-20"},
        {"saisine": a_saisine("SVR", family="CADA", delay="P1M")},
    ),
    "a decision made to another": (
        (NOTIFIED,),
        {**NOTIFIED, "addressee": "third_party", "notified_at": "2026-02-01"},
        {},
    ),
    "an attestation of the acceptance born": ((), {"type": "attestation_issued", "at": "2026-05-03"}, {}),
    "the withdrawal of an acceptance born": ((), {"type": "withdrawal_decision", "notified_at": "2026-07-02"}, {}),
    "dismissing what nobody has qualified": ((), DISMISSED, {"saisine": a_saisine("UNKNOWN")}),
    "reopening": ((DISMISSED,), {"type": "reopened", "reason": "relu"}, {}),
    "a fact the vocabulary does not list": ((), {"type": "site_visited_by_neighbours", "at": "2026-02-01"}, {}),
}


@pytest.mark.parametrize(("before", "told", "where"), ADMITTED.values(), ids=ADMITTED)
def test_what_can_be_is_admitted(before, told, where) -> None:
    answer = tell(past(*before, **where), told)
    assert isinstance(answer, Admitted), answer


MARKED = {
    "pieces asked too late in urbanisme": (URBANISME, (), {**ASKED, "at": "2026-04-20"}, "pieces_asked_too_late"),
    "a piece no text requires": ({}, (), {**ASKED, "required_by_text": False}, "piece_not_required_by_text"),
    "a letter without the rule": ({}, (), {**ASKED, "mentions_l114_5_rule": False}, "l114_5_mention_missing"),
    "a longer period no text allows": (
        {},
        (),
        {"type": "extension_notified", "notified_at": "2026-04-02", "added": "P1M"},
        "extension_without_text",
    ),
    "a longer period told too late in urbanisme": (
        URBANISME,
        (),
        {"type": "increase_notified", "first_presented_at": "2026-04-20", "added": "P1M"},
        "increase_notified_too_late",
    ),
    "a refusal after the acceptance was born": ({}, (), {**NOTIFIED, "notified_at": "2026-06-01"}, "late_refusal"),
    "an acceptance after an implicit rejection": (
        SVR,
        (),
        {**NOTIFIED, "sense": "favourable", "notified_at": "2026-06-01"},
        "late_acceptance",
    ),
    "an attestation asked for before the term": (
        {},
        (),
        {"type": "attestation_requested", "at": "2026-04-20"},
        "premature",
    ),
    "an attestation asked for of a rejection": (
        SVR,
        (),
        {"type": "attestation_requested", "at": "2026-06-01"},
        "premature",
    ),
    "a suspension no text is known to allow": (
        {},
        (),
        {"type": "suspension_notified", "at": "2026-03-20", "until": "2026-04-20"},
        "suspension_text_not_established",
    ),
    "pieces that complete nothing": (
        {},
        (ASKED, {"type": "pieces_received", "at": "2026-03-20"}),
        {"type": "pieces_received", "at": "2026-03-25", "complete": False},
        "without_effect",
    ),
}


@pytest.mark.parametrize(("where", "before", "told", "code"), MARKED.values(), ids=MARKED)
def test_what_the_law_deprives_of_effect_is_recorded_and_marked(where, before, told, code) -> None:
    answer = tell(past(*before, **where), told)
    assert isinstance(answer, Admitted)
    assert code in {mark.code for mark in answer.marks}
    assert all(mark.source and mark.because for mark in answer.marks)


def test_what_moves_the_clock_is_not_marked() -> None:
    assert tell(past(), ASKED) == Admitted()


def annulled(events, event):
    """Tells whether an event of a history may be annulled."""
    saisine = a_saisine()
    before = past_of(TENANT, saisine, events)
    entry = next(one for one in before.entries if one.id == name_of(event))
    gone = recorded({"type": "corrected", "event_id": name_of(event), "reason": "erreur"})
    return annul(before, entry, past_of(TENANT, saisine, [*events, gone]), now=NOW)


def test_an_event_recorded_wrongly_is_annulled_and_no_longer_read() -> None:
    events = history(ASKED)
    assert annulled(events, events[1]) is None
    gone = recorded({"type": "corrected", "event_id": name_of(events[1]), "reason": "erreur"})
    assert [event.type for event in in_force([*events, gone])] == ["received", "corrected"]


KEPT = {
    "the only reception": ((), "received", "only-reception"),
    "a request for pieces that were received": (
        (ASKED, {"type": "pieces_received", "at": "2026-03-20"}),
        "pieces_requested",
        "still-needed",
    ),
    "a decision of which a step is recorded": (
        (SIGNED, {"type": "decision_notified", "at": "2026-04-07"}),
        "express_decision",
        "still-needed",
    ),
    "a suspension that was lifted": (
        ({"type": "suspension_notified", "at": "2026-03-20"}, {"type": "suspension_lifted", "at": "2026-04-02"}),
        "suspension_notified",
        "still-needed",
    ),
    "a dismissal": ((DISMISSED,), "dismissed", "not-annulled"),
}


@pytest.mark.parametrize(("told", "word", "code"), KEPT.values(), ids=KEPT)
def test_what_something_rests_on_is_not_annulled(told, word, code) -> None:
    events = history(*told)
    answer = annulled(events, next(event for event in events if event.type == word))
    assert answer is not None
    assert answer.code == code


def test_the_reception_may_be_annulled_once_the_right_one_is_known() -> None:
    events = history({**RECEIVED, "at": "2026-02-27T09:00:00Z"})
    assert annulled(events, events[1]) is None


def test_every_act_is_annulled_or_has_its_contrary() -> None:
    for act in Act:
        words = _contrary(act)
        assert words is None or all(words)


STEPS = [SIGNED, {"type": "decision_posted", "at": "2026-04-03"}, {"type": "decision_presented", "at": "2026-04-07"}]


def test_the_steps_of_a_decision_say_what_the_decision_would_have_said() -> None:
    whole = {**SIGNED, "posted_at": "2026-04-03", "first_presented_at": "2026-04-07"}
    case = {"territory": "METRO", "procedure": {"silence": "SVA", "delay": "P2M"}}
    stepwise = simulate({**case, "events": [RECEIVED, *STEPS]})[0]
    at_once = simulate({**case, "events": [RECEIVED, whole]})[0]
    assert stepwise == at_once
    assert (stepwise["notified_on"], stepwise["closed_by"]) == ("2026-04-07", "express_decision")


def test_a_decision_posted_is_not_yet_notified() -> None:
    case = {"territory": "METRO", "procedure": {"silence": "SVA", "delay": "P2M"}, "events": [RECEIVED, *STEPS[:2]]}
    assert simulate(case)[0]["tacit_acceptance"] is True


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({**ASKED, "sense": "refusal"}, "sense"),
        ({**ASKED, "dead_line": "2026-04-01"}, "dead_line"),
        ({**NOTIFIED, "deadline": "2026-04-01"}, "deadline"),
        ({"type": "decision_notified", "at": "2026-04-07", "complete": True}, "complete"),
    ],
)
def test_a_field_its_type_does_not_know_is_named(told, field) -> None:
    assert [name for name, _ in unknown_fields(told, TENANT)] == [field]


@pytest.mark.parametrize(
    "told",
    [
        {**ASKED, "items": ["Plan"], "legal_basis": "C. urb. R431-36", "mentions_l114_5_rule": True, "note": "LRAR"},
        {**SIGNED, "posted_at": "2026-04-03", "mentions_appeal": True, "mentions_cada": False, "express_consent": True},
        {
            "type": "transferred",
            "received_at": "2026-03-09",
            "sent_at": "2026-03-08",
            "to": "competent",
            "recipient": "x",
        },
        {"type": "decision_notified", "at": "2026-04-07", "express_consent": True},
        {"type": "site_visited_by_neighbours", "at": "2026-03-20", "weather": "rain"},
        {"type": "ack_sent", "at": "2026-03-03", "kind": "AR", "complete_mentions": True, "mentions_appeal": True},
    ],
)
def test_the_fields_a_type_knows_are_taken(told) -> None:
    assert unknown_fields(told, TENANT) == []


def test_a_misspelt_type_is_refused_as_before() -> None:
    with pytest.raises(SimulationError, match="pieces_requested"):
        tell(past(), {"type": "pieces_reqested", "at": "2026-03-20"})


def test_a_request_transmitted_restarts_an_acceptance_only_once_the_other_authority_has_it() -> None:
    sent = {"type": "transmitted", "at": "2026-03-05", "recipient": "Département"}
    assert str(read(past(sent).case, now=NOW).term_on) == "2026-05-02"
    there = {"type": "transferred", "received_at": "2026-03-12", "to": "competent"}
    assert str(read(past(sent, there).case, now=NOW).term_on) == "2026-05-12"


def test_an_instant_is_of_the_administration_s_own_day() -> None:
    """22:30 UTC on 1 March is already 2 March in Paris: an hour before the reception all the same."""
    answer = tell(past(), {**ASKED, "at": "2026-03-01T23:30:00Z"}, now=datetime(2026, 3, 5, tzinfo=UTC))
    assert isinstance(answer, Refused)
    assert answer.code == "before-reception"


@pytest.mark.parametrize(("again_on", "alert_on"), [("2026-03-20", None), ("2026-05-04", "2026-05-02")])
def test_a_regular_letter_ends_the_doubt_of_an_irregular_one_unless_silence_may_have_decided(
    again_on, alert_on
) -> None:
    """The agent was told to send it again complete (CRPA L114-5 al.4): doing so must count."""
    irregular = {**ASKED, "mentions_l114_5_rule": False}
    again = {**ASKED, "at": f"{again_on}T10:00:00Z"}
    assert str(read(past(irregular).case, now=NOW).alert_on) == "2026-05-02"
    reading = read(past(irregular, again).case, now=NOW)
    assert (reading.term_on, str(reading.alert_on) if reading.alert_on else None) == (None, alert_on)
    marks = tell(past(irregular), again)
    assert isinstance(marks, Admitted)
    assert (not marks.marks) is (alert_on is None)
