"""Every screen as a reader of screens meets it: its landmarks, its headings, the names of what takes the focus."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from app.web.application import SCREENS
from tests.ui.conftest import Desk, Person, Screen

_SETTINGS = Path(__file__).parents[3] / "ui" / "src" / "admin" / "Frame.tsx"
PARTS = re.findall(r'^  \{ to: "([a-z]+)"', _SETTINGS.read_text(encoding="utf-8"), flags=re.MULTILINE)
# The screens of a request and of a person are opened by their own names below.
PATHS = [*sorted(SCREENS - {"", "dossiers", "reglages"}), *(f"reglages/{part}" for part in PARTS)]
PATHS += ["dossiers/REQUEST", "personnes/PERSON", "nulle-part"]
LANDMARKS = frozenset({"main", "navigation", "banner", "complementary", "contentinfo", "region", "search"})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(a_desk: Desk) -> dict[str, str]:
    """A request and the person who made it, by the words that stand for them."""
    ticket = await a_desk.town.a_ticket()
    return {"REQUEST": ticket["reference"], "PERSON": ticket["contact"]["id"]}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def person(a_desk: Desk) -> Person:
    return await a_desk.person("administrator")


def address(path: str, told: dict[str, str]) -> str:
    for word, name in told.items():
        path = path.replace(word, name)
    return f"/bureau/{path}"


class Node:
    """One node of Chromium's accessibility tree that is exposed to readers of screens."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.role: str = told.get("role", {}).get("value", "")
        self.name: str = told.get("name", {}).get("value", "").strip()
        self.is_in = {one["name"]: one["value"].get("value") for one in told.get("properties", ())}

    def __repr__(self) -> str:
        return f"{self.role} « {self.name} »"


def exposed(nodes: Sequence[dict[str, Any]]) -> Iterator[Node]:
    """Yields the nodes in the order they are read; one that is ignored leaves its place to what it holds."""
    by_id = {one["nodeId"]: one for one in nodes}
    waiting = [nodes[0]["nodeId"]]
    while waiting:
        one = by_id[waiting.pop()]
        if not one.get("ignored"):
            yield Node(one)
        waiting += [child for child in reversed(one.get("childIds", ())) if child in by_id]


async def tree(screen: Screen) -> list[Node]:
    session = await screen.page.context.new_cdp_session(screen.page)
    told = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    return list(exposed(told["nodes"]))


def faults(nodes: Sequence[Node]) -> list[str]:
    """What a reader of screens would trip over."""
    found = []
    marks: dict[str, list[str]] = {}
    for node in nodes:
        if node.role in LANDMARKS:
            marks.setdefault(node.role, []).append(node.name)
    mains = marks.get("main", [])
    if len(mains) != 1 or not mains[0]:
        found.append(f"one main landmark, named: {mains}")
    for role, names in marks.items():
        if len(names) > 1 and ("" in names or len(set(names)) < len(names)):
            found.append(f"landmarks of one kind told apart: {role} {names}")
    headings = [node for node in nodes if node.role == "heading"]
    levels = [int(one.is_in["level"]) for one in headings]
    if levels.count(1) != 1:
        found.append(f"one first heading: {headings}")
    # The list of views stands before the screen it narrows: its headings are of the second level, under no first.
    for before, (level, heading) in zip([1, *levels], zip(levels, headings, strict=True), strict=False):
        if level > before + 1:
            found.append(f"no level of heading is left out: {heading} is {level}, after {before}")
    found += [f"what takes the focus has a name: {one}" for one in nodes if one.is_in.get("focusable") and not one.name]
    found += [f"an image has a name: {one}" for one in nodes if one.role in {"image", "img"} and not one.name]
    if not any(one.role == "status" and one.is_in.get("live") == "polite" for one in nodes):
        found.append("there is a place where things are told as they happen")
    return found


@pytest_asyncio.fixture
async def screen(desk: Desk, person: Person) -> AsyncIterator[Screen]:
    screen = await desk.screen(refusals=[404])
    await screen.enter(person, towards="/bureau/profil")
    await screen.page.get_by_role("main").wait_for()
    yield screen


@pytest.mark.parametrize("path", PATHS)
async def test_a_reader_of_screens_finds_its_way(screen: Screen, told: dict[str, str], path: str) -> None:
    page = screen.page
    await screen.open(address(path, told))
    await page.get_by_role("heading", level=1).wait_for()
    await expect(page.locator("main .wait")).to_have_count(0)
    assert faults(await tree(screen)) == []
    assert not (await page.title()).startswith("Parvis")
