"""People in a real browser: two cards of one person are merged with a reason, and parted again; rights are answered."""

import re

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk


async def a_person(desk: Desk, name: str) -> dict:
    """Somebody written down, with an address of their own."""
    body = {"display_name": name, "points": [{"kind": "email", "address": f"{new_id().hex}@example.fr"}]}
    made = await desk.town.http.post("/api/v1/contacts", json=body, headers={"Idempotency-Key": new_id().hex})
    assert made.status_code == 201, made.text
    return made.json()


async def test_two_people_are_merged_and_parted_again(desk: Desk) -> None:
    word = new_id().hex[-6:]
    kept, gone = await a_person(desk, f"Usager {word}"), await a_person(desk, f"Usagère {word}")
    address = gone["points"][0]["address"]
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/personnes")
    await page.get_by_label("Début du nom, ou adresse entière").fill(kept["points"][0]["address"])
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=f"Usager {word}").click()
    await page.get_by_role("button", name="Fusionner avec une autre personne").click()
    await page.get_by_role("dialog").get_by_label("Début du nom, ou adresse entière").fill(address)
    await page.get_by_role("button", name=f"Usagère {word}").click()
    dialog = page.get_by_role("dialog", name=re.compile("^Une seule personne"))
    await dialog.get_by_text(address).wait_for()
    await expect(dialog.get_by_text("Passent à la personne gardée : 1 adresse, 0 demandes")).to_be_visible()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Fusionner", exact=True).click()
    await dialog.get_by_role("alert").wait_for()  # the reason is asked for
    await dialog.get_by_label("Motif").fill("Pièce d'identité vue au guichet.")
    await dialog.get_by_role("button", name="Fusionner", exact=True).click()
    await page.get_by_role("region", name="Adresses").get_by_text(address).first.wait_for()
    assert (await desk.town.http.get(f"/api/v1/contacts/{gone['id']}")).json()["merged_into"] == kept["id"]
    await page.get_by_role("region", name="Fusions").get_by_role("button", name=re.compile("^Défaire")).click()
    await page.get_by_role("region", name="Fusions").get_by_text("défaite").wait_for()
    told = (await desk.town.http.get(f"/api/v1/contacts/{gone['id']}")).json()
    assert (told["merged_into"], told["points"][0]["address"]) == (None, address)
    await expect(page.get_by_role("region", name="Adresses").get_by_text(address)).to_have_count(0)
    assert screen.complaints == []


async def test_rights_are_answered_by_who_may_and_told_to_the_others(desk: Desk) -> None:
    person = await a_person(desk, "Usager Exemple")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=f"/bureau/personnes/{person['id']}")
    await page.get_by_role("button", name="Limiter le traitement").click()
    await page.get_by_label("Motif de l’article 18.1").select_option("objection_pending")
    await page.get_by_role("dialog").locator("textarea").fill("Opposition reçue au guichet.")
    await page.get_by_role("dialog").get_by_role("button", name="Limiter le traitement").click()
    await page.get_by_text("Traitement limité :").wait_for()
    await expect(page.get_by_role("button", name="Lever la limitation")).to_be_visible()
    assert screen.complaints == []
    other = await desk.screen()
    await other.enter(await desk.person("reader"), towards=f"/bureau/personnes/{person['id']}")
    await other.page.get_by_text("se transmet à un responsable").wait_for()
    await expect(other.page.get_by_text("Traitement limité :")).to_be_visible()
    assert await other.page.locator("main").get_by_role("button").count() == 0
    assert other.complaints == []


async def test_a_search_is_narrowed_by_operators_and_grouped(desk: Desk) -> None:
    word = f"passerelle{new_id().hex[-5:]}"
    ticket = await desk.town.a_ticket(text=f"La {word} est glissante.")
    screen = await desk.screen(refusals=(404,))
    page = screen.page
    await screen.enter(await desk.person())
    await page.locator("tr[data-ticket]").first.wait_for()
    await screen.strike("g", "r")
    await expect(page.get_by_label("Chercher", exact=True)).to_be_focused()
    await page.keyboard.type(f"{word} etat:nouveau canal:pigeon")
    await page.keyboard.press("Enter")
    found = page.get_by_role("region", name=re.compile("^Dossiers"))
    await found.get_by_text(ticket["reference"]).wait_for()
    await expect(page.get_by_text("non compris")).to_be_visible()
    await page.get_by_role("button", name=re.compile("Retirer le filtre canal:pigeon")).click()
    await expect(page.get_by_text("non compris")).to_have_count(0)
    await page.get_by_role("button", name=re.compile("Retirer le filtre etat:nouveau")).click()
    await page.get_by_role("region", name=re.compile("^Personnes")).get_by_text("Rien de trouvé").wait_for()
    await page.get_by_label("Chercher", exact=True).fill(ticket["reference"])
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=re.compile(rf"^n°.{ticket['reference']}")).click()
    await page.wait_for_url(f"**/bureau/dossiers/{ticket['reference']}")
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_people_and_the_search_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    person = await a_person(desk, "Usager Exemple")
    await a_person(desk, "Usager Exemple")
    screen = await desk.screen(width=width, scheme=scheme)
    page, seen = screen.page, {}
    await screen.enter(await desk.person("administrator"), towards="/bureau/personnes")
    await page.get_by_role("link", name="Usager Exemple").first.wait_for()
    seen["personnes"] = await screen.unreadable()
    await screen.open(f"/bureau/personnes/{person['id']}")
    await page.get_by_role("region", name="Droits sur ses données").wait_for()
    seen["personne"] = await screen.unreadable()
    await screen.open("/bureau/recherche?q=usager+agent%3Apersonne+avant%3Ademain")
    await page.get_by_text("non compris").wait_for()
    seen["recherche"] = await screen.unreadable()
    assert seen == {key: [] for key in seen}
    assert screen.complaints == []
