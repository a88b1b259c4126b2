"""The accent an administration chooses, measured as `tokens.css` shows it: in light, in dark, on every ground.

One colour is chosen; what the screens draw is derived from it by the formulas of section 3 of `tokens.css`, which are written again
here so that a colour nobody could read is refused when it is chosen. Source: WCAG 2.2, 1.4.3 and 1.4.11; OKLab by B. Ottosson.
"""

import math
import re
from dataclasses import dataclass

TEXT, SHAPE = 4.5, 3.0
WRITTEN = re.compile(r"#[0-9a-f]{6}")
# The grounds of `tokens.css`, section 2, with the words they are called by; a test compares.
LIGHT = {"--bg": "#f3f3f0", "--surface": "#ffffff", "--surface-2": "#f8f8f6", "--hover": "#efefeb"}
DARK = {"--bg": "#0f1115", "--surface": "#16191e", "--surface-2": "#1b1f25", "--hover": "#23272e"}
_WHITE = "#ffffff"
_HALVINGS = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """How one drawing stands against one ground: `wanted` is the least ratio."""

    dark: bool
    drawn: str
    ground: str
    ratio: float
    wanted: float

    def beside(self, colour: str) -> str:
        """Returns the other colour of the pair."""
        return self.ground if self.drawn == colour else self.drawn

    @property
    def readable(self) -> bool:
        return self.ratio >= self.wanted


@dataclass(frozen=True, slots=True)
class _Oklch:
    lightness: float
    chroma: float
    hue: float


def worst(accent: str) -> Measure | None:
    """Returns the measure that lacks most, None where everything drawn with `accent` is readable."""
    lacking = [one for one in measures(accent) if not one.readable]
    return min(lacking, key=lambda one: one.ratio / one.wanted) if lacking else None


def nearest(accent: str) -> str:
    """Returns, for a colour that cannot be read, the same hue darker by as little as makes it readable everywhere."""
    asked = _oklch(accent)
    readable, too_light = 0.0, asked.lightness
    for _ in range(_HALVINGS):
        between = (readable + too_light) / 2
        if worst(_hex(_Oklch(between, asked.chroma, asked.hue))) is None:
            readable = between
        else:
            too_light = between
    return _hex(_Oklch(readable, asked.chroma, asked.hue))


def measures(accent: str) -> list[Measure]:
    """Measures the colour itself as text and as a button in light, then all that is derived from it in both themes."""
    one = _oklch(accent)
    lightness, chroma, hue = one.lightness, one.chroma, one.hue

    def drawn(wanted: float, saturation: float) -> str:
        return _hex(_Oklch(wanted, saturation, hue))

    tint, dark_tint = drawn(0.955, min(chroma, 0.02)), drawn(0.29, min(chroma, 0.045))
    light, dark = [*LIGHT.values(), tint], [*DARK.values(), dark_tint]
    shown, shown_dark = drawn(min(lightness, 0.46), chroma), drawn(0.8, min(chroma, 0.11))
    texts = [(False, accent, ground) for ground in light] + [(False, shown, ground) for ground in light]
    texts += [(True, shown_dark, ground) for ground in dark]
    texts += [(False, _WHITE, accent), (False, _WHITE, shown), (True, _WHITE, drawn(0.46, min(chroma, 0.14)))]
    shapes = [(False, drawn(0.62, min(chroma, 0.09)), LIGHT["--surface"])]
    shapes += [(False, drawn(0.45, max(chroma, 0.12)), ground) for ground in light]
    shapes += [(True, drawn(0.6, min(chroma, 0.09)), DARK["--surface"])]
    shapes += [(True, drawn(0.82, min(chroma, 0.12)), ground) for ground in dark]
    return [
        Measure(in_dark, colour, ground, contrast(colour, ground), least)
        for pairs, least in ((texts, TEXT), (shapes, SHAPE))
        for in_dark, colour, ground in pairs
    ]


def contrast(one: str, other: str) -> float:
    """Returns the ratio of WCAG 2.2 between two colours written `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _unbent(red), _unbent(green), _unbent(blue)


def _unbent(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _bent(value: float) -> float:
    inside = min(1.0, max(0.0, value))  # a browser cuts what no screen shows
    return inside * 12.92 if inside <= 0.0031308 else 1.055 * inside ** (1 / 2.4) - 0.055


def _oklch(colour: str) -> _Oklch:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return _Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def _hex(colour: _Oklch) -> str:
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_bent(value) * 255):02x}" for value in linear)
