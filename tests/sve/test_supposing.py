"""« Et si ? »: what each supposition comes to is what the engine says once it has happened."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.errors import Invalid
from app.sve.supposing import Outcome, Supposed, Supposing, Supposition
from app.sve.values import Saisine
from app.tenants.values import Tenant
from tests.sve.told import TENANT, a_saisine, history

AT = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
ASKED = {
    "type": "pieces_requested",
    "at": "2026-03-10T09:00:00Z",
    "deadline_date": "2026-04-10",
    "mentions_l114_5_rule": True,
}
COMPLETE = {"type": "pieces_received", "at": "2026-03-12T09:00:00Z", "complete": True}


def suppose(
    *events: dict[str, Any],
    saisine: Saisine | None = None,
    now: datetime = AT,
    pieces_on: date | None = None,
    tenant: Tenant = TENANT,
) -> dict[Supposition, Supposed]:
    found = Supposing(tenant, saisine or a_saisine(), history(*events), now=now).all(pieces_on)
    return {one.supposition: one for one in found}


def test_silence_a_decision_and_pieces_each_come_to_their_own_end() -> None:
    found = suppose(pieces_on=date(2026, 4, 18))
    assert list(found) == [Supposition.SILENCE, Supposition.DECIDED, Supposition.PIECES_ASKED]
    silence, decided, asked = found.values()
    assert (silence.outcome, silence.reading.term_on) == (Outcome.DECIDES, date(2026, 5, 2))
    assert (decided.outcome, decided.on) == (Outcome.ENDS, date(2026, 3, 20))
    # L114-5 al.2: the period runs from the reception of the pieces.
    assert (asked.outcome, asked.reading.term_on) == (Outcome.DECIDES, date(2026, 6, 18))
    assert (asked.received_on, asked.marks) == (date(2026, 4, 18), ())


def test_pieces_come_a_month_from_today_unless_a_day_is_given() -> None:
    assert suppose()[Supposition.PIECES_ASKED].received_on == date(2026, 4, 20)


def test_pieces_that_may_come_today_are_asked_and_received_today() -> None:
    today = suppose(pieces_on=date(2026, 3, 20))[Supposition.PIECES_ASKED]
    assert today.reading.term_on == date(2026, 5, 20)


def test_a_file_awaited_is_supposed_complete_today_and_later() -> None:
    found = suppose(ASKED, pieces_on=date(2026, 4, 1))
    assert (found[Supposition.SILENCE].outcome, found[Supposition.SILENCE].reading.alert_on) == (Outcome.WAITS, None)
    assert found[Supposition.COMPLETED].reading.term_on == date(2026, 5, 20)
    assert found[Supposition.COMPLETED_LATER].reading.term_on == date(2026, 6, 1)
    assert Supposition.PIECES_ASKED not in found


def test_a_second_list_of_pieces_is_debated_and_the_earlier_day_warns() -> None:
    found = suppose(ASKED, COMPLETE)
    asked = found[Supposition.PIECES_ASKED]
    assert [mark.code for mark in asked.marks] == ["second_request_for_pieces"]
    assert asked.reading.alert_on == found[Supposition.SILENCE].reading.alert_on == date(2026, 5, 12)


def test_pieces_asked_once_silence_has_granted_change_nothing() -> None:
    found = suppose(now=datetime(2026, 5, 20, 9, 0, tzinfo=UTC))
    assert found[Supposition.SILENCE].outcome is Outcome.DECIDED
    asked = found[Supposition.PIECES_ASKED]
    assert (asked.outcome, asked.reading.term_on) == (Outcome.DECIDED, date(2026, 5, 2))
    assert asked.marks


def test_a_grant_and_a_refusal_are_told_apart_once_silence_has_granted() -> None:
    found = suppose(now=datetime(2026, 5, 20, 9, 0, tzinfo=UTC))
    assert Supposition.DECIDED not in found
    assert found[Supposition.GRANTED].outcome is Outcome.ENDS
    refused = found[Supposition.REFUSED]
    assert (refused.outcome, [mark.code for mark in refused.marks]) == (Outcome.DECIDED, ["late_refusal"])


def test_a_decision_signed_and_not_served_is_supposed_served() -> None:
    signed = {"type": "express_decision", "sense": "unfavourable", "signed_at": "2026-03-18T09:00:00Z"}
    found = suppose(signed)
    assert found[Supposition.SILENCE].outcome is Outcome.DECIDES
    assert found[Supposition.DECIDED].outcome is Outcome.ENDS


def test_nobody_qualified_it_so_silence_may_grant() -> None:
    found = suppose(saisine=a_saisine("UNKNOWN"))
    silence = found[Supposition.SILENCE]
    assert (silence.outcome, silence.reading.alert_on) == (Outcome.MAY_DECIDE, date(2026, 5, 2))
    assert found[Supposition.DECIDED].outcome is Outcome.ENDS


def test_what_stops_an_acceptance_suspends_a_rejection() -> None:
    found = suppose(saisine=a_saisine("SVR"), pieces_on=date(2026, 3, 30))
    # Ten days of suspension, counted from the list of pieces to their reception (L114-5 al.3).
    assert found[Supposition.PIECES_ASKED].reading.term_on == date(2026, 5, 12)


@pytest.mark.parametrize(
    "saisine",
    [
        a_saisine("none"),
        a_saisine(closed_at=AT),
        a_saisine(joined_to=a_saisine().id),
    ],
)
def test_nothing_is_supposed_where_silence_decides_nothing(saisine: Saisine) -> None:
    assert suppose(saisine=saisine) == {}


def test_nothing_is_supposed_of_what_is_decided_or_set_aside() -> None:
    decided = {
        "type": "express_decision",
        "sense": "favourable",
        "signed_at": "2026-03-10T09:00:00Z",
        "notified_at": "2026-03-11T09:00:00Z",
    }
    assert suppose(decided) == {}
    assert suppose({"type": "dismissed", "reason": "thanks"}) == {}


@pytest.mark.parametrize("day", [date(2026, 3, 19), date(2028, 3, 22), date.max, date.min])
def test_a_day_that_is_past_or_too_far_is_refused(day: date) -> None:
    with pytest.raises(Invalid) as refused:
        suppose(pieces_on=day)
    assert refused.value.flaws[0].pointer == "query/pieces_on"


def test_today_is_that_of_the_administration() -> None:
    """The evening of the 19th in Paris is the 20th in Nouméa."""
    far = replace(TENANT, territory="NOUVELLE_CALEDONIE", time_zone="Pacific/Noumea")
    found = suppose(now=datetime(2026, 3, 19, 20, 0, tzinfo=UTC), tenant=far)
    assert found[Supposition.SILENCE].on == date(2026, 3, 20)


def test_the_past_is_left_as_it_was() -> None:
    events = history(ASKED)
    before = list(events)
    Supposing(TENANT, a_saisine(), events, now=AT).all(None)
    assert events == before
