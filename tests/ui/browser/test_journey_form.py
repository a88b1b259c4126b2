"""A citizen's form in a real browser: sent with a piece, acknowledged, answered by an agent, then followed with a code."""

import re

from playwright.async_api import Page, expect

from app.ids import new_id
from tests.ui.conftest import Desk, Screen
from tests.ui.journeys import World, ticket_of

PLAN = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def a_form(desk: Desk, slug: str) -> None:
    """The town opens its form to everybody."""
    town = desk.town
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.channels.connect(
            session, town.id, type="webform", name="Formulaire", address=slug, config={"slug": slug}
        )


async def sent(desk: Desk, citizen: Screen, slug: str, *, address: str, word: str) -> None:
    """Fills the form in as people do, and sends it."""
    page = citizen.page
    await citizen.open(f"/formulaires/{slug}")
    await page.get_by_label(re.compile("^Nom")).fill("Exemple")
    await page.get_by_label("Adresse électronique").fill(address)
    await page.get_by_label(re.compile("^Objet")).fill("Terrasse d’été")
    await page.get_by_label("Votre demande", exact=True).fill(
        f"Je demande une terrasse devant mon café. Dossier {word}."
    )
    piece = {"name": "plan de la terrasse.pdf", "mimeType": "application/pdf", "buffer": PLAN}
    await page.locator("input[type=file]").set_input_files([piece])
    await citizen.picture("formulaire-1-rempli")
    assert await citizen.unreadable() == []
    desk.town.clock.move(seconds=40)  # a person takes some time; a machine that takes none is doubted
    await page.get_by_role("button", name="Envoyer ma demande").click()
    await page.get_by_role("heading", name="Votre demande est enregistrée").wait_for()
    await page.get_by_text("plan de la terrasse.pdf").wait_for()
    await citizen.picture("formulaire-2-recu")
    assert await citizen.unreadable() == []


async def answered(screen: Screen, reference: str, words: str) -> None:
    """An agent finds the request by its number, and answers it."""
    page = screen.page
    await page.get_by_role("heading", level=1).wait_for()
    await page.get_by_role("searchbox").first.fill(reference)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/bureau/dossiers/{reference}")
    await page.get_by_role("group", name="Fil").get_by_role("link", name=re.compile("plan de la terrasse")).wait_for()
    await page.get_by_label(re.compile("^Message à")).fill(words)
    await page.get_by_text("Brouillon gardé").wait_for()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    await page.get_by_role("group", name="Fil").get_by_text(words).wait_for()
    await screen.picture("formulaire-3-repondu")


async def opened_with_a_code(desk: Desk, world: World, page: Page, *, reference: str, address: str) -> None:
    """Asks for a code, reads it in the mail, and gives it."""
    slug = (await desk.town.http.get("/api/v1/tenant")).json()["slug"]
    await page.goto(f"{desk.base}/suivi?administration={slug}")
    await page.get_by_label("Référence de la demande").fill(reference.lower())
    await page.get_by_label(re.compile("^Votre adresse électronique")).fill(address)
    await page.get_by_role("button", name="Recevoir un code").click()
    await page.get_by_text("un code y part maintenant").wait_for()
    found = await world.until_told(address, r"code de vérification est (\d{6})")
    await page.get_by_label("Code à six chiffres").fill(found[1])
    await page.get_by_role("button", name="Voir ma demande").click()
    await page.wait_for_url("**/suivi/demande")


async def test_a_form_is_sent_answered_and_followed(desk: Desk, world: World) -> None:
    await desk.town.connect("email")
    word, address = new_id().hex[-8:], f"{new_id().hex[-12:]}@example.org"
    await a_form(desk, word)
    citizen = await desk.screen(width=390, height=844)
    await sent(desk, citizen, word, address=address, word=word)
    await desk.town.read_all()
    await world.leave()
    ticket = await ticket_of(desk, word)
    (receipt,) = world.to(address)
    assert ticket["reference"] in receipt.text  # what one follows a request with came by mail

    agent = await desk.screen()
    await agent.enter(await desk.person())
    await answered(agent, ticket["reference"], "Bonjour, votre plan nous est bien parvenu.")
    await world.until_told(address, "votre plan nous est bien parvenu")

    page = citizen.page
    await opened_with_a_code(desk, world, page, reference=ticket["reference"], address=address)
    await page.get_by_text("Bonjour, votre plan nous est bien parvenu.").wait_for()
    await page.get_by_text("plan de la terrasse.pdf").wait_for()
    await citizen.picture("formulaire-4-suivi")
    assert await citizen.unreadable() == []
    await page.get_by_label("Votre message").fill("Merci. La terrasse fera douze mètres carrés.")
    await page.get_by_role("button", name="Envoyer").click()
    await page.get_by_text("Votre message est enregistré.").wait_for()
    await desk.town.read_all()
    await expect(agent.page.get_by_role("group", name="Fil").get_by_text("douze mètres carrés")).to_be_visible()
    await agent.picture("formulaire-5-complete")
    await page.get_by_role("button", name="Refermer la page").click()
    await page.wait_for_url(re.compile(r"/suivi(\?|$)"))
    assert citizen.complaints == []
    assert agent.complaints == []
