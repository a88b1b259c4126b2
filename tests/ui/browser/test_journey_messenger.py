"""A Facebook message, from the network's call to a qualified saisine; and its missing pieces, asked once the network is shut."""

import re
from typing import Any

from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_service_figures import qualified
from tests.simulators import meta
from tests.ui.conftest import Desk
from tests.ui.journeys import FACEBOOK, World, saisine_of, ticket_of, written_head

CANTEEN = "Bonjour, je souhaite inscrire ma fille à la cantine de l'école des Tilleuls à partir de la rentrée."


async def written(desk: Desk, world: World, words: str) -> dict[str, Any]:
    """Somebody writes to the town's page of Facebook; returns the request this makes."""
    page_of_town, person = await desk.town.connect("meta.messenger", **FACEBOOK), 5000 + new_id().int % 10**8
    word = new_id().hex[-8:]
    await world.hear(page_of_town, meta.messenger_message(1, f"{words} Dossier {word}.", person=str(person)))
    await world.leave()
    return await ticket_of(desk, word)


async def test_a_facebook_message_becomes_a_qualified_saisine(desk: Desk, world: World) -> None:
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    await page.get_by_role("heading", level=1).wait_for()
    ticket = await written(desk, world, CANTEEN)
    (receipt,) = world.meta.told  # the acknowledgement of registration left by itself, in the conversation
    assert "accus" in receipt.lower()

    told = page.get_by_role("button", name=re.compile("a bougé|ont bougé"))
    await told.click()
    row = page.locator(f"tr[data-ticket={ticket['id']}] [data-row]")
    await screen.walk_to(row)
    await screen.picture("facebook-1-boite")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/bureau/dossiers/{ticket['reference']}")
    thread = page.get_by_role("group", name="Fil")
    await thread.get_by_text("inscrire ma fille à la cantine").wait_for()
    await thread.get_by_text("Lire le message entier").first.click()
    await thread.get_by_text("accusé d'enregistrement électronique").first.wait_for()
    await page.get_by_text("Non qualifiée : accord tacite possible").wait_for()
    await screen.picture("facebook-2-dossier")

    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name=re.compile(str(ticket["reference"])))
    await dialog.locator("blockquote mark").filter(has_text="cantine").wait_for()
    await dialog.get_by_role("radio", name=re.compile("SCO-CANTINE")).check()
    await dialog.get_by_text("Nouvelle échéance").wait_for()
    await dialog.get_by_label(re.compile("^Motif et texte")).fill("Inscription prévue par le règlement municipal.")
    foreseen = await dialog.locator(".big-day").text_content()
    await screen.picture("facebook-3-qualifier")
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Qualifier", exact=True).click()
    await dialog.wait_for(state="detached")
    await expect(page.locator("#legal .big")).to_have_text(str(foreseen))
    await page.get_by_text("SCO-CANTINE").first.wait_for()
    await screen.picture("facebook-4-qualifie")
    saisine = await saisine_of(desk, ticket)
    assert (saisine["procedure"], saisine["regime"] == "UNKNOWN") == ("SCO-CANTINE", False)
    assert screen.complaints == []


async def test_pieces_are_asked_by_mail_once_the_network_takes_no_more_words(desk: Desk, world: World) -> None:
    await desk.town.connect("email")
    await written_head(desk)
    address = f"{new_id().hex[-12:]}@example.org"
    ticket = await written(desk, world, f"{CANTEEN} Mon adresse : {address}.")
    agent = await desk.person()
    await qualified(desk.town, ticket, regime="SVA")
    desk.town.clock.move(days=2)  # a network takes our words for a day

    screen = await desk.screen(refusals=[409])
    page = screen.page
    await screen.sign_in(agent.email, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_label(re.compile("^Message à")).focus()
    shut = page.locator("form.composer").get_by_text("Le canal ne permet plus de répondre")
    await shut.wait_for()
    await screen.picture("pieces-1-fenetre-fermee")
    assert await screen.unreadable() == []

    # Whoever asks wrote an address: it is kept with the person, and read there by whoever writes next.
    await page.get_by_role("link", name="Donner une autre adresse à cette personne").click()
    await page.wait_for_url("**/bureau/personnes/**")
    await page.get_by_label("Ajouter une adresse").fill(address)
    await page.get_by_role("button", name="Ajouter", exact=True).click()
    await page.get_by_text(address).first.wait_for()
    await screen.picture("pieces-2-personne")
    await page.go_back()
    await page.get_by_role("radio", name=re.compile(address)).wait_for()

    await page.get_by_role("button", name="Écrire un courrier").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Genre de lettre").select_option("pieces")
    await dialog.get_by_role("textbox", name="Pièces manquantes").fill(
        "Justificatif de domicile\nAttestation d’assurance"
    )
    await dialog.get_by_label("Dernier jour").fill("2026-04-10")
    await dialog.get_by_label("Textes qui exigent ces pièces").fill("Article 3 du règlement de la cantine")
    # The channel they wrote by is shut, and says why; the address somebody gave is at hand beside it.
    await expect(dialog.locator(".tick .warn")).to_have_count(1)
    await dialog.get_by_role("radio", name="Par le canal").check()
    await dialog.get_by_label("Vers").select_option(label=f"Courriel · {address}")
    await dialog.get_by_text("Aucune mention obligatoire ne manque.").wait_for()
    await screen.picture("pieces-3-apercu")
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Envoyer").click()
    await expect(dialog).to_have_count(0)
    await world.leave()
    (letter,) = world.to(address)
    assert "Justificatif de domicile" in letter.text

    await page.locator("#legal").get_by_text("en attente de pièces").wait_for()
    await page.get_by_role("group", name="Fil").get_by_text("Pièces demandées").wait_for()
    await expect(page.get_by_label("État", exact=True)).to_have_value("waiting")
    await screen.picture("pieces-4-suspendu")
    saisine = await saisine_of(desk, ticket)
    assert saisine["state"] == "waiting_for_pieces"
    assert screen.complaints == []
