"""Automations in the settings: written, tried, kept; one acts on what comes in; its log says what it did."""

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_automations import PATH, followed, kept, rule
from tests.api.test_business_hours import ALWAYS, chosen
from tests.api.test_business_hours import PATH as HOURS
from tests.api.test_sight import a_team
from tests.api.test_tags import once
from tests.ui.conftest import Desk, Screen

ADDRESS = "/bureau/reglages/automatisations"


async def test_a_rule_is_written_tried_kept_and_acts(desk: Desk) -> None:
    word = new_id().hex[-6:]
    team = await a_team(desk.town, f"Voirie {word}")
    before = await desk.town.a_ticket()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    await page.get_by_role("button", name="Écrire une automatisation").click()
    dialog = page.get_by_role("dialog", name="Écrire une automatisation")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.get_by_text("Donnez au moins un acte.").wait_for()
    await dialog.get_by_label("Nom", exact=True).fill(f"À la voirie {word}")
    await dialog.get_by_label("Quand", exact=True).select_option("idle")
    await dialog.get_by_label("Après combien d’heures").fill("zéro")
    await dialog.get_by_text("Un nombre entier est attendu, de 1 à 8760.").wait_for()
    await dialog.get_by_label("Quand", exact=True).select_option("opened")
    await dialog.get_by_label("Nouveau").check()
    await dialog.get_by_label("Affecté à").select_option("nobody")
    for kind in ("team", "note"):
        await dialog.get_by_label("Acte suivant").select_option(kind)
        await dialog.get_by_role("button", name="Ajouter cet acte").click()
    await dialog.locator("[data-step=team]").get_by_role("combobox").select_option(team)
    await dialog.get_by_label("Texte", exact=True).fill("Pour la voirie.")
    await dialog.get_by_role("button", name="Essayer sans rien faire").click()
    trial = dialog.locator("[data-trial]")
    await trial.get_by_text("Rien n’a été fait.").wait_for()
    await trial.get_by_role("link", name=before["reference"]).wait_for()
    await expect(trial.locator("li", has_text=before["reference"]).locator("ol li").first).to_have_text(
        f"Donner à une équipe : Voirie {word}"
    )
    assert await screen.faults() == []
    await screen.picture("rules-trial")
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-rule]", has_text=word)
    await row.get_by_text("en marche").wait_for()
    await row.get_by_text(f"Donner à l’équipe Voirie {word}").wait_for()

    ticket = await desk.town.a_ticket()
    await followed(desk.town)
    assert (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["team_id"] == team
    await row.get_by_role("button", name="Journal").click()
    log = page.get_by_role("dialog", name="Ce que")
    await log.get_by_role("link", name=ticket["reference"]).wait_for()
    await log.locator("tr[data-run=done]").wait_for()
    await page.keyboard.press("Escape")
    await row.get_by_role("button", name="Arrêter").click()
    await row.get_by_text("arrêtée", exact=True).wait_for()
    await row.get_by_role("button", name="Retirer").click()
    await expect(row).to_have_count(0)
    await page.get_by_role("button", name="Défaire").click()
    await row.get_by_text("arrêtée", exact=True).wait_for()
    assert screen.complaints == []


async def test_a_rule_counts_hours_of_opening_and_sets_aside(desk: Desk) -> None:
    word = new_id().hex[-6:]
    ticket = await desk.town.a_ticket()
    await chosen(desk.town, HOURS, ALWAYS)
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    await page.get_by_role("button", name="Écrire une automatisation").click()
    dialog = page.get_by_role("dialog", name="Écrire une automatisation")
    await dialog.get_by_label("Nom", exact=True).fill(f"Relance {word}")
    await dialog.get_by_label("Quand", exact=True).select_option("message")
    await dialog.get_by_label("Acte suivant").select_option("snooze")
    await dialog.get_by_role("button", name="Ajouter cet acte").click()
    act = dialog.locator("[data-step=snooze]")
    await act.get_by_label("Jusqu’à quand").select_option("open")
    await dialog.get_by_role("button", name="Essayer sans rien faire").click()
    await act.get_by_text("Remplissez ce champ.").wait_for()
    await act.get_by_label("Combien d’heures").fill("8")
    await dialog.get_by_role("button", name="Essayer sans rien faire").click()
    await act.get_by_text("reste en vue").wait_for()
    await dialog.get_by_label("Quand", exact=True).select_option("opened")
    await expect(dialog.get_by_label("Ce que l’on compte")).to_have_count(0)
    await dialog.get_by_role("button", name="Essayer sans rien faire").click()
    would = dialog.locator("[data-trial] li", has_text=ticket["reference"]).locator("ol li").first
    await expect(would).to_contain_text("Mettre de côté : jusqu’au")
    assert await screen.faults() == []
    await screen.picture("rules-snooze")
    await dialog.get_by_label("Quand", exact=True).select_option("idle")
    await dialog.get_by_label("Après combien d’heures").fill("16")
    await dialog.get_by_label("Ce que l’on compte").select_option("open")
    assert await screen.unreadable() == []
    await screen.picture("rules-hours")
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-rule]", has_text=word)
    await row.get_by_text("rien ne s’y passe depuis 16 h ouvrées").wait_for()
    await row.get_by_text("Mettre de côté pendant 8 h ouvrées").wait_for()
    (kept_rule,) = [one for one in (await desk.town.http.get(PATH)).json()["data"] if word in one["name"]]
    assert (kept_rule["business_hours"], kept_rule["acts"][0]["hours"]) == (True, 8)
    await row.get_by_role("button", name="Changer").click()
    again = page.get_by_role("dialog")
    await expect(again.get_by_label("Ce que l’on compte")).to_have_value("open")
    await expect(again.get_by_label("Combien d’heures", exact=True)).to_have_value("8")
    assert screen.complaints == []


async def test_rules_change_places_and_somebody_elses_change_is_shown(desk: Desk) -> None:
    word = new_id().hex[-6:]
    for rank, name in enumerate((f"Une {word}", f"Deux {word}")):
        new = rule({"kind": "note", "text": "Vu."}, name=name, rank=9000 + rank, enabled=False)
        assert (await desk.town.http.post(PATH, json=new, headers=once())).status_code == 201
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    rows = page.locator("tr[data-rule]", has_text=word)
    await expect(rows.first).to_contain_text(f"Une {word}")
    await rows.first.get_by_role("button", name="Descendre").click()
    await expect(rows.first).to_contain_text(f"Deux {word}")
    await rows.first.get_by_role("button", name="Changer").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Nom", exact=True).fill(f"La mienne {word}")
    theirs = next(one for one in (await desk.town.http.get(PATH)).json()["data"] if one["name"] == f"Deux {word}")
    changed = await desk.town.http.patch(
        f"{PATH}/{theirs['id']}", json={"name": f"La leur {word}"}, headers={"If-Match": f'"{theirs["version"]}"'}
    )
    assert changed.status_code == 200
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text(f"La leur {word}").wait_for()
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(rows.first).to_contain_text(f"La mienne {word}")
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    await kept(desk.town, {"kind": "note", "text": "Vu."}, filter={"status": "new", "channel": "email"})
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    await page.locator("tr[data-rule]").first.wait_for()
    await screen.picture(f"rules-{width}")
    assert await screen.faults() == []
    assert await screen.unreadable() == []
    await page.get_by_role("button", name="Changer").first.click()
    await page.get_by_role("dialog").get_by_label("Nom", exact=True).wait_for()
    assert await screen.faults() == []
    await screen.picture(f"rule-{width}")
    assert screen.complaints == []
