"""How deep the questions of a screen wait for each other: see `rounds.js`."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hatch_build
from tests.ui.conftest import Screen

_KEEPS_BACK = Path(__file__).with_name("rounds.js").read_text(encoding="utf-8")
_THERE_OR_WAITING = """() => rounds.many() > 0
  || (document.querySelector("main h1") && !document.querySelector(".wait[role=status]"))"""
_MOST = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a screen, and after how many rounds of answers it was asked, the first being one."""

    method: str
    path: str
    round: int


def code() -> tuple[list[str], list[str]]:
    """The addresses of all scripts and all styles of the application."""
    names = sorted(one.name for one in (hatch_build.BUILT / "assets").iterdir())
    addresses = [f"/bureau/assets/{name}" for name in names]
    return [one for one in addresses if one.endswith(".js")], [one for one in addresses if one.endswith(".css")]


async def keep_answers_back(screen: Screen) -> None:
    """From the next page on, the screen is given its answers round by round."""
    await screen.page.add_init_script(f"if (window.top === window) {{{_KEEPS_BACK}}}")


async def asked_by(screen: Screen, path: str) -> list[Asked]:
    """Opens an address and gives it its answers, a round at a time, until it asks for nothing more."""
    page: Any = screen.page
    await screen.open(path)
    await page.evaluate("([scripts, styles]) => rounds.warm(scripts, styles)", [*code()])
    for _ in range(_MOST):
        await page.wait_for_function(_THERE_OR_WAITING)
        if await page.evaluate("rounds.many()") == 0:
            break
        await page.evaluate("rounds.release()")
    return [Asked(**one) for one in await page.evaluate("rounds.calls")]


def twice(asked: list[Asked]) -> list[str]:
    """What was asked more than once."""
    return [path for path, times in Counter(one.path for one in asked if one.method == "GET").items() if times > 1]
