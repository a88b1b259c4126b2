"""The built-in catalogue itself: complete, cited, honest about what nobody has read."""

import re
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from app.sve.catalogue import Certainty, Kind, SourceKind, built_in
from app.sve.catalogue.families import FamilyWord, word_of
from app.sve.catalogue.loader import read_text
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"
ENTRIES = built_in().list()
MEASURE = """
import time
from app.sve.catalogue import built_in
began = time.process_time()
built_in()
print(time.process_time() - began)
"""


def test_every_procedure_of_the_review_is_there() -> None:
    assert len(ENTRIES) == 401
    assert Counter(entry.certainty for entry in ENTRIES) == {
        Certainty.READ: 317,
        Certainty.PARTLY: 73,
        Certainty.UNVERIFIED: 11,
    }


def test_what_is_not_known_stays_unknown() -> None:
    unknown = {entry.code for entry in ENTRIES if entry.last.effect is Regime.UNKNOWN}
    assert len(unknown) == 26
    assert {"FUN-CONC", "SCO-ELEM", "SOC-DOMICIL", "URB-TRANSF"} <= unknown
    assert all(entry.sve_excluded is None for entry in ENTRIES if entry.code != "URB-DIA")


def test_what_is_not_certain_says_why() -> None:
    assert [entry.code for entry in ENTRIES if entry.certainty is not Certainty.READ and not entry.doubt] == []


def test_what_was_read_shows_its_words_and_their_day() -> None:
    for entry in ENTRIES:
        for version in entry.versions:
            for text in version.texts:
                assert text.dated, (entry.code, text.article)
                assert text.source.kind not in (SourceKind.SECONDARY, SourceKind.UNREAD), (entry.code, text.article)
                assert len(text.words.split()) <= 20, (entry.code, text.words)


def test_what_was_read_and_has_an_effect_names_its_article() -> None:
    certain = [entry for entry in ENTRIES if entry.certainty is Certainty.READ and entry.last.effect is not Regime.NONE]
    assert [entry.code for entry in certain if not entry.last.basis] == []


def test_sixty_days_are_never_two_months() -> None:
    assert [e.code for e in ENTRIES if e.last.delay and e.last.delay.days in (60, 90, 120)] == []


@pytest.mark.parametrize(
    ("code", "effect", "delay", "family"),
    [
        ("URB-DP", "SVA", "P1M", Family.URBANISME),
        ("URB-DIA", "renunciation", "P2M", Family.DIA),
        ("ENS-AUT", "SVA", "P2M", Family.ENSEIGNE),
        ("DOM-TERR", "SVR", "P2M", Family.GENERAL),
        ("HAB-LOUER", "SVA", "P1M", Family.GENERAL),
        ("TRV-CADA", "SVR", "P1M", Family.CADA),
        ("TRV-RGPD", "SVR", "P1M", Family.RGPD),
        ("SOC-APA", "lump_sum", "P2M", Family.APA),
        ("SOC-MDPH", "SVR", "P4M", Family.MDPH),
        ("SOC-ASSMAT", "SVA", "P3M", Family.ASSISTANT),
        ("STA-RAPO", "SVR", "P1M", Family.FPS),
        ("CIT-ACCUEIL", "SVR", "P1M", Family.CESEDA),
        ("SCO-DEROG", "SVA", "P3M", Family.GENERAL),
        ("ERP-AT", "SVA", "P4M", Family.GENERAL),
        ("ERP-DEROGACC35", "SVA", "P3M14D", Family.GENERAL),
    ],
)
def test_some_known_procedures(code: str, effect: str, delay: str, family: Family) -> None:
    found = built_in().find(code, on=date(2026, 3, 2))
    assert found is not None
    version = found.version
    assert (version.effect.value, str(version.delay), version.family) == (effect, delay, family)


def test_an_increase_is_not_a_delay() -> None:
    increases = {entry.code: str(entry.last.adds) for entry in ENTRIES if entry.last.adds}
    assert increases == {"URB-PC-ABORDS": "P1M", "URB-COMDEP": "P2M"}
    assert all(built_in().get(code).last.delay is None for code in increases)


def test_the_words_of_families_are_those_of_simulations() -> None:
    from app.sve.simulation import case_of

    for word in FamilyWord:
        silence = "RENUNCIATION" if word is FamilyWord.DIA else "SVR"
        written = {"regime": word.value, "silence": silence, "delay": "P1M"}
        case, _ = case_of({"territory": "METRO", "procedure": written, "events": []})
        assert word_of(case.procedure.family) == word


def test_a_kind_of_administration_sees_its_own() -> None:
    communes = built_in().for_kind(Kind.COMMUNE)
    assert 150 < len(communes) < len(ENTRIES)
    assert all(Kind.COMMUNE in entry.kinds for entry in communes)
    assert built_in().list(kind="departement", domain="autonomie")


def test_a_version_holds_between_its_days_only() -> None:
    assert built_in().find("URB-PC-EVALENV", on=date(2025, 12, 30)) is None
    assert built_in().find("URB-PC-EVALENV", on=date(2025, 12, 31)) is not None
    assert built_in().find("NOT-THERE", on=date(2026, 3, 2)) is None


def test_the_page_of_the_catalogue_says_what_it_holds() -> None:
    page = PAGE.read_text("utf-8")
    told = dict(re.findall(r"^\| (?:effect )?`(\w+)` \| (\d+) \|$", page, re.MULTILINE))
    counted = Counter(entry.certainty.value for entry in ENTRIES)
    counted["UNKNOWN"] = sum(entry.last.effect is Regime.UNKNOWN for entry in ENTRIES)
    assert told == {name: str(count) for name, count in counted.items()}
    assert f"holds {len(ENTRIES)} procedures" in page


def test_the_example_of_the_page_is_read() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert example
    (entry,) = read_text(example[1], file="docs/catalogue.md")
    assert entry.last.effect is built_in().get(entry.code).last.effect


def test_files_stay_short_enough_to_be_read() -> None:
    folder = files("app.sve.catalogue").joinpath("procedures")
    lines = {one.name: len(one.read_text("utf-8").splitlines()) for one in folder.iterdir()}
    assert {name: n for name, n in lines.items() if n > 410} == {}


def test_french_is_written_in_french() -> None:
    words = [word for e in ENTRIES for word in (e.title, e.doubt or "", *(v.notes for v in e.versions))]
    assert [word for word in words if re.search(r"\b(UNVERIFIED|CORRIGÉ|restart|Etat)\b", word)] == []


def test_it_loads_in_a_tenth_of_a_second_of_work() -> None:
    """Best of three fresh processes, in processor time: neighbours on the machine do not count. Leeway for slow ones."""
    runs = [
        subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True) for _ in range(3)
    ]
    assert min(float(run.stdout) for run in runs) < 0.2


# What the second reading of the texts (22 November 2026) corrected of the first, one by one.
CORRECTED = [
    ("URB-TRANSF", "UNKNOWN", None),
    ("ERP-EXCEP", "UNKNOWN", None),
    ("HAB-USAGE", "UNKNOWN", None),
    ("DOM-MARCHE-SUCC", "UNKNOWN", "P2M"),
    ("DOM-ALIGN", "UNKNOWN", None),
    ("STA-RES", "UNKNOWN", None),
    ("STA-ZONE", "UNKNOWN", None),
    ("DEC-CARTE", "UNKNOWN", None),
    ("SCO-ELEM", "UNKNOWN", None),
    ("SCO-DEROG", "SVA", "P3M"),
    ("SCO-COLLEGE", "UNKNOWN", None),
    ("SCO-TRANS", "UNKNOWN", None),
    ("CIT-CNI", "SVR", "P2M"),
    ("CIT-RECENS", "none", None),
    ("CIT-PLAIDER", "SVR", "P2M"),
    ("FUN-CONC", "UNKNOWN", None),
    ("FUN-RENOUV", "UNKNOWN", None),
    ("COM-BUVETTE", "UNKNOWN", None),
    ("COM-AMBUL", "SVR", "P2M"),
    ("SOC-DOMICIL", "UNKNOWN", "P2M"),
    ("ETA-GUIDE", "SVA", "P2M"),
]


@pytest.mark.parametrize(("code", "effect", "delay"), CORRECTED)
def test_what_the_second_reading_corrected_stays_corrected(code: str, effect: str, delay: str | None) -> None:
    entry = built_in().get(code)
    assert entry is not None
    assert (entry.last.effect.value, str(entry.last.delay) if entry.last.delay else None) == (effect, delay)


# Silence decides nothing, a text still gives the administration a day to answer by.
OWN_DEADLINES = {
    "CIT-REGROUP": "P2M",
    "COL-RESCRIT": "P3M",
    "COM-LIQUID": "P15D",
    "EAU-CTRLRAC": "P42D",
    "EAU-RESIL": "P15D",
    "LOG-DAHO": "P42D",
    "LOG-DALO": "P3M",
    "MAR-AVANT": "P15D",
    "MAR-MOTIFS": "P15D",
    "SOC-PCHURG": "P15D",
    "TRV-CERTINF": "P5M",
    "TRV-MOTIFS": "P1M",
    "URB-DAACT": "P3M",
    "URB-DELAISS": "P12M",
}


@pytest.mark.parametrize(("code", "delay"), OWN_DEADLINES.items())
def test_a_deadline_of_our_own_gives_a_day_to_answer_by(code: str, delay: str) -> None:
    from app.sve.simulation import simulate

    version = built_in().get(code).last
    assert (version.effect, str(version.delay)) == (Regime.NONE, delay)
    procedure = {"regime": "CRPA", "silence": "none", "delay": delay, "basis": " ; ".join(version.basis)}
    events = [{"type": "received", "at": "2026-03-02T10:00", "channel": "email", "authority": "competent"}]
    (answer,) = simulate({"territory": "METRO", "procedure": procedure, "events": events})
    assert answer["reply_due_date"] is not None
