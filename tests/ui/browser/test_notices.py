"""What one is told: the rail says so at once, each line leads to its request, and one chooses of what one is told."""

import re
from typing import Any

from playwright.async_api import expect

from tests.api.test_tags import once
from tests.ui.conftest import Desk


async def noted(desk: Desk, ticket: dict[str, Any], text: str) -> None:
    path = f"/api/v1/tickets/{ticket['id']}/notes"
    made = await desk.town.http.post(path, json={"text": text}, headers=once())
    assert made.status_code == 201, made.text


async def test_a_note_that_names_one_is_told_at_once_and_leads_to_its_request(desk: Desk) -> None:
    ticket, person = await desk.town.a_ticket(), await desk.person()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(person, towards="/bureau/avis")
    await page.get_by_text("Vous avez tout lu.").wait_for()
    assert await screen.faults() == []
    rail = page.get_by_role("navigation", name="Principale").get_by_role("link", name=re.compile("^Avis"))
    await expect(rail).not_to_contain_text("non lus")
    await noted(desk, ticket, f"@[{person.id}] : pouvez-vous regarder ?")
    await rail.get_by_text("1 non lus").wait_for()
    line = page.get_by_role("list", name="Avis").get_by_role("listitem")
    await line.get_by_text("Nouveau").wait_for()
    assert await screen.faults() == []
    await line.get_by_role(
        "link", name=re.compile(f"vous nomme dans une note de la demande {ticket['reference']}")
    ).click()
    await page.get_by_text("pouvez-vous regarder").wait_for()
    await expect(rail).not_to_contain_text("non lus")

    context = page.get_by_role("region", name="Contexte")
    follow = context.get_by_role("button", name="Vous suivez")  # whoever is named follows
    await expect(follow).to_have_attribute("aria-pressed", "true")
    await follow.click()
    await expect(context.get_by_role("button", name="Suivre", exact=True)).to_have_attribute("aria-pressed", "false")
    assert await screen.faults() == []
    await rail.click()
    await page.get_by_text("Vous avez tout lu.").wait_for()
    await page.get_by_role("link", name="Tous").click()
    await expect(line).to_have_count(1)
    assert screen.complaints == []


async def test_one_chooses_of_what_one_is_told_and_reads_all_at_once(desk: Desk) -> None:
    ticket, person = await desk.town.a_ticket(), await desk.person()
    screen = await desk.screen(width=320, scheme="dark")
    page = screen.page
    await screen.enter(person, towards="/bureau/profil")
    form = page.get_by_role("region", name="Avis")
    told = form.get_by_label("une note me nomme", exact=True)
    await expect(told).to_be_checked()
    await told.click()
    await expect(told).not_to_be_checked()  # once the server has it
    await expect(told).to_be_enabled()
    assert await screen.faults() == []
    await noted(desk, ticket, f"@[{person.id}] : ceci ne vous est pas dit.")
    await told.click()
    await expect(told).to_be_checked()
    await expect(told).to_be_enabled()
    for number in range(3):
        await noted(desk, ticket, f"@[{person.id}] : {number}")
    await screen.open("/bureau/avis")
    lines = page.get_by_role("list", name="Avis").get_by_role("listitem")
    await expect(lines).to_have_count(3)
    assert await screen.unreadable() == []
    await page.get_by_role("button", name="Tout marquer comme lu").click()
    await page.get_by_text("Vous avez tout lu.").wait_for()
    assert screen.complaints == []
