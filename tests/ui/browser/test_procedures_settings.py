"""Procedures in the settings: read, simulated on a day by the server's engine, changed and seen before they are published."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_own_procedures import CATALOGUE, OWN
from tests.ui.conftest import Desk, Screen

FOLDER = "/bureau/reglages/demarches"


async def entered(desk: Desk, path: str, *, role: str = "supervisor", **size: Any) -> Screen:
    screen = await desk.screen(**size)
    await screen.enter(await desk.person(role), towards=f"{FOLDER}{path}")
    return screen


async def test_a_procedure_is_found_and_a_day_simulated_by_the_server(desk: Desk) -> None:
    screen = await entered(desk, "", role="agent")
    page = screen.page
    await page.locator("tr[data-procedure]").first.wait_for()
    await page.get_by_label("Chercher une démarche").fill("permis de louer")
    await page.get_by_role("button", name="Chercher", exact=True).click()
    await page.locator("tr[data-procedure=HAB-LOUER]").get_by_role("link").click()
    await page.get_by_role("heading", name="Aujourd’hui").wait_for()
    simulation = page.locator("[data-simulation]")
    await simulation.get_by_label("Reçue le").fill("2027-01-31")
    term = simulation.locator("[data-reason=term_date]")
    # One month from the 31st of January ends on the last day of February: the engine knows.
    await term.get_by_text("dimanche 28 février 2027").wait_for()
    await expect(term.locator("cite")).not_to_be_empty()
    await simulation.get_by_label("Par", exact=True).select_option("desk")
    await simulation.locator("[data-reason=ar_due_date]").wait_for()
    assert screen.complaints == []


async def test_a_local_version_is_seen_before_it_is_published_and_taken_back(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412, 422])
    page, code = screen.page, f"LOC-{new_id().hex[-6:].upper()}"
    await screen.enter(await desk.person("supervisor"), towards=f"{FOLDER}/nouvelle")
    await page.get_by_label("Code", exact=True).fill(code)
    await page.get_by_label("Intitulé", exact=True).fill("Terrain de boules")
    await page.get_by_label("Domaine").fill("services locaux")
    await page.get_by_label("Mots des usagers").fill("pétanque")
    await page.get_by_label("Date de la délibération").fill("2025-12-15")
    await page.get_by_label("Numéro").fill("2025-112")
    await page.get_by_label("Intitulé de la délibération").fill("Règlement des terrains")
    await page.get_by_label("Vaut depuis le").fill("2026-01-01")
    await page.get_by_label("Effet du silence").select_option("SVR")
    await page.get_by_label("Délai", exact=True).fill("60 jours")
    check = page.get_by_role("button", name="Vérifier et voir ce qui change")
    await check.click()
    wrong = page.get_by_label("Délai", exact=True)
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await wrong.fill("P4M")
    await check.click()
    preview = page.locator("[data-preview]")
    await preview.locator("[data-difference=delay]").get_by_text("4 mois").wait_for()
    await preview.locator("[data-reason=term_date] time").wait_for()
    assert (await desk.town.http.get(f"{CATALOGUE}/{code}")).status_code == 404
    assert await screen.faults() == []

    # Somebody publishes this code meanwhile: it is said, read again, and decided on anew.
    theirs = await desk.town.http.post(CATALOGUE, json={**OWN, "code": code}, headers={"Idempotency-Key": new_id().hex})
    assert theirs.status_code == 201, theirs.text
    await preview.get_by_label("Pourquoi vous publiez").fill("Nouveau règlement.")
    await preview.get_by_role("button", name="Publier l’édition n° 1").click()
    await page.get_by_role("button", name="Relire l’édition en vigueur").click()
    await expect(preview).to_have_count(0)
    await check.click()
    await preview.get_by_role("button", name="Publier l’édition n° 2").click()
    await page.wait_for_url(f"**/demarches/{code}")
    await page.locator("[data-edition='2']").get_by_text("Nouveau règlement.").wait_for()

    await page.get_by_role("button", name="Retirer").click()
    dialog = page.get_by_role("dialog")
    since = dialog.locator("input[type=date]")
    await since.press("1")  # a day half typed is not today: it is asked for again, where it stands
    await dialog.get_by_label(re.compile("^Motif")).fill("Terrains fermés.")
    await dialog.get_by_role("button", name="Retirer").click()
    await expect(since).to_have_attribute("aria-invalid", "true")
    await expect(since).to_be_focused()
    await dialog.get_by_text("Ce jour n’est pas entier").wait_for()
    assert (await desk.town.http.get(f"{CATALOGUE}/{code}")).json()["withdrawn"] is False
    await since.press("Delete")
    await dialog.get_by_role("button", name="Retirer").click()
    await page.get_by_text("Vous l’avez retirée").wait_for()
    assert (await desk.town.http.get(f"{CATALOGUE}/{code}")).json()["withdrawn"] is True
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    screen = await entered(desk, "", width=width, scheme=scheme)
    page, seen = screen.page, {}
    for path, ready in (
        ("", "tr[data-procedure]"),
        ("/URB-DP", "[data-reason=term_date]"),
        ("/URB-DP/edition", "[name=why]"),
        ("/nouvelle", "[data-version]"),
    ):
        await screen.open(f"{FOLDER}{path}")
        await page.locator(ready).first.wait_for()
        seen[path] = await screen.unreadable()
    assert seen == {path: [] for path in seen}
    assert screen.complaints == []


async def test_a_reader_is_not_offered_what_is_refused(desk: Desk) -> None:
    screen = await entered(desk, "/URB-DP", role="reader")
    await screen.page.get_by_role("heading", name="Aujourd’hui").wait_for()
    await expect(screen.page.get_by_role("link", name="L’adapter ici")).to_have_count(0)
    await screen.open(f"{FOLDER}/nouvelle")
    await screen.page.get_by_text("Il faut le droit « sve:write »").wait_for()
    assert screen.complaints == []
