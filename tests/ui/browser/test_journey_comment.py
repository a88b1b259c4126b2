"""A comment everybody reads, answered so that everybody reads the answer; and never in public by mistake."""

import re

from playwright.async_api import expect

from app.ids import new_id
from tests.simulators import meta
from tests.ui.conftest import Desk
from tests.ui.journeys import FACEBOOK, World, ticket_of


async def test_a_comment_is_answered_in_public_once_its_author_said_so(desk: Desk, world: World) -> None:
    channel = await desk.town.connect("meta.messenger", **FACEBOOK)
    word, number = new_id().hex[-8:], new_id().int % 10**8
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/reseaux")
    await page.get_by_role("heading", level=1).wait_for()
    comment = f"La fontaine de la place est à sec, dossier {word}."
    await world.hear(channel, meta.page_comment(number, comment, person=str(5000 + number)))
    await world.leave()
    ticket = await ticket_of(desk, word)
    assert world.meta.told == []  # nothing is said under a comment by itself

    card = page.locator(f"li[data-ticket={ticket['id']}]")
    told = page.get_by_role("button", name=re.compile("a bougé|ont bougé|du nouveau"))
    await card.or_(told).first.wait_for()
    if await card.count() == 0:
        await told.click()
    await card.get_by_text("Lire les messages").click()
    await card.get_by_text("PUBLIC : visible de tous").wait_for()
    await screen.picture("commentaire-1-reseaux")
    assert await screen.unreadable() == []
    await card.get_by_role("link", name=re.compile("^Répondre")).click()
    await page.wait_for_url(f"**/bureau/dossiers/{ticket['reference']}*")

    answer = f"Bonjour, les fontainiers passent demain matin. {word}"
    await page.get_by_label(re.compile("^Message à")).fill(answer)
    await expect(page.get_by_label("La personne seule")).to_be_checked()  # nothing is public unless somebody says so
    await page.get_by_label("Tout le monde, sous son message").check()
    publish = page.get_by_role("checkbox", name=re.compile("Je publie cette réponse"))
    await expect(publish).not_to_be_checked()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("alert").filter(has_text="Cochez « Je publie cette réponse »").wait_for()
    await screen.picture("commentaire-2-publier")
    assert await screen.unreadable() == []
    await publish.check()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    said = page.get_by_role("group", name="Fil").locator("li.msg.out").filter(has_text=answer)
    await said.get_by_text("lu par tous").wait_for()
    await world.leave()
    (left,) = world.meta.sent
    assert (left["_path"].rpartition("/")[2], left["message"]) == ("comments", answer)
    await said.get_by_text("Accepté par le service d’envoi").wait_for()
    await screen.picture("commentaire-3-publie")
    assert screen.complaints == []
