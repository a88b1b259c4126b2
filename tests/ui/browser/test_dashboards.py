"""The dashboards in a real browser: a figure opens the list that makes it, and a screen of figures is read by everybody."""

import re

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk


async def test_a_figure_opens_the_list_that_makes_it(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    sent = await desk.town.http.post(
        f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Bonjour"}, headers={"Idempotency-Key": new_id().hex}
    )
    assert sent.status_code < 300
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    await page.get_by_role("link", name="Pilotage").wait_for()
    await screen.strike("g", "t")
    await page.get_by_role("heading", name="Pilotage").wait_for()
    channel = page.get_by_role("row").filter(has=page.get_by_role("link", name="Courriel"))
    received = int(await channel.get_by_role("cell").first.inner_text())
    told = (await desk.town.http.get("/api/v1/figures")).json()
    assert received == next(one["received"] for one in told["channels"] if one["channel"] == "email")
    await channel.get_by_role("link").click()
    await page.get_by_text(re.compile(rf"\b{received} dossiers?\b")).first.wait_for()
    await expect(page.get_by_text("Reçue depuis le")).to_be_visible()
    await page.go_back()
    await page.get_by_role("link", name=re.compile("^À qualifier")).click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert screen.complaints == []


async def test_figures_that_cannot_be_read_say_so_and_the_rest_stays(desk: Desk) -> None:
    screen = await desk.screen(refusals=(503,))
    page = screen.page

    async def refused(route) -> None:
        await route.fulfill(
            status=503,
            content_type="application/problem+json",
            body='{"status":503,"code":"unavailable","title":"Indisponible"}',
        )

    await page.route("**/api/v1/figures?*", refused)
    await screen.enter(await desk.person(), towards="/bureau/pilotage?jours=7")
    await page.get_by_role("alert").get_by_role("button", name="Réessayer").wait_for()
    await expect(page.get_by_role("link", name=re.compile("^À risque SVA"))).to_be_visible()
    await page.unroute("**/api/v1/figures?*")
    await page.get_by_role("button", name="Réessayer").click()
    await page.get_by_role("heading", name=re.compile("Demandes reçues par canal|Rien n’a été reçu")).wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_figures_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    await desk.town.a_ticket()
    screen = await desk.screen(width=width, scheme=scheme)
    await screen.enter(await desk.person("supervisor"), towards="/bureau/pilotage?jours=90")
    await screen.page.get_by_role("heading", name="Demandes reçues par canal").wait_for()
    await screen.page.get_by_text("En ordre").first.wait_for()
    assert await screen.unreadable() == []
    assert screen.complaints == []
