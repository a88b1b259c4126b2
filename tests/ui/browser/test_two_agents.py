"""Two agents on one request, in two real browsers: each sees the other, and no word of either is lost or overwritten."""

import re
from typing import Any

from playwright.async_api import expect

from tests.ui.conftest import Desk, Screen


def writing(screen: Screen) -> Any:
    return screen.page.get_by_label(re.compile("^Message à"))


async def test_two_agents_on_one_request_see_each_other_before_they_write(desk: Desk) -> None:
    ticket = await desk.town.a_ticket(text="Le banc de la place est cassé.")
    one, other = await desk.screen(), await desk.screen(width=320)
    await other.enter(await desk.person(name="Dominique Modèle"))
    row = other.page.locator(f"tr[data-ticket={ticket['id']}]")
    await row.wait_for()
    await one.enter(await desk.person(name="Sacha Exemple"), towards=f"/bureau/dossiers/{ticket['reference']}")
    await row.get_by_text("Sacha Exemple consulte").wait_for()
    await writing(one).press_sequentially("Bonjour, un agent passe")
    await row.get_by_text("Sacha Exemple écrit").wait_for()
    assert await other.faults() == []

    await other.open(f"/bureau/dossiers/{ticket['reference']}")
    await other.page.get_by_text(re.compile("Sacha Exemple rédige depuis")).wait_for()
    await one.page.get_by_text("Dominique Modèle consulte").wait_for()
    assert await other.unreadable() == []

    await one.page.get_by_text("Brouillon gardé à").wait_for()
    assert await other.page.get_by_text("un agent passe").count() == 0  # one's own until it is shared
    await one.page.get_by_label("Partager le brouillon").check()
    await other.page.get_by_text("Brouillons partagés (1)").click()
    await other.page.get_by_text("Réponse commencée par Sacha Exemple").wait_for()
    await other.page.get_by_role("button", name="Reprendre ce texte").click()
    await expect(writing(other)).to_have_value("Bonjour, un agent passe")

    await one.page.get_by_role("link", name=re.compile("^Liste")).click()
    await expect(other.page.get_by_text(re.compile("Sacha Exemple"))).to_have_count(1)  # the shared draft alone
    assert one.complaints == other.complaints == []


async def test_one_draft_in_two_windows_is_shown_twice_and_never_overwritten(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    person = await desk.person()
    one, other = await desk.screen(refusals=[412]), await desk.screen(refusals=[412])
    for screen in (one, other):
        await screen.enter(person, towards=f"/bureau/dossiers/{ticket['reference']}")
        await expect(writing(screen)).to_have_value("")
    await writing(one).fill("La mienne")
    await one.page.get_by_text("Brouillon gardé à").wait_for()
    await writing(other).fill("Écrit ailleurs")
    alert = other.page.get_by_role("alert").filter(has_text="Ce brouillon a changé dans une autre fenêtre")
    await alert.get_by_text("La mienne", exact=True).wait_for()
    assert await other.faults() == []
    await alert.get_by_role("button", name="Garder la mienne").click()
    await other.page.get_by_text("Brouillon gardé à").wait_for()
    await one.page.reload()
    await expect(writing(one)).to_have_value("Écrit ailleurs")
    assert await one.page.evaluate("Object.keys(localStorage).filter(name => name.includes('brouillon'))") == []
    await other.page.get_by_role("button", name="Effacer le brouillon").click()
    await expect(writing(other)).to_have_value("")
    await one.page.reload()
    await expect(writing(one)).to_have_value("")
    assert one.complaints == other.complaints == []


async def test_a_request_is_tagged_and_linked_and_both_are_taken_back(desk: Desk) -> None:
    ticket, other = await desk.town.a_ticket(), await desk.town.a_ticket(subject="Banc à réparer")
    name = f"Voirie {ticket['reference']}"
    made = await desk.town.http.post(
        "/api/v1/tags", json={"name": name, "color": "teal"}, headers={"Idempotency-Key": ticket["id"]}
    )
    assert made.status_code == 201, made.text
    screen = await desk.screen(scheme="dark", refusals=[404])
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    context = page.get_by_role("region", name="Contexte")
    await context.get_by_role("button", name="Étiqueter").click()
    await page.get_by_role("menuitem", name=name).click()
    await context.get_by_role("button", name=f"Retirer l’étiquette {name}").wait_for()
    await context.get_by_text("Lier un dossier").first.click()
    await context.get_by_label("N° de l’autre dossier").fill("26-999999-Z")
    await context.get_by_role("button", name="Lier un dossier").click()
    await context.get_by_text("Ce dossier n’existe pas").wait_for()
    await context.get_by_label("Ce dossier est").select_option("follows")
    await context.get_by_label("N° de l’autre dossier").fill(other["reference"])
    await context.get_by_role("button", name="Lier un dossier").click()
    await context.get_by_role("link", name="Banc à réparer").wait_for()
    await context.get_by_text("suite de", exact=True).first.wait_for()
    assert await screen.faults() == []
    await context.get_by_role("button", name=f"Retirer le lien avec {other['reference']}").click()
    await context.get_by_text("Aucun lien avec un autre dossier.").wait_for()
    await page.get_by_role("button", name="Défaire").click()
    await context.get_by_role("link", name="Banc à réparer").wait_for()
    await page.get_by_role("link", name=re.compile("^Liste")).click()
    await page.locator(f"tr[data-ticket={ticket['id']}]").get_by_text(name).wait_for()
    assert screen.complaints == []
