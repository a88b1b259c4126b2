"""The colour of an administration is measured as the screens draw it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tenants import colours

ROOT = Path(__file__).parents[2]
TOKENS = (ROOT / "ui/src/styles/tokens.css", ROOT / "app/web/static/tokens.css")
some_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_a_ratio_is_that_of_the_published_formula(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("accent", ["#2b4c8c", "#7a2b5f", "#000000", "#8a1538", "#005a2b"])
def test_a_colour_that_reads_well_is_taken(accent: str) -> None:
    assert colours.worst(accent) is None


@pytest.mark.parametrize("accent", ["#ffdd00", "#ff7900", "#7fdbff", "#ffffff"])
def test_a_pale_colour_is_measured_and_its_hue_kept_darker(accent: str) -> None:
    lacking = colours.worst(accent)
    assert lacking is not None
    assert lacking.ratio < lacking.wanted == colours.TEXT
    assert colours.worst(colours.nearest(accent)) is None


@given(some_colour)
def test_whatever_is_asked_the_colour_offered_passes(accent: str) -> None:
    if colours.worst(accent) is not None:
        assert colours.worst(colours.nearest(accent)) is None


@given(some_colour)
def test_what_is_derived_for_the_screens_is_readable_whatever_the_colour(accent: str) -> None:
    derived = [one for one in colours.measures(accent) if accent not in {one.drawn, one.ground}]
    assert [one for one in derived if not one.readable] == []


@pytest.mark.parametrize("path", TOKENS, ids=["agents", "pages"])
def test_the_grounds_and_the_formulas_measured_are_those_of_the_tokens(path: Path) -> None:
    written = " ".join(re.sub(r"(?<![\d.])\.(?=\d)", "0.", path.read_text()).split())
    for name, light in colours.LIGHT.items():
        assert re.search(rf"{name}: +light-dark\({light}, {colours.DARK[name]}\)", written), name
    section = written[written.index("3. Accent") : written.index("4. Tons")].replace("( ", "(").replace(" )", ")")
    formulas = re.findall(r"oklch\(from var\(--tenant\) ((?:[^()]|\([^()]*\))*)\)", section)
    assert [re.sub(r"\b(0\.\d)0\b", r"\1", one) for one in formulas] == [
        *("min(l, 0.46) c h", "0.8 min(c, 0.11) h"),
        *("min(l, 0.46) c h", "0.46 min(c, 0.14) h"),
        *("0.955 min(c, 0.02) h", "0.29 min(c, 0.045) h"),
        *("0.62 min(c, 0.09) h", "0.6 min(c, 0.09) h"),
        *("0.45 max(c, 0.12) h", "0.82 min(c, 0.12) h"),
    ]


def test_the_colour_shown_where_none_was_chosen_is_that_of_parvis() -> None:
    (own,) = re.findall(r'OWN = "(#[0-9a-f]{6})"', (ROOT / "ui/src/admin/house/accent.ts").read_text())
    assert [re.findall(r"--tenant: (#[0-9a-f]{6});", path.read_text()) for path in TOKENS] == [[own], [own]]
    assert colours.worst(own) is None
