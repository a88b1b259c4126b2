"""Once a channel takes no free words: an approved text chosen, filled, seen as it will be read, and sent. And the palette."""

import re

from playwright.async_api import expect

from app.channels import approved
from app.channels.contract import Delivery, Template
from app.exchanges.receptions import Door
from app.ids import new_id
from tests.api.test_templates import CONFIG, TEMPLATE
from tests.simulators import meta
from tests.ui.browser.test_ready_words import kept
from tests.ui.conftest import Desk


async def test_an_approved_text_is_chosen_filled_and_leaves_when_the_window_is_closed(desk: Desk) -> None:
    town = desk.town
    channel = await town.connect("meta.whatsapp", **CONFIG)
    body, headers = meta.whatsapp_message(1, "Bonjour", person=f"336{new_id().int % 10**8:08d}")
    await town.house.inbound.accept(channel, Delivery(body=body, headers=tuple(headers.items())), door=Door.HOOK)
    await town.read_all()
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    town.clock.move(days=2)
    thanks = Template(name="merci", language="fr", text="Merci de votre message.", category="UTILITY", parameters=0)
    async with town.house.database.transaction(tenant=town.id) as session:
        await approved.keep(session, town.id, channel.id, [thanks, TEMPLATE], at=town.clock())
    screen = await desk.screen(width=320, scheme="dark", refusals=[409, 422])
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    # Told as soon as one comes to write, before a word is typed.
    await page.get_by_label(re.compile("^Message à")).focus()
    offer = page.get_by_role("group", name="Modèle approuvé")
    await offer.get_by_text("part seul").wait_for()
    send = offer.get_by_role("button", name="Envoyer ce modèle")
    await offer.get_by_label("Quel modèle").select_option(label="rappel (fr)")
    await expect(send).to_be_disabled()
    place = offer.get_by_label("Place 1")
    await place.fill("mardi 3 mars\t9 h")
    await offer.get_by_text("sans tabulation").wait_for()
    await place.fill("mardi 3 mars, 9 h")
    await offer.get_by_text("Votre rendez-vous : le mardi 3 mars, 9 h.").wait_for()
    assert await screen.unreadable() == []
    await screen.stop_time()
    await send.click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    await screen.let_time_go()
    thread = page.get_by_role("group", name="Fil")
    await thread.get_by_text("Votre rendez-vous : le mardi 3 mars, 9 h.").wait_for()
    assert screen.complaints == []


async def test_the_palette_runs_macros_and_puts_ready_made_answers_on_the_open_request(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    await kept(desk, "macros", name="Prendre en main", acts=[{"kind": "assignee", "me": True}])
    texts = [{"language": "fr", "text": "Bonjour {{contact.name}}."}]
    await kept(desk, "canned-replies", name="Accueil", shortcut="accueil", texts=texts)
    me = await desk.person(name="Sacha Exemple")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(me, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("radio", name=re.compile("^Note interne")).check()
    area = page.get_by_role("textbox", name="Note interne")
    await area.wait_for()
    await page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog")
    await palette.get_by_role("menuitem", name=re.compile("accueil · Accueil")).wait_for()
    assert await screen.faults() == []
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")  # from the first to the last, which the list then shows
    await expect(palette.get_by_role("menuitem").last).to_be_in_viewport(ratio=0.9)
    await page.keyboard.press("ArrowDown")
    await expect(palette.get_by_role("menuitem").first).to_be_in_viewport(ratio=0.9)
    await palette.get_by_role("searchbox").press_sequentially("accueil")
    await expect(palette.get_by_role("menuitem")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    answer = page.get_by_label(re.compile("^Message à"))
    await expect(answer).to_have_value("Bonjour Usager Exemple.")
    await expect(answer).to_be_focused()
    await page.keyboard.press("Control+k")
    await palette.get_by_role("menuitem", name=re.compile("^Prendre en main")).click()
    dialog = page.get_by_role("dialog", name="Macro : Prendre en main")
    await dialog.get_by_text("rien n’est encore fait").wait_for()
    await dialog.get_by_role("button", name="Tout faire").click()
    await expect(dialog).to_have_count(0)
    kept_now = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert kept_now["assignee_id"] == me.id
    assert screen.complaints == []


async def test_the_palette_offers_no_act_of_a_request_elsewhere(desk: Desk) -> None:
    await kept(desk, "macros", name="Prendre en main", acts=[{"kind": "assignee", "me": True}])
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    await page.get_by_role("heading", level=1).wait_for()
    await page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog")
    await palette.get_by_role("menuitem").first.wait_for()
    await expect(palette.get_by_role("menuitem", name=re.compile("Prendre en main"))).to_have_count(0)
    assert screen.complaints == []
