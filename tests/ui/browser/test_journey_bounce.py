"""An answer that comes back: told where one looks, sent again to the address the person gives, and the old one given up."""

import re

from playwright.async_api import expect

from app.channels.contract import Delivery
from app.exchanges.receptions import Door
from app.ids import new_id
from tests.exchanges.test_outbox import bounce_of
from tests.ui.conftest import Desk
from tests.ui.journeys import World

ANSWER = "Bonjour, la benne passe mardi."


async def test_an_answer_that_came_back_is_sent_elsewhere_and_given_up_where_it_failed(
    desk: Desk, world: World
) -> None:
    town, wrong, right = desk.town, f"{new_id().hex[-12:]}@example.org", f"{new_id().hex[-12:]}@example.org"
    mailbox = await town.connect("email")
    sender = {"kind": "email", "address": wrong, "display_name": "Usager Exemple"}
    kept = await town.hand_over(mailbox, subject="Encombrants", text="Quand passe la benne ?", sender=sender)
    ticket = (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()
    await world.leave()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    area = page.get_by_label(re.compile("^Message à"))
    await area.fill(ANSWER)
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    said = page.get_by_role("group", name="Fil").locator("li.msg.out").filter(has_text=ANSWER)
    await said.first.wait_for()
    await world.until_told(wrong, ANSWER)

    report = bounce_of(str(world.to(wrong)[-1].message_id))
    await town.house.inbound.accept(mailbox, Delivery(body=report), door=Door.SMTP)
    await town.read_all()
    await said.get_by_text("Revenu : non remis").wait_for()
    await screen.picture("retour-1-dossier")
    assert await screen.unreadable() == []
    await page.get_by_role("link", name=re.compile("^Envois.*à traiter")).click()
    row = page.locator("tr[data-sending]").filter(has_text=wrong)
    await row.get_by_text("Revenu : non remis").wait_for()
    await screen.picture("retour-2-envois")
    assert await screen.unreadable() == []

    # Reached by telephone, the person gives another address: what was said is said again there.
    await row.get_by_role("link", name=wrong).click()
    await page.get_by_role("region", name="Contexte").get_by_role("link", name="Usager Exemple").click()
    await page.get_by_label("Ajouter une adresse").fill(right)
    await page.get_by_role("button", name="Ajouter", exact=True).click()
    await page.get_by_text(right).first.wait_for()
    await page.get_by_role("link", name="Encombrants").click()
    await page.get_by_role("radio", name=re.compile(right)).check()
    await area.fill(ANSWER)
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    await expect(said).to_have_count(2)
    await world.until_told(right, ANSWER)

    await page.get_by_role("link", name=re.compile("^Envois.*à traiter")).click()
    await row.get_by_role("button", name="Renoncer").click()
    dialog = page.get_by_role("dialog", name="Renoncer à cet envoi")
    await dialog.get_by_label("Motif, obligatoire").fill("Adresse erronée ; renvoyé à la nouvelle.")
    await dialog.get_by_role("button", name="Renoncer").click()
    await row.wait_for(state="detached")
    await screen.picture("retour-3-traite")
    assert screen.complaints == []
