"""Ready-made answers and macros in the settings: made, changed over somebody else's change, taken away and given back."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from app.ids import new_id
from tests.api.test_tags import once
from tests.ui.browser.test_ready_words import kept
from tests.ui.conftest import Desk, Screen


async def test_a_canned_reply_is_made_changed_in_spite_of_another_and_given_back(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412, 422])
    page, word = screen.page, new_id().hex[-6:]
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/reponses")
    await page.get_by_role("button", name="Écrire une réponse type").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Nom", exact=True).fill(f"Signalement reçu {word}")
    await dialog.get_by_label("À qui").select_option("administration")
    text = dialog.get_by_label("Texte", exact=True)
    await text.fill("Bonjour {{rien.de.tel}}")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(text).to_have_attribute("aria-invalid", "true")
    await text.fill("Dossier ")
    await dialog.get_by_label("Emplacement à remplir").select_option("ticket.reference")
    await dialog.get_by_role("button", name="Insérer").click()
    await expect(text).to_have_value("Dossier {{ticket.reference}}")
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-ready]", has_text=f"Signalement reçu {word}")
    await row.get_by_text(f"::signalement-recu-{word}").wait_for()

    found = (await desk.town.http.get("/api/v1/canned-replies", params={"limit": 200})).json()["data"]
    mine = next(one for one in found if word in one["name"])
    where = f"/api/v1/canned-replies/{mine['id']}"
    await row.get_by_role("button", name="Changer").click()
    await text.fill("Bonjour.")
    theirs = {"texts": [{"language": "fr", "text": "Écrit par une collègue."}]}
    await desk.town.http.patch(where, json=theirs, headers={"If-Match": f'"{mine["version"]}"'})
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text("Écrit par une collègue.").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await row.get_by_text("Bonjour.").wait_for()
    await row.get_by_role("button", name="Retirer").click()
    await expect(row).to_have_count(0)
    assert (await desk.town.http.get(where)).status_code == 404
    await page.get_by_role("button", name="Défaire").click()
    await row.get_by_text("Bonjour.").wait_for()
    assert screen.complaints == []


async def test_a_macro_is_made_act_by_act_in_its_order(desk: Desk) -> None:
    screen = await desk.screen()
    page, name = screen.page, f"Prendre {new_id().hex[-6:]}"
    await screen.enter(await desk.person(), towards="/bureau/reglages/macros")
    await page.get_by_role("button", name="Faire une macro").click()
    dialog = page.get_by_role("dialog", name="Faire une macro")
    await dialog.get_by_label("Nom", exact=True).fill(name)
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.get_by_text("Donnez au moins un acte.").wait_for()
    for kind in ("assignee", "status", "note"):
        await dialog.get_by_label("Acte suivant").select_option(kind)
        await dialog.get_by_role("button", name="Ajouter cet acte").click()
        await dialog.locator(f"[data-step={kind}]").wait_for()
    await dialog.get_by_label("Texte", exact=True).fill("Vu.")
    await dialog.get_by_role("button", name=re.compile("^Monter.*3$")).click()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-ready]", has_text=name)
    await expect(row.locator("ol li")).to_have_text(
        ["Vous affecter la demande", "Noter en interne", re.compile("Passer à l’état")]
    )
    # An agent keeps their own; what is the administration's they read.
    await kept(desk, "macros", name=f"À tous {name}", acts=[{"kind": "note", "text": "Vu."}])
    await page.reload()
    await page.locator("tr[data-ready]", has_text="À tous").get_by_text("à lire seulement").wait_for()
    assert screen.complaints == []


async def test_a_macro_somebody_changed_is_seen_with_its_words_before_either_stands(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412])
    page, name = screen.page, f"Noter {new_id().hex[-6:]}"
    await kept(desk, "macros", name=name, acts=[{"kind": "note", "text": "Vu."}])
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/macros")
    row = page.locator("tr[data-ready]", has_text=name)
    await row.get_by_role("button", name="Changer").click()
    dialog = page.get_by_role("dialog")
    found = (await desk.town.http.get("/api/v1/macros", params={"limit": 200})).json()["data"]
    mine = next(one for one in found if one["name"] == name)
    theirs = {"acts": [{"kind": "note", "text": "Vu par une collègue."}]}
    where = f"/api/v1/macros/{mine['id']}"
    changed = await desk.town.http.patch(where, json=theirs, headers={"If-Match": f'"{mine["version"]}"'})
    assert changed.status_code == 200, changed.text
    await dialog.get_by_label("Texte", exact=True).fill("Vu par moi.")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text("Vu par une collègue.").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Partir de ce qui est là").click()
    await expect(dialog.get_by_label("Texte", exact=True)).to_have_value("Vu par une collègue.")
    assert screen.complaints == []


async def test_a_removal_is_taken_back_once_although_its_first_answer_was_lost(desk: Desk) -> None:
    screen = await desk.screen()
    page, name = screen.page, f"Noter {new_id().hex[-6:]}"
    await kept(desk, "macros", name=name, acts=[{"kind": "note", "text": "Vu."}])
    lost = asyncio.Event()

    async def lose(route: Route) -> None:
        if route.request.method != "POST" or lost.is_set():
            await route.continue_()
            return
        await route.fetch()  # it is made again, and nobody hears of it
        lost.set()
        await route.abort()

    await page.route("**/api/v1/macros", lose)
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/macros")
    row = page.locator("tr[data-ready]", has_text=name)
    await row.get_by_role("button", name="Retirer").click()
    await expect(row).to_have_count(0)
    await page.get_by_role("button", name="Défaire").click()
    await page.get_by_text("Rien n’est revenu").first.wait_for()
    await page.get_by_role("button", name="Réessayer").click()
    await page.get_by_text("De nouveau là.").first.wait_for()
    await expect(row).to_have_count(1)
    assert [one for one in screen.complaints if "ERR_FAILED" not in one] == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    word = new_id().hex[-6:]
    words = [{"language": "fr", "text": "Bonjour."}]
    await kept(desk, "canned-replies", name=f"Merci {word}", shortcut=f"merci-{word}", texts=words)
    await kept(desk, "macros", name=f"Noter {word}", acts=[{"kind": "note", "text": "Vu."}])
    await desk.town.http.post("/api/v1/tags", json={"name": f"Voirie {word}"}, headers=once())
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page, seen = screen.page, {}
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/reponses")
    for path, maker in (("reponses", "Écrire une réponse type"), ("macros", "Faire une macro")):
        await screen.open(f"/bureau/reglages/{path}")
        await page.locator("tr[data-ready]").first.wait_for()
        seen[path] = await screen.unreadable()
        await page.get_by_role("button", name=maker).click()
        await page.get_by_role("dialog").wait_for()
        seen[maker] = await screen.unreadable()
    assert seen == {path: [] for path in seen}
    assert screen.complaints == []
