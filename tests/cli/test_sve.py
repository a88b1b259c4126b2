"""`parvis sve`: cases in, dates with their reasons out, in the shapes programs and people want."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Parvis, lines

CASE = {
    "id": "terrasse",
    "territory": "METRO",
    "timezone": "Europe/Paris",
    "procedure": {},
    "events": [{"type": "received", "at": "2026-03-02T10:00"}],
}


def test_one_case_gives_one_object(parvis: Parvis) -> None:
    answer = json.loads(parvis("sve", "simulate", stdin=json.dumps(CASE)).stdout)
    assert (answer["reception_date"], answer["term_date"]) == ("2026-03-02", "2026-05-02")
    assert {reason["key"] for reason in answer["reasons"]} >= {"reception_date", "term_date"}


def test_a_list_gives_a_list_or_lines(parvis: Parvis, tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text(json.dumps([CASE, CASE | {"id": "second"}]))
    whole = json.loads(parvis("sve", "simulate", "cases.json").stdout)
    told = lines(parvis("sve", "simulate", "cases.json", "--json"))
    assert [answer["id"] for answer in whole] == [answer["id"] for answer in told] == ["terrasse", "second"]


def test_a_case_is_explained_in_french(parvis: Parvis) -> None:
    told = parvis("sve", "explain", "-", stdin=json.dumps([CASE, CASE])).stdout
    assert "Terme du silence : 2 mai 2026." in told
    assert "terrasse" in told
    assert "[CRPA" in told


@pytest.mark.parametrize(
    "stdin",
    [
        "",
        "{",
        "5",
        '{"territory": "ATLANTIS", "procedure": {}, "events": []}',
        '{"territory": "METRO", "territory": "METRO"}',
        '{"territory": "METRO", "procedure": {}, "events": [{"type": "sang", "at": "2026-03-02T10:00"}]}',
        '{"territory": "METRO", "procedure": {}, "events": [{"type": "received", "at": "hier"}]}',
        '{"territory": NaN}',
        "[" * 100_000,
        "\ufeff",
    ],
)
@pytest.mark.parametrize("verb", ["simulate", "explain"])
def test_what_is_no_case_is_refused_in_one_sentence(parvis: Parvis, verb: str, stdin: str) -> None:
    result = parvis("sve", verb, stdin=stdin)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_bad_usage(parvis: Parvis) -> None:
    assert parvis("sve", "simulate", "missing.json").exit_code == 2
