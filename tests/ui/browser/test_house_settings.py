"""The administration's own settings and absences, in a real browser."""

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk, Screen


async def test_the_administration_says_who_it_is_and_when_it_is_open(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412, 422])
    page, name = screen.page, f"Commune de Villebourg {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/administration")
    email = page.get_by_label("Adresse électronique")
    await email.fill("pas une adresse")
    await page.get_by_label("Nom", exact=True).fill(name)
    save = page.get_by_role("button", name="Enregistrer Ce que les accusés")
    await save.click()
    await expect(email).to_have_attribute("aria-invalid", "true")
    await email.fill("mairie@example.fr")
    # Somebody else changes it meanwhile: theirs is shown, mine kept knowingly.
    present = (await desk.town.http.get("/api/v1/tenant")).json()
    body, version = {"phone": "+33 1 99 00 00 01"}, {"If-Match": f'"{present["version"]}"'}
    assert (await desk.town.http.patch("/api/v1/tenant", json=body, headers=version)).status_code == 200
    await save.click()
    await page.locator("[data-theirs]").get_by_text("+33 1 99 00 00 01").wait_for()
    await page.get_by_role("button", name="Garder ma saisie").click()
    await save.click()
    await page.get_by_text("Enregistré.").wait_for()
    told = (await desk.town.http.get("/api/v1/tenant")).json()
    assert (told["name"], told["email"]) == (name, "mairie@example.fr")

    monday = page.get_by_label("Lundi", exact=True).first
    await monday.fill("tous les matins")
    hours = page.get_by_role("button", name="Enregistrer Heures d’ouverture")
    await hours.click()
    await expect(monday).to_have_attribute("aria-invalid", "true")
    await monday.fill("8h30-12h, 13h30-17h")
    await hours.click()
    await expect(monday).to_have_value("08:30-12:00, 13:30-17:00")
    week = (await desk.town.http.get("/api/v1/business-hours")).json()["week"]
    assert [(one["weekday"], one["opens"]) for one in week] == [(1, "08:30"), (1, "13:30")]
    await page.get_by_label("Le point de chaque jour ouvré").fill("accueil@agents.example.fr")
    async with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        await page.get_by_role("button", name="Enregistrer Qui la veille").click()
    assert (await saved.value).status == 200
    watch = (await desk.town.http.get("/api/v1/sve/watch-settings")).json()
    assert watch["digest_to"] == ["accueil@agents.example.fr"]
    assert screen.complaints == []


async def test_an_agent_declares_their_leave_and_comes_back_before(desk: Desk) -> None:
    screen = await desk.screen(refusals=[412, 422])
    page = screen.page
    person, other = await desk.person(), await desk.person(name=f"Dominique Exemple {new_id().hex[-6:]}")
    await screen.enter(person, towards="/bureau/reglages/absences")
    today = desk.town.clock().date().isoformat()
    await page.get_by_role("button", name="Déclarer une absence").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(dialog.get_by_label("Premier jour")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Premier jour").fill(today)
    await dialog.get_by_label("Dernier jour").fill(f"{int(today[:4]) + 1}{today[4:]}")
    await dialog.get_by_label("Qui remplace").select_option(other.id)
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-absence]", has_text="Dominique Exemple").first
    await row.get_by_text("aujourd’hui").wait_for()
    await row.get_by_role("button", name="Changer").click()
    (mine,) = (await desk.town.http.get("/api/v1/absences", params={"user_id": person.id})).json()["data"]
    theirs = {"from_on": today, "until_on": mine["until_on"], "stand_in_id": None, "confidential": False}
    changed = await desk.town.http.patch(
        f"/api/v1/absences/{mine['id']}", json=theirs, headers={"If-Match": f'"{mine["version"]}"'}
    )
    assert changed.status_code == 200, changed.text
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text("personne : les demandes vont à l’équipe").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.wait_for(state="detached")
    await row.get_by_role("button", name="Finir maintenant").click()
    await row.get_by_role("button", name="Finir maintenant").wait_for(state="detached")
    mine = (await desk.town.http.get("/api/v1/absences", params={"user_id": person.id})).json()["data"]
    assert [(one["stand_in_id"], one["cancelled_at"] is not None) for one in mine] == [(other.id, True)]
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    who = await desk.person()
    days = {"user_id": who.id, "from_on": "2027-07-12", "until_on": "2027-07-30"}
    made = await desk.town.http.post("/api/v1/absences", json=days, headers={"Idempotency-Key": new_id().hex})
    assert made.status_code == 201, made.text
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page, seen = screen.page, {}
    await screen.enter(who, towards="/bureau/reglages/administration")
    for path, ready in (("administration", "text=Qui la veille prévient"), ("absences", "tr[data-absence]")):
        await screen.open(f"/bureau/reglages/{path}")
        await page.locator(ready).first.wait_for()
        await page.locator("main .wait").first.wait_for(state="detached")
        seen[path] = await screen.unreadable()
    assert seen == {path: [] for path in seen}
    assert screen.complaints == []
