"""What is proposed for a message: right often enough, always with its reasons, and the same twice."""

import json
import subprocess
import sys
import time
from datetime import date

import pytest

from app.sve.catalogue import built_in
from app.sve.law.regime import Regime
from app.sve.suggestion import Suggester
from tests.sve.suggestion.messages import COMMUNE, DEPARTEMENT, PARAPHRASED

ON = date(2026, 3, 2)
SUGGESTER = Suggester(built_in())
ALL = [*((text, codes, "commune") for text, codes in COMMUNE), *((t, c, "departement") for t, c in DEPARTEMENT)]
AGAIN = """
import datetime, json
from app.sve.catalogue import built_in
from app.sve.suggestion import Suggester
from tests.sve.suggestion.messages import COMMUNE
suggester = Suggester(built_in())
print(json.dumps([[(s.code, s.score, s.words) for s in suggester.suggest(t, kind="commune", on=datetime.date(2026, 3, 2))]
                  for t, _ in COMMUNE]))
"""


def rank(text: str, codes: str, kind: str) -> int:
    found = [one.code for one in SUGGESTER.suggest(text, kind=kind, on=ON)]
    return next((place for place, code in enumerate(found) if code in codes.split()), 99)


def test_the_table_names_procedures_that_exist() -> None:
    told = {code for _, codes in (*COMMUNE, *DEPARTEMENT, *PARAPHRASED) for code in codes.split()}
    assert {code for code in told if built_in().get(code) is None} == set()
    assert len(ALL) >= 60


def test_ordinary_messages_find_their_procedure() -> None:
    """64 first and 66 in the first three, of 66, the day it was written: the floor leaves room for a new entry."""
    ranks = [rank(*one) for one in ALL]
    assert sum(place == 0 for place in ranks) >= 61, [one for one, r in zip(ALL, ranks, strict=True) if r]
    assert sum(place < 3 for place in ranks) >= 65, [one for one, r in zip(ALL, ranks, strict=True) if r > 2]


def test_paraphrases_find_it_less_often() -> None:
    """6 first and 9 in the first three, of 16: letters do not know that a velux is a window."""
    ranks = [rank(text, codes, "commune") for text, codes in PARAPHRASED]
    assert sum(place < 3 for place in ranks) >= 8


def test_a_suggestion_says_what_led_to_it_and_what_it_is_worth() -> None:
    (first, *_) = SUGGESTER.suggest("Je voudrais acheter un caveau, une concession", kind="commune", on=ON)
    assert (first.code, first.effect, first.delay, first.certainty) == ("FUN-CONC", Regime.UNKNOWN, None, "unverified")
    assert {"concession", "caveau"} <= set(first.words)
    assert first.competent


@pytest.mark.parametrize("text", ["", "   ", "ok", "Reçu.", "?!…", "Bonjour, bonne journée à vous"])
def test_nothing_is_proposed_for_nothing(text: str) -> None:
    assert SUGGESTER.suggest(text, kind="commune", on=ON) == ()


def test_no_more_than_asked() -> None:
    assert len(SUGGESTER.suggest(COMMUNE[2][0], kind="commune", on=ON, limit=1)) == 1


def test_another_authoritys_procedure_is_proposed_as_such() -> None:
    (first, *_) = SUGGESTER.suggest("je veux devenir assistante maternelle, agrément", kind="commune", on=ON)
    assert first.code.startswith("SOC-ASSMAT")
    assert not first.competent


def test_versions_are_those_of_the_day() -> None:
    text = "permis pour un projet soumis à évaluation environnementale, avec étude d'impact"
    after = {one.code for one in SUGGESTER.suggest(text, kind="commune", on=date(2025, 12, 31))}
    before = {one.code for one in SUGGESTER.suggest(text, kind="commune", on=date(2025, 12, 30))}
    assert "URB-PC-EVALENV" in after - before


def test_spelling_hardly_matters() -> None:
    told = [SUGGESTER.suggest(t, kind="commune", on=ON)[0].code for t in ("crémation", "CREMATION", "cremations")]
    assert len(set(told)) == 1
    assert SUGGESTER.suggest("chanbre d'hotte", kind="commune", on=ON)[0].code == "HAB-CHAMBRE"
    assert SUGGESTER.suggest("cœur de parc national", kind="commune", on=ON) == SUGGESTER.suggest(
        "coeur de parc national", kind="commune", on=ON
    )


def test_the_same_message_gives_the_same_answer_in_another_process() -> None:
    here = [[(s.code, s.score, list(s.words)) for s in SUGGESTER.suggest(t, kind="commune", on=ON)] for t, _ in COMMUNE]
    there = subprocess.run(
        [sys.executable, "-c", AGAIN], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert json.loads(there.stdout) == [[list(one) for one in found] for found in here]


@pytest.mark.parametrize("text", ["a" * 100_000, "é\u0301" * 50_000, "\x00\ud800 permis", "1 " * 50_000])
def test_hostile_text_costs_little(text: str) -> None:
    began = time.process_time()
    SUGGESTER.suggest(text, kind="commune", on=ON)
    assert time.process_time() - began < 0.5


def test_a_mail_of_three_kilobytes_takes_a_few_milliseconds() -> None:
    """Under 3 ms of processor time on the machine it was written on; leeway for slow ones."""
    text = " ".join(text for text, _ in COMMUNE)[:3000]
    SUGGESTER.suggest(text, kind="commune", on=ON)
    times = []
    for _ in range(5):
        began = time.process_time()
        SUGGESTER.suggest(text, kind="commune", on=ON)
        times.append(time.process_time() - began)
    assert min(times) < 0.02
