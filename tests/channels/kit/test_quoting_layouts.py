"""Forty more layouts and a dozen traps; the cost of a text grows with its length alone."""

import re

import pytest

from app.channels.kit import quoting
from app.channels.kit.quoting import new_part
from tests.channels.kit.layouts import GENUINE, HISTORIES

NEW = "Bonjour,\n\nMerci de votre réponse.\n\n"


@pytest.mark.parametrize("layout", HISTORIES)
def test_the_history_is_folded_and_the_answer_kept(layout: str) -> None:
    found = new_part(NEW + HISTORIES[layout])
    assert ("Merci de votre réponse." in found, "ANCIEN" in found) == (True, False)
    assert "contact@example.org" not in found, "the line that introduces the history goes with it"


@pytest.mark.parametrize("text", GENUINE)
def test_words_that_only_look_like_a_history_stay(text: str) -> None:
    assert new_part(NEW + text) == NEW + text


def test_forty_layouts_at_least_are_known() -> None:
    assert len(HISTORIES) >= 40


HOSTILE = (
    "",
    "> ",
    "Le 3 nov. 2025 à 10:12",
    "De : x",
    "_" * 40,
    "Le " * 200,
    "-----",
    "a écrit :",
    "2025-11-03 10:12 x@y ",
    "Von: x",
)


class Counted:
    """Counts what a pattern is asked to look at: a wall clock would judge the machine."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self.looks = pattern, 0

    def match(self, text: str) -> re.Match[str] | None:
        self.looks += 1
        return self._pattern.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        self.looks += 1
        return self._pattern.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        self.looks += 1
        return self._pattern.search(text)


def looks_at(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    patterns = {name: value for name, value in vars(quoting).items() if isinstance(value, re.Pattern | Counted)}
    counted = {
        name: Counted(value._pattern if isinstance(value, Counted) else value) for name, value in patterns.items()
    }
    for name, one in counted.items():
        monkeypatch.setattr(quoting, name, one)
    new_part(text)
    return sum(one.looks for one in counted.values())


@pytest.mark.parametrize("line", HOSTILE)
def test_a_text_twice_as_long_costs_twice_as_much_and_a_megabyte_no_more_than_its_first_lines(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, twice = looks_at(f"{line}\n" * 1_000, monkeypatch), looks_at(f"{line}\n" * 2_000, monkeypatch)
    assert twice <= 2.2 * once + 50
    megabyte = f"{line}\n" * (2**20 // (len(line) + 1))
    assert looks_at(megabyte, monkeypatch) <= 20 * quoting._LINES_READ
