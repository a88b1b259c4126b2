"""Saved views and columns, in a real browser: what is kept, for whom, and what is seen of it."""

import re
from typing import Any

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def moved_up(columns: Any, up: Any, *, by: int) -> None:
    """Moves the column of tags up, seeing each move done before the next is asked for."""
    await up.wait_for()
    lines = columns.locator("[data-column]")
    place = (await lines.evaluate_all("all => all.map(one => one.dataset.column)")).index("tags")
    for step in range(1, by + 1):
        await up.press("Enter")
        await expect(lines.nth(place - step)).to_have_attribute("data-column", "tags")


async def test_a_view_is_saved_counted_arranged_and_taken_back(desk: Desk) -> None:
    """The chips, the query and the address are one: what is saved is what is listed, its columns too."""
    ticket = await desk.town.a_ticket(text="Le banc de la place est cassé.")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=non-affectes&canal=email")
    row = page.locator(f"tr[data-ticket={ticket['id']}]")
    await row.wait_for()
    rows = await page.locator("tr[data-ticket]").count()
    await page.get_by_role("button", name="Colonnes").click()
    columns = page.get_by_role("dialog", name="Colonnes")
    await columns.get_by_role("checkbox", name="Étiquettes").click()
    up = columns.get_by_role("button", name="Monter la colonne Étiquettes")
    await moved_up(columns, up, by=4)
    await expect(up).to_be_focused()  # the hand stays on what it moves
    assert await screen.faults() == []
    await columns.get_by_role("button", name="Fermer").last.click()
    heads = page.locator("thead th")
    await expect(heads.nth(4)).to_have_text("Étiquettes")
    await page.get_by_role("button", name="Enregistrer la vue").click()
    dialog = page.get_by_role("dialog", name="Enregistrer la vue")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.get_by_text("Donnez un nom à la vue.").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_label("Nom de la vue").fill("Courriels à prendre")
    assert (
        await dialog.get_by_label("Toute l’administration").count() == 0
    )  # whoever does not administer keeps their own
    await dialog.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("heading", name="Courriels à prendre", level=1).wait_for()
    link = page.get_by_role("navigation", name="Vues").get_by_role("link", name="Courriels à prendre")
    await expect(link).to_have_text(re.compile(rf"{rows}\b"))
    await expect(heads.nth(4)).to_have_text("Étiquettes")
    await row.wait_for()

    await page.get_by_role("button", name="Retirer le filtre Canal").click()
    await page.get_by_role("button", name="Garder dans la vue").click()
    await page.get_by_text("Vue « Courriels à prendre » enregistrée.").last.wait_for()
    await page.get_by_role("button", name="Ranger les vues").click()
    views = page.get_by_role("dialog", name="Ranger les vues")
    await views.get_by_role("button", name="Renommer la vue").click()
    await views.get_by_label("Nom de la vue").fill("À prendre")
    await views.get_by_role("button", name="Enregistrer").click()
    await views.get_by_text("À prendre", exact=True).wait_for()
    assert await screen.faults() == []
    await views.get_by_role("button", name="Retirer la vue À prendre").click()
    await views.get_by_text("Aucune vue n’est enregistrée.").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_text("Cette vue n’existe plus").wait_for()
    await page.get_by_role("button", name="Défaire").click()
    await page.get_by_role("navigation", name="Vues").get_by_role("link", name="À prendre").click()
    await page.get_by_role("heading", name="À prendre", level=1).wait_for()
    assert screen.complaints == []


async def test_a_view_of_a_team_is_seen_by_its_members_and_by_nobody_else(desk: Desk) -> None:
    made = await desk.town.http.post("/api/v1/teams", json={"name": "Voirie"}, headers={"Idempotency-Key": "voirie"})
    team = made.json()["id"]
    body = {"name": "Voirie ouverte", "owner": "team", "team_id": team, "filter": {"status": "open"}}
    saved = await desk.town.http.post("/api/v1/views", json=body, headers={"Idempotency-Key": "vue-voirie"})
    assert saved.status_code == 201, saved.text
    member = await desk.screen(width=320)
    await member.enter(await desk.person(teams=[team]))
    link = member.page.get_by_role("link", name="Voirie ouverte")
    await link.wait_for()
    await link.click()
    await member.page.get_by_role("heading", name="Voirie ouverte", level=1).wait_for()
    assert await member.unreadable() == []
    other = await desk.screen()
    await other.enter(await desk.person(), towards=f"/bureau/boite?vue={saved.json()['id']}")
    await other.page.get_by_text("Cette vue n’existe plus").wait_for()
    assert await other.page.get_by_role("link", name="Voirie ouverte").count() == 0
