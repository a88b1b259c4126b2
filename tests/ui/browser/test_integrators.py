"""Keys and webhooks of other programs, and the journal, in a real browser."""

import re

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk, Screen


async def test_a_key_is_made_shown_once_used_and_revoked(desk: Desk) -> None:
    screen = await desk.screen()
    page, name = screen.page, f"Portail {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/integrateurs")
    await page.get_by_role("button", name="Faire une clé").click()
    dialog = page.get_by_role("dialog", name="Faire une clé")
    await dialog.get_by_label("À quoi elle sert").fill(name)
    await dialog.get_by_role("button", name="Faire une clé").click()
    await dialog.get_by_text("Choisissez au moins un droit").wait_for()
    await dialog.get_by_label(re.compile("^lire les demandes")).check()
    await dialog.get_by_role("button", name="Faire une clé").click()
    shown = page.get_by_role("dialog", name="Clé faite")
    secret = await shown.locator("code").inner_text()
    await shown.get_by_role("button", name="Je l’ai gardé").click()
    mine = {"Authorization": f"Bearer {secret}"}
    assert (await desk.town.http.get("/api/v1/tickets", headers=mine)).status_code == 200
    row = page.locator("tr[data-key]", has_text=name)
    await row.get_by_text("en service").wait_for()
    assert secret not in await page.content()
    await row.get_by_role("button", name="Révoquer").click()
    await page.get_by_role("dialog").get_by_role("button", name="Révoquer").click()
    await row.get_by_text("révoquée").wait_for()
    keys = (await desk.town.http.get("/api/v1/keys", params={"limit": 200})).json()["data"]
    assert [one["revoked_at"] is not None for one in keys if one["name"] == name] == [True]
    assert screen.complaints == []


async def test_a_webhook_is_made_and_paused(desk: Desk) -> None:
    screen = await desk.screen(refusals=[422])
    page, name = screen.page, f"Entrepôt {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/integrateurs?vue=webhooks")
    await page.get_by_role("button", name="Faire un webhook").click()
    dialog = page.get_by_role("dialog", name="Faire un webhook")
    await dialog.get_by_label("À quoi il sert").fill(name)
    await dialog.get_by_label("Adresse à appeler").fill("pas une adresse")
    await dialog.get_by_role("button", name="Faire un webhook").click()
    await dialog.locator(".err-m").wait_for()
    await dialog.get_by_label("Adresse à appeler").fill("https://entrepot.example.fr/parvis")
    await dialog.get_by_role("button", name="Faire un webhook").click()
    await page.get_by_role("dialog", name="Webhook fait").get_by_role("button", name="Je l’ai gardé").click()
    await page.get_by_role("link", name=name).click()
    await page.get_by_text("Aucune livraison").wait_for()
    await page.get_by_role("button", name="Mettre en pause").click()
    await page.get_by_role("button", name="Reprendre").wait_for()
    hooks = (await desk.town.http.get("/api/v1/webhook-endpoints")).json()["data"]
    assert [one["state"] for one in hooks if one["name"] == name] == ["paused"]
    assert screen.complaints == []


async def test_the_journal_is_narrowed_taken_away_and_verified(desk: Desk) -> None:
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("supervisor"), towards="/bureau/reglages/journal?action=user.invited")
    await page.locator("[data-entry='user.invited']").first.wait_for()
    assert await page.locator("[data-entry]:not([data-entry='user.invited'])").count() == 0
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Exporter (CSV)").click()
    path = await (await taken.value).path()
    lines = path.read_text().splitlines()
    assert lines[0] == "link,at,actor,action,object,detail"
    assert len(lines) > 1
    await page.get_by_role("button", name="Vérifier la chaîne").click()
    dialog = page.get_by_role("dialog", name="Vérifier la chaîne du journal")
    await dialog.get_by_role("button", name="Vérifier la chaîne").click()
    await dialog.get_by_text("La chaîne tient").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_role("cell", name="Compte ouvert").first.wait_for()
    act = page.get_by_label("Acte")
    await expect(act).to_have_value("user.invited")
    await act.select_option(label="Import défait")
    await page.get_by_role("button", name="Filtrer").click()
    await page.get_by_text("Aucun acte ne répond à ce filtre").wait_for()
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    body = {"name": "Entrepôt", "url": "https://entrepot.example.fr/parvis"}
    hook = (await desk.town.http.post("/api/v1/webhook-endpoints", json=body)).json()["id"]
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/integrateurs")
    seen = {}
    for path, ready in (
        ("integrateurs", "tr[data-key]"),
        ("integrateurs?vue=webhooks", f"tr[data-webhook={hook}]"),
        (f"integrateurs/{hook}", ".tabs"),
        ("journal", "tr[data-entry]"),
    ):
        await screen.open(f"/bureau/reglages/{path}")
        await page.locator(ready).first.wait_for()
        seen[path] = await screen.unreadable()
    assert seen == {key: [] for key in seen}
    await expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    assert screen.complaints == []
