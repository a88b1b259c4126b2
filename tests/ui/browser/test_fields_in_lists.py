"""The inbox with fields of the administration: a column, a chip, a view that keeps both; a value typed where none is offered."""

from typing import Any

from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_tags import once
from tests.ui.conftest import Desk, Screen


async def filled(desk: Desk, word: str) -> dict[str, str]:
    """Three requests: of the centre with its parcel, of the north, and one that says nothing; by name, their identifiers."""
    choices = [{"key": "centre", "label": "Centre-bourg"}, {"key": "nord", "label": "Nord"}]
    for body in (
        {"key": f"quartier_{word}", "kind": "choice", "label": f"Quartier {word}", "choices": choices},
        {"key": f"parcelle_{word}", "kind": "text", "label": f"Parcelle {word}"},
        {"key": f"surface_{word}", "kind": "number", "label": f"Surface {word}"},
        {"key": f"debut_{word}", "kind": "date", "label": f"Début {word}"},
    ):
        made = await desk.town.http.post("/api/v1/custom-fields", json=body, headers=once())
        assert made.status_code == 201, made.text
    held: dict[str, dict[str, object]] = {
        "centre": {f"quartier_{word}": "centre", f"parcelle_{word}": "AB 12", f"surface_{word}": 12.5},
        "nord": {f"quartier_{word}": "nord", f"surface_{word}": 9, f"debut_{word}": "2026-01-31"},
        "none": {},
    }
    found = {}
    for name, values in held.items():
        ticket = await desk.town.a_ticket()
        path = f"/api/v1/tickets/{ticket['id']}"
        head = {"If-Match": (await desk.town.http.get(path)).headers["etag"]}
        done = await desk.town.http.patch(path, json={"custom_fields": values}, headers=head)
        assert done.status_code == 200, done.text
        found[name] = ticket["id"]
    return found


async def narrow(screen: Screen, words: str) -> None:
    """Picks a filter by typing its words."""
    page = screen.page
    await page.get_by_role("button", name="Filtre", exact=True).press("Enter")
    field = page.get_by_role("searchbox", name="Filtre")
    await field.fill(words)
    await expect(page.get_by_role("menuitem")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_count(0)


async def test_a_field_is_a_column_and_a_chip_and_a_view_keeps_them(desk: Desk) -> None:
    word = new_id().hex[-6:]
    ids = await filled(desk, word)
    screen = await desk.screen()
    page = screen.page
    rows: dict[str, Any] = {name: page.locator(f"tr[data-ticket={one}]") for name, one in ids.items()}
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    await rows["none"].wait_for()
    await page.get_by_role("button", name="Colonnes").press("Enter")
    columns = page.get_by_role("dialog", name="Colonnes")
    await columns.get_by_role("checkbox", name=f"Quartier {word}").press("Space")
    up = columns.get_by_role("button", name=f"Monter la colonne Quartier {word}")
    await up.press("Enter")
    await expect(up).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("columnheader", name=f"Quartier {word}")).to_be_visible()
    await expect(rows["centre"]).to_contain_text("Centre-bourg")
    await expect(rows["none"]).to_contain_text("—")
    await narrow(screen, "Centre-bourg")
    await expect(rows["nord"]).to_have_count(0)
    await narrow(screen, "Nord")
    await expect(rows["nord"]).to_be_visible()
    await expect(rows["none"]).to_have_count(0)
    chip = page.locator(".chip", has_text=f"Quartier {word}")
    await expect(chip).to_contain_text("Centre-bourg, Nord")
    await screen.picture("champs-en-colonne")
    assert await screen.unreadable() == []
    await page.get_by_role("button", name="Enregistrer la vue").click()
    dialog = page.get_by_role("dialog", name="Enregistrer la vue")
    await dialog.get_by_label("Nom de la vue").fill(f"Bourg et nord {word}")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("heading", name=f"Bourg et nord {word}", level=1).wait_for()
    await page.reload()
    await expect(rows["centre"]).to_contain_text("Centre-bourg")
    await expect(chip).to_contain_text("Centre-bourg, Nord")
    await expect(rows["none"]).to_have_count(0)
    await page.set_viewport_size({"width": 320, "height": 800})
    assert await screen.unreadable() == []
    assert screen.complaints == []


async def test_a_value_nothing_offers_is_typed_and_found_however_it_is_accented(desk: Desk) -> None:
    word = new_id().hex[-6:]
    ids = await filled(desk, word)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    rows: dict[str, Any] = {name: page.locator(f"tr[data-ticket={one}]") for name, one in ids.items()}
    await rows["nord"].wait_for()
    await narrow(screen, f"Parcelle {word}")
    typed = page.get_by_role("dialog", name=f"Parcelle {word}")
    await typed.get_by_role("button", name="Restreindre").click()
    await typed.get_by_text("Donnez la valeur cherchée.").wait_for()
    assert await screen.faults() == []
    await typed.get_by_label(f"Parcelle {word}").fill("ab 12")
    await page.keyboard.press("Enter")
    await expect(rows["nord"]).to_have_count(0)
    await expect(rows["centre"]).to_be_visible()
    await page.get_by_role("button", name=f"Retirer le filtre Parcelle {word} ab 12").click()
    await expect(rows["nord"]).to_be_visible()
    assert screen.complaints == []


async def test_several_fields_narrow_at_once_numbers_and_days_by_a_range(desk: Desk) -> None:
    word = new_id().hex[-6:]
    ids = await filled(desk, word)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    rows: dict[str, Any] = {name: page.locator(f"tr[data-ticket={one}]") for name, one in ids.items()}
    await rows["none"].wait_for()
    await narrow(screen, f"Surface {word}")
    ranged = page.get_by_role("dialog", name=f"Surface {word}")
    first, last = ranged.get_by_label("À partir de"), ranged.get_by_label("Jusqu’à")
    give = ranged.get_by_role("button", name="Restreindre")
    await give.click()
    await ranged.get_by_text("Donnez au moins une borne.").wait_for()
    await first.fill("20")
    await last.fill("9,5")
    await give.click()
    await ranged.get_by_text("La fin précède le début.").wait_for()
    assert await screen.faults() == []
    await screen.picture("champ-intervalle")
    await first.fill("8")
    await last.fill("12,5")
    await page.keyboard.press("Enter")
    await expect(rows["none"]).to_have_count(0)
    await expect(rows["centre"]).to_be_visible()
    await expect(rows["nord"]).to_be_visible()
    await narrow(screen, f"Début {word}")
    days = page.get_by_role("dialog", name=f"Début {word}")
    await days.get_by_label("Jusqu’à").fill("2026-02-01")
    await page.keyboard.press("Enter")
    await expect(rows["centre"]).to_have_count(0)
    await expect(rows["nord"]).to_be_visible()
    chips = page.locator(".chip")
    await expect(chips.filter(has_text=f"Surface {word}")).to_contain_text("de 8 à 12,5")
    await expect(chips.filter(has_text=f"Début {word}")).to_contain_text("jusqu’à dim. 1er févr. 2026")
    await page.get_by_role("button", name="Enregistrer la vue").click()
    dialog = page.get_by_role("dialog", name="Enregistrer la vue")
    await dialog.get_by_label("Nom de la vue").fill(f"Petites surfaces {word}")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("heading", name=f"Petites surfaces {word}", level=1).wait_for()
    await page.reload()
    await expect(rows["nord"]).to_be_visible()
    await expect(rows["centre"]).to_have_count(0)
    await screen.picture("champs-ensemble")
    assert await screen.unreadable() == []
    await page.get_by_role("button", name=f"Retirer le filtre Début {word}").click()
    await expect(rows["centre"]).to_be_visible()
    await expect(rows["none"]).to_have_count(0)
    assert screen.complaints == []
