"""The satisfaction question in a real browser: chosen by an administrator, answered by a citizen, read by an agent."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.api.satisfied import SETTINGS, Post, Survey
from tests.ui.conftest import Desk


@pytest.fixture
def survey(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Survey:
    post = Post()
    monkeypatch.setattr(desk.town.house.deliverer, "_carrier", post)
    monkeypatch.setattr(desk.town.house.composer, "_carrier", post)
    return Survey(desk.town, post)


def somebody() -> dict[str, Any]:
    """Who was not asked yet in this town."""
    return {"sender": {"kind": "email", "address": f"{new_id().hex}@example.org", "display_name": "Usager Exemple"}}


async def test_a_citizen_is_asked_answers_and_is_read(desk: Desk, survey: Survey) -> None:
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/administration")
    await page.get_by_label("Demander aux usagers s’ils sont satisfaits").check()
    rest = page.get_by_label("Jours de repos")
    await rest.fill("0")
    save = page.get_by_role("button", name="Enregistrer Question de satisfaction")
    await save.click()
    await expect(rest).to_have_attribute("aria-invalid", "true")
    await rest.fill("10")
    await page.get_by_label("Combien de temps après la clôture").select_option("48")
    async with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        await save.click()
    assert (await saved.value).status == 200
    chosen = (await desk.town.http.get(SETTINGS)).json()
    assert (chosen["asked"], chosen["delay_hours"], chosen["rest_days"]) == (True, 48, 10)

    link = await survey.link(**somebody())
    citizen = await desk.screen()
    await citizen.open(link)
    await citizen.page.get_by_label("Peu satisfait").check()
    await citizen.page.get_by_label("Que voulez-vous ajouter").fill("Un mot de sycomore.")
    await citizen.page.get_by_role("button", name="Envoyer ma réponse").click()
    await citizen.page.get_by_role("heading", name="Merci de votre avis").wait_for()
    await expect(citizen.page.get_by_label("Peu satisfait")).to_be_checked()
    assert citizen.complaints == []

    agent = await desk.screen()
    await agent.enter(await desk.person("supervisor"), towards="/bureau/pilotage?jours=7")
    panel = agent.page.get_by_role("region", name="Satisfaction des usagers")
    await panel.get_by_role("link", name="Peu satisfait").click()
    row = agent.page.get_by_role("row").filter(has_text="Un mot de sycomore.")
    await expect(row.get_by_role("cell").first).to_have_text("Peu satisfait")
    await expect(agent.page.get_by_label("Degré")).to_have_value("dissatisfied")
    await row.get_by_role("link").click()
    await agent.page.get_by_text(re.compile("Avis de la personne")).wait_for()
    assert agent.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_what_people_think_can_be_read_by_everybody(desk: Desk, survey: Survey, width: int, scheme: str) -> None:
    await survey.choose()
    link = await survey.link(**somebody())
    answered = await survey.say(link, "mixed", "Un mot long : " + "sycomore" * 40)
    assert answered.status_code == 303
    screen = await desk.screen(width=width, scheme=scheme, refusals=[410])
    seen = {}
    for words in ("", "?simple=1", "?lang=en", "?merci=1"):
        await screen.open(link + words)
        seen[words] = await screen.unreadable()
    await screen.enter(await desk.person("supervisor"), towards="/bureau/pilotage?jours=90")
    await screen.page.get_by_role("link", name="Ni satisfait ni mécontent").wait_for()
    await screen.page.get_by_text("En ordre").first.wait_for()
    seen["pilotage"] = await screen.unreadable()
    await screen.open("/bureau/satisfaction")
    await screen.page.get_by_role("row").nth(1).wait_for()
    seen["satisfaction"] = await screen.unreadable()
    await screen.open("/bureau/satisfaction?degre=very_dissatisfied&du=2020-01-01&au=2020-01-02")
    await screen.page.get_by_role("heading", name="Aucune réponse ici").wait_for()
    seen["vide"] = await screen.unreadable()
    desk.town.clock.move(days=40)
    await screen.open(link)
    seen["fini"] = await screen.unreadable()
    assert {where: faults for where, faults in seen.items() if faults} == {}
    assert screen.complaints == []
