"""What a citizen is told of silence: every state of the clock has its words, and what is not sure is said not to be."""

import re
from datetime import UTC, date, datetime
from itertools import product

import pytest

from app.rest.languages import Language
from app.sve.expecting import Expected, Prospect, expected
from app.sve.law.case import ClockState, Reading
from app.sve.law.reasons import Value
from app.sve.law.regime import Regime
from app.web.follow_words import blocks, told

TERM, SOONER = date(2026, 12, 14), date(2026, 12, 10)


def reading(state: ClockState, effect: Regime, *, settled: bool = False, **values: Value) -> Reading:
    return Reading(
        values=values,
        reasons=(),
        alert_on=SOONER,
        state=state,
        effect=effect,
        term_on=TERM,
        settled=settled,
    )


def test_every_state_and_effect_is_said_in_three_writings() -> None:
    for state, effect, settled in product(ClockState, Regime, (False, True)):
        found = expected(reading(state, effect, settled=settled), certainty="partly")
        said = [told(found, Language.FR, easy=easy) for easy in (False, True)] + [told(found, Language.EN, easy=False)]
        words = [" ".join((one.label, *one.sentences)) for one in said]
        assert all(one.sentences for one in said)
        assert len(set(words)) == 3
        assert not re.search(r"[{}]", "".join(words))


@pytest.mark.parametrize(
    ("state", "effect", "prospect"),
    [
        (ClockState.RUNNING, Regime.UNKNOWN, Prospect.UNQUALIFIED),
        (ClockState.RUNNING, Regime.SVA, Prospect.RUNNING),
        (ClockState.WAITING_FOR_PIECES, Regime.SVA, Prospect.PIECES),
        (ClockState.TACIT, Regime.SVR, Prospect.TACIT),
        (ClockState.NO_SILENCE, Regime.NONE, Prospect.NO_SILENCE),
    ],
)
def test_nobody_is_told_a_day_that_is_not_established(state: ClockState, effect: Regime, prospect: Prospect) -> None:
    found = expected(reading(state, effect), certainty=None)
    day = told(found, Language.FR, easy=False).on
    assert (found.prospect, day) == (prospect, TERM if prospect in {Prospect.RUNNING, Prospect.TACIT} else None)


def test_a_sending_that_seizes_nobody_is_promised_nothing_and_a_decision_ends_it() -> None:
    nobody = expected(reading(ClockState.RUNNING, Regime.SVA, valid_saisine=False), certainty=None)
    decided = expected(reading(ClockState.DECIDED, Regime.SVA, settled=True), certainty=None)
    assert (nobody.prospect, decided.prospect) == (Prospect.NOT_SEIZED, Prospect.DECIDED)
    assert "accept" not in " ".join(told(nobody, Language.FR, easy=False).sentences)


def test_a_debated_or_unread_rule_is_said_to_be_so_and_a_refusal_says_until_when_to_contest() -> None:
    said = told(expected(reading(ClockState.RUNNING, Regime.SVA), certainty="partly"), Language.FR, easy=False)
    assert "dès le jeudi 10 décembre 2026" in " ".join(said.sentences).replace("\N{NO-BREAK SPACE}", " ")
    assert "restent à confirmer" in said.sentences[-1]
    born = expected(reading(ClockState.TACIT, Regime.SVR, citizen_safe_date=date(2027, 2, 14)), certainty="read")
    words = " ".join(told(born, Language.EN, easy=False).sentences).replace("\N{NO-BREAK SPACE}", " ")
    assert ("deemed refused" in words, "14 February 2027" in words) == (True, True)


def test_what_is_the_same_for_several_messages_is_said_once() -> None:
    one = Expected(prospect=Prospect.UNQUALIFIED, effect=Regime.UNKNOWN)
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert list(blocks([(at, one), (at, one)], Language.FR, easy=False).values()) == [[at, at]]
