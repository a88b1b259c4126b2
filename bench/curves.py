"""Draws what `growth` measured: milliseconds over requests, both by powers of ten. `python -m bench.curves RESULT.json > FILE.svg`"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 860, 460, 64, 46, 250, 56
_LOW, _HIGH = 1.0, 1_000.0  # milliseconds
# Lines that do not rely on colour alone.
_STYLES = (("#000000", "2 3"), ("#0b5fa5", ""), ("#0b5fa5", "7 4"), ("#a33b00", ""), ("#a33b00", "7 4"), ("#a33b00", "2 3"),
           ("#5b2a86", ""), ("#5b2a86", "7 4"), ("#2f6b2f", ""), ("#2f6b2f", "7 4"))  # fmt: skip
Curve = Mapping[int, float]


def main(arguments: Sequence[str]) -> int:
    """Writes one picture of the medians on stdout."""
    growth = json.loads(Path(arguments[0]).read_text())["scenarios"]["growth"]
    curves = chosen({look: {int(size): one["p50"] for size, one in of.items()} for look, of in growth["ms"].items()})
    print("\n".join(drawn(curves, growth["sizes"])))
    return 0


def chosen(curves: Mapping[str, Curve]) -> dict[str, Curve]:
    """Returns the thin page, the dearest and the cheapest list of each size, and every search."""
    lists = [of for look, of in curves.items() if look.startswith("inbox")]
    sizes = lists[0].keys()
    return {
        "thin page": curves["thin page"],
        "inbox, the dearest of 12 lists": {size: max(of[size] for of in lists) for size in sizes},
        "inbox, the cheapest": {size: min(of[size] for of in lists) for size in sizes},
        **{look: of for look, of in curves.items() if look.startswith("search")},
    }


def drawn(curves: Mapping[str, Curve], sizes: Sequence[int]) -> Iterator[str]:
    """Yields the lines of the picture."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13">'
    )
    yield "<title>Milliseconds of a page over HTTP, by the requests of a town</title>"
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{_LEFT}" y="24" font-weight="bold">p50 of a page over HTTP, milliseconds, by the requests of a town</text>'
    for power in range(round(math.log10(_LOW)), round(math.log10(_HIGH)) + 1):
        y = _y(10.0**power)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#d0d0d0"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
    for size in sizes:
        x = _x(size, sizes)
        yield f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#d0d0d0"/>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 22}" text-anchor="middle">{size:,}</text>'
    for number, (name, of) in enumerate(curves.items()):
        colour, dashes = _STYLES[number % len(_STYLES)]
        points = " ".join(f"{_x(size, sizes):.1f},{_y(of[size]):.1f}" for size in sizes if size in of)
        pen = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        yield f'<polyline points="{points}" {pen}/>'
        y = _TOP + 10 + 24 * number
        yield f'<path d="M{_WIDTH - _RIGHT + 16} {y}h34" {pen}/>'
        yield f'<text x="{_WIDTH - _RIGHT + 58}" y="{y + 4}">{escape(name)}</text>'
    yield "</svg>"


def _x(size: int, sizes: Sequence[int]) -> float:
    low, high = math.log10(sizes[0]), math.log10(max(sizes[-1], sizes[0] * 10))
    return _LEFT + (math.log10(size) - low) / (high - low) * (_WIDTH - _RIGHT - _LEFT)


def _y(value: float) -> float:
    share = (math.log10(min(max(value, _LOW), _HIGH)) - math.log10(_LOW)) / (math.log10(_HIGH) - math.log10(_LOW))
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
