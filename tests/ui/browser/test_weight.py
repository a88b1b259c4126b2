"""What the first screen weighs on the wire: people open it on the line of a town hall."""

import re

import hatch_build

BUDGET = 200_000


def test_the_first_load_weighs_less_than_two_hundred_kilobytes() -> None:
    page = (hatch_build.BUILT / "index.html").read_text()
    named = re.findall(r'(?:src|href)="/bureau/assets/([^"]+)"', page)
    styles = "".join((hatch_build.BUILT / "assets" / name).read_text() for name in named if name.endswith(".css"))
    named += re.findall(r"url\(/bureau/assets/([^)]+)\)", styles)
    assert any(name.endswith(".js") for name in named)
    assert any(name.endswith(".woff2") for name in named)
    weights = {}
    for name in named:
        plain, small = hatch_build.BUILT / "assets" / name, hatch_build.BUILT / "assets" / f"{name}.gz"
        weights[name] = (small if small.is_file() else plain).stat().st_size
    assert sum(weights.values()) <= BUDGET, weights
