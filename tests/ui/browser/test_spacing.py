"""The checks of a page: what spaced out text (WCAG 1.4.12) cuts is told, and no page is judged before its style came."""

import asyncio
from typing import Any

from tests.ui.conftest import Desk

_BOXES = """() => {
  const box = (words, style) => {
    const made = document.createElement("div");
    made.textContent = words;
    Object.assign(made.style, { width: "max-content", whiteSpace: "nowrap", flexShrink: "0", ...style });
    document.querySelector("main").append(made);
    made.style.width = `${made.getBoundingClientRect().width}px`;
  };
  const line = "Une phrase assez longue pour tenir tout juste ici";
  box(line, { height: "1.2em", lineHeight: "1.2" });
  box(line, { overflow: "hidden" });
  box(line, { overflow: "hidden", textOverflow: "ellipsis" });
  box(line, { overflow: "auto" });
}"""


async def test_what_spacing_cuts_is_told_and_what_is_cut_on_purpose_is_not(desk: Desk) -> None:
    screen = await desk.screen()
    await screen.enter(await desk.person(), towards="/bureau/aide")
    await screen.page.get_by_role("heading", level=1).wait_for()
    assert await screen.unreadable() == []
    await screen.page.evaluate(_BOXES)
    told = [one for one in await screen.unreadable() if "cut when spaced out" in str(one)]
    assert len(told) == 2, told


async def test_a_page_is_judged_once_its_style_came(desk: Desk) -> None:
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/echeances")
    alerts = page.get_by_role("link", name="Alertes")
    await alerts.wait_for()

    async def late(route: Any) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await page.route("**/*.css", late)
    await alerts.click()
    await page.get_by_role("link", name="À prendre en charge").wait_for()
    assert await screen.unreadable() == []
