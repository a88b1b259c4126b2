"""A decision, from the request it answers to the end of its clock: written, refused while a mention lacks, sent, received."""

import re

from playwright.async_api import Page, expect

from app.ids import new_id
from tests.api.test_service_figures import qualified
from tests.ui.conftest import Desk
from tests.ui.journeys import World, saisine_of, written_head


async def written(page: Page) -> None:
    """Writes the letter that notifies a decision; what lacks is said beside its field before anything may leave."""
    await page.get_by_role("button", name="Écrire un courrier").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Genre de lettre").select_option("decision")
    await dialog.get_by_label("Que décide-t-elle ?").select_option(label="Elle refuse")
    await dialog.get_by_role("textbox", name="Décision", exact=True).fill("La terrasse demandée n’est pas autorisée.")
    await dialog.get_by_text("1 mention obligatoire manque").wait_for()
    await dialog.get_by_role("button", name="Envoyer").click()
    reasons = dialog.get_by_role("textbox", name="Motifs", exact=True)
    await expect(reasons).to_have_attribute("aria-invalid", "true")
    await expect(reasons).to_be_focused()
    await reasons.fill("Le trottoir ne laisserait pas un mètre quarante de passage (règlement de voirie, article 3).")
    await dialog.get_by_text("Aucune mention obligatoire ne manque.").wait_for()


async def received(page: Page, *, at: str) -> None:
    """Records that the person has the decision, having read what that does to the clock."""
    await page.locator("#legal").get_by_role("button", name="Consigner un événement").click()
    dialog = page.get_by_role("dialog", name="Consigner un événement")
    await dialog.get_by_label("Ce qui s’est passé").select_option(label="Étape de la décision")
    await dialog.get_by_label("Laquelle").select_option(label="Remise, ou reçue")
    await dialog.get_by_label("Le", exact=True).fill(at)
    await dialog.get_by_text("Le délai prend fin").wait_for()
    await dialog.get_by_role("button", name="Consigner", exact=True).click()
    await expect(dialog).to_be_hidden()


async def test_a_decision_is_sent_and_ends_the_clock(desk: Desk, world: World) -> None:
    await written_head(desk)
    address = f"{new_id().hex[-12:]}@example.org"
    sender = {"kind": "email", "address": address, "display_name": "Usager Exemple"}
    ticket = await desk.town.a_ticket(subject="Terrasse d’été", text="Je demande une terrasse.", sender=sender)
    await world.leave()
    await qualified(desk.town, ticket, regime="SVA")
    desk.town.clock.move(days=20)
    agent = await desk.person()
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(agent, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.locator("#legal").get_by_text("silence = accord").wait_for()
    await page.get_by_label(re.compile("^Message à")).fill("Votre terrasse est refusée.")
    await page.get_by_text("Une réponse n’est pas une décision").wait_for()  # words decide nothing, and it is said
    await screen.picture("decision-1-reponse-gardee")
    await page.get_by_role("button", name="Effacer le brouillon").click()
    await page.get_by_text("Brouillon gardé").wait_for(state="detached")

    await written(page)
    await screen.picture("decision-2-apercu")
    assert await screen.unreadable() == []
    await page.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await world.leave()
    letter = world.to(address)[-1]
    assert "La terrasse demandée n’est pas autorisée." in letter.text
    assert "Tribunal administratif de Villebourg" in letter.text  # the ways to appeal, without which no delay runs
    legal = page.locator("#legal")
    # A mail proves no reception: silence would still grant what was just refused, and it is said.
    await legal.get_by_text("rien ne dit que la personne l’a reçue").wait_for()
    await legal.get_by_text(re.compile("^Décision signée.: refus$")).wait_for()
    await screen.picture("decision-3-signee")
    assert await screen.unreadable() == []
    desk.town.clock.move(minutes=20)
    await received(page, at="2026-03-22T10:10")
    await legal.get_by_text("décision rendue").wait_for()
    await expect(legal.get_by_text("rien ne dit que la personne l’a reçue")).to_have_count(0)
    await page.get_by_role("group", name="Fil").get_by_text("n’est pas autorisée").wait_for()
    await screen.picture("decision-4-rendue")
    saisine = await saisine_of(desk, ticket)
    assert (saisine["state"], saisine["closed_at"] is None) == ("decided", False)
    async with page.expect_download() as download:
        await legal.get_by_role("link", name="Preuves").click()
    assert (await download.value).suggested_filename.endswith(".zip")
    await page.get_by_label("État", exact=True).select_option("closed")
    await page.get_by_text("Enregistré.").wait_for()
    assert (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "closed"
    assert screen.complaints == []
