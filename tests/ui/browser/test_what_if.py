"""« Et si ? » beside the legal timeline: what an act of today would change is seen, with its reason, and nothing is recorded."""

from datetime import timedelta

from playwright.async_api import expect

from tests.ui.conftest import Desk, Screen


async def opened(desk: Desk, **seen: object) -> tuple[Screen, dict, dict]:
    """A request qualified as silence that grants, open at its legal panel."""
    ticket = await desk.town.a_ticket(text="Je demande une autorisation de terrasse.")
    path = f"/api/v1/tickets/{ticket['id']}/saisines"
    (saisine,) = (await desk.town.http.get(path)).json()["data"]
    told = await desk.town.http.post(
        f"/api/v1/saisines/{saisine['id']}/qualifications",
        json={"regime": "SVA", "delay": "P2M", "reason": "Liste du code."},
        headers={"If-Match": f'"{saisine["version"]}"'},
    )
    assert told.status_code == 201, told.text
    screen = await desk.screen(**seen)
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await screen.page.get_by_role("region", name="Et si ?").wait_for()
    return screen, ticket, told.json()


async def test_what_an_act_of_today_would_change_is_seen_and_nothing_is_recorded(desk: Desk) -> None:
    screen, ticket, saisine = await opened(desk)
    page = screen.page
    region = page.get_by_role("region", name="Et si ?")
    silence = region.locator("[data-supposition=silence] td")
    await expect(silence).to_contain_text("accord, ")
    await expect(region.locator("[data-supposition=decided] td")).to_have_text("l’horloge s’arrête")
    asked = region.locator("[data-supposition=pieces_asked]")
    before = await asked.locator("td").inner_text()
    later = desk.town.clock().date() + timedelta(days=60)
    day = asked.get_by_label("Toutes reçues le")
    await day.fill(later.isoformat())
    # The server reads it: the day the pieces come moves the end of the period.
    await expect(asked.locator("td")).not_to_have_text(before)
    answer = await desk.town.http.get(
        f"/api/v1/tickets/{ticket['id']}/suppositions", params={"pieces_on": later.isoformat()}
    )
    (found,) = answer.json()["data"]
    wanted = next(one for one in found["suppositions"] if one["supposition"] == "pieces_asked")
    await expect(asked.locator("td")).to_contain_text(str(int(wanted["day"][8:])))
    await expect(asked.locator(".why").first).to_contain_text(wanted["because"][:40])
    await screen.picture("et-si")
    now = (await desk.town.http.get(f"/api/v1/saisines/{saisine['id']}")).json()
    assert now == saisine
    assert screen.complaints == []


async def test_a_day_that_is_past_asks_nothing_and_says_what_to_give(desk: Desk) -> None:
    screen, _, _ = await opened(desk)
    asked = screen.page.locator("[data-supposition=pieces_asked]")
    before = await asked.locator("td").inner_text()
    day = asked.get_by_label("Toutes reçues le")
    await day.fill("2020-01-01")
    await expect(day).to_have_accessible_description("Donnez un jour à venir, dans les deux ans.")
    await expect(asked.locator("td")).to_have_text(before)
    assert await screen.unreadable() == []
    assert screen.complaints == []


async def test_it_is_read_by_everybody_in_the_dark_and_on_a_narrow_screen(desk: Desk) -> None:
    for seen in ({"scheme": "dark"}, {"width": 320}):
        screen, _, _ = await opened(desk, **seen)
        await screen.page.get_by_role("region", name="Et si ?").scroll_into_view_if_needed()
        await screen.picture(f"et-si-{'sombre' if 'scheme' in seen else 'etroit'}")
        assert await screen.unreadable() == []
