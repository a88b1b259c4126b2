"""The administration's words on its letters, in a real browser: written around what the law prescribes, edition after edition."""

import pytest
from playwright.async_api import expect

from tests.ui.conftest import Desk

WHERE = "/bureau/reglages/courriers"
PATH = "/api/v1/tenant/letter-wordings"


async def test_words_are_written_beside_what_the_law_prescribes_and_an_edition_is_taken_back(desk: Desk) -> None:
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    row = page.locator("tr[data-kind=are]")
    await expect(row).to_contain_text("Aucun : la lettre porte ce que la loi prescrit")
    opener = row.get_by_role("button", name="Écrire les mots de")
    await opener.click()
    dialog = page.get_by_role("dialog", name="Accusé de réception électronique")
    await expect(dialog.get_by_text("date de réception")).to_be_visible()
    opening = dialog.get_by_label("Avant ce que la loi prescrit")
    await opening.fill("Bonjour ")
    await dialog.get_by_label("Emplacement à remplir").first.select_option("contact.name")
    await dialog.get_by_role("button", name="Insérer").first.click()
    await expect(opening).to_have_value("Bonjour {{contact.name}}")
    await expect(opening).to_be_focused()  # the hand goes on from what was put
    await dialog.get_by_label("Après ce que la loi prescrit").fill("L’accueil est ouvert le samedi.")
    await dialog.get_by_role("button", name="Aperçu").click()
    await expect(dialog.locator("[data-own=true]").first).to_contain_text("Bonjour Dominique Exemple")
    await expect(dialog.locator("[data-own=true]").last).to_contain_text("L’accueil est ouvert le samedi.")
    await expect(dialog.locator("figure")).to_contain_text("Nous avons reçu")
    await screen.picture("modele-de-courrier")
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Enregistrer").click()
    await page.get_by_text("Modèle enregistré").wait_for()
    await expect(row).to_contain_text("Édition 1")
    await expect(opener).to_be_focused()
    kept = (await desk.town.http.get(f"{PATH}/are")).json()
    assert (kept["opening"], kept["edition"]) == ("Bonjour {{contact.name}}", 1)

    await opener.click()
    await opening.fill("Autrement.")
    await dialog.get_by_text("Éditions").click()
    await dialog.get_by_role("button", name="Reprendre l’édition 1").click()
    await expect(opening).to_have_value("Bonjour {{contact.name}}")
    assert screen.complaints == []


async def test_a_place_nothing_fills_and_words_of_a_colleague_are_told_beside_the_field(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412, 422])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    await page.locator("tr[data-kind=pieces]").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    closing = dialog.get_by_label("Après ce que la loi prescrit")
    await closing.fill("Voir {{ticket.secret}}.")
    await dialog.get_by_role("button", name="Aperçu").click()
    await expect(closing).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_role("button", name="Masquer l’aperçu").click()
    await expect(closing).not_to_have_attribute("aria-invalid", "true")
    save = dialog.get_by_role("button", name="Enregistrer")
    await save.click()
    await expect(closing).to_have_attribute("aria-invalid", "true")
    await expect(dialog.locator(".err-m")).to_contain_text("« ticket.secret » ne se remplit pas")
    theirs = await desk.town.http.put(
        f"{PATH}/pieces", json={"closing": "Mots d’une collègue."}, headers={"If-Match": '"0"'}
    )
    assert theirs.status_code == 200, theirs.text
    await closing.fill("Mes mots.")
    await save.click()
    await expect(dialog.locator("[data-theirs]")).to_contain_text("Mots d’une collègue.")
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await save.click()
    await page.get_by_text("Modèle enregistré").wait_for()
    assert (await desk.town.http.get(f"{PATH}/pieces")).json()["closing"] == "Mes mots."
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    screen = await desk.screen(width=width, scheme=scheme)
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    row = screen.page.locator("tr[data-kind=decision]")
    await row.wait_for()
    assert await screen.unreadable() == []
    await row.get_by_role("button").click()
    await screen.page.get_by_role("dialog").wait_for()
    assert await screen.unreadable() == []
    await screen.picture(f"modeles-{width}")
