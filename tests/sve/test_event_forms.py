"""Forms of legal events: each names an event the engine knows with fields it has, in two languages, and a text where one founds it."""

from datetime import UTC, datetime

import pytest

from app.rest.languages import Said
from app.sve.dismissing import ELSEWHERE
from app.sve.entries import entry_of, past_of, unknown_fields
from app.sve.event_forms import CORRECT, DISMISS, FORMS, REOPEN, EventForm, FieldKind, fitting
from app.sve.event_offering import _samples, offers
from tests.sve.told import TENANT, a_saisine, history

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _id(form: EventForm) -> str:
    return form.name


@pytest.mark.parametrize("form", [*FORMS, DISMISS, REOPEN], ids=_id)
def test_every_form_tells_an_event_with_fields_it_has(form: EventForm) -> None:
    for told in _samples(form, NOW, TENANT.time_zone):
        assert told["type"] not in ELSEWHERE
        assert entry_of(told, TENANT, now=NOW).word == told["type"]
        every = {**told, **{one.name: _any(one.kind, one.sample) for one in form.fields if one.name not in told}}
        assert list(unknown_fields(every, TENANT)) == []


@pytest.mark.parametrize("form", [*FORMS, DISMISS, REOPEN, CORRECT], ids=_id)
def test_every_word_is_said_in_both_languages(form: EventForm) -> None:
    words = [form.title, *(one.label for one in form.fields), *(one.hint for one in form.fields if one.hint)]
    words += [choice.label for one in form.fields for choice in one.choices]
    assert all(isinstance(one, Said) and one.en != str(one) for one in words)


def test_what_is_settled_is_told_fewer_things_and_what_was_dismissed_one() -> None:
    names = {closed: {one.name for one in fitting(closed=closed, dismissed=False)} for closed in (True, False)}
    assert names[True] < names[False]
    assert fitting(closed=True, dismissed=True) == (REOPEN,)


def test_what_the_law_would_refuse_today_is_offered_with_the_rule() -> None:
    past = past_of(TENANT, a_saisine(), history())
    found = {one.form.name: one.refused for one in offers(past, TENANT, closed=False, now=NOW)}
    assert found["pieces_requested"] is None
    assert found["express_decision"] is None
    assert found["step"] is not None
    assert found["step"].source
    assert found["suspension_lifted"] is not None


def _any(kind: FieldKind, sample: str) -> object:
    return {FieldKind.TICK: True, FieldKind.LINES: [sample], FieldKind.DAY: "2026-04-02"}.get(kind, sample)
