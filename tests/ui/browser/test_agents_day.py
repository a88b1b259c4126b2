"""An agent's day in the application, in a real browser: by keyboard, beside colleagues, with what may go wrong."""

import re

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk, Screen

HOSTILE = "<img src=x onerror=document.title='pris'> \u202egnp.exe"


async def opened(desk: Desk, **words: object) -> tuple[Screen, dict]:
    """An agent in front of the inbox, and one request just received."""
    ticket = await desk.town.a_ticket(**words)
    screen = await desk.screen()
    await screen.enter(await desk.person())
    await screen.page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    return screen, ticket


async def test_a_request_is_found_answered_and_left_by_keyboard_alone(desk: Desk) -> None:
    screen, ticket = await opened(desk, text="Le banc de la place est cassé.")
    page = screen.page
    row = page.locator(f"tr[data-ticket={ticket['id']}] [data-row]")
    await screen.walk_to(row)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/bureau/dossiers/{ticket['reference']}")
    await page.locator("form.composer").wait_for()
    await page.keyboard.press("r")
    await expect(page.get_by_label(re.compile("^Message à"))).to_be_focused()
    await page.keyboard.type("Bonjour, un agent passe demain. ju")  # letters are letters while one writes
    await page.get_by_text("usager@example.org").last.wait_for()
    await screen.stop_time()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("button", name="Annuler l’envoi")).to_be_focused()
    assert await sent(desk, ticket) == []  # nothing leaves while it may be taken back
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await screen.let_time_go()
    await page.get_by_text("Message remis à l’envoi.").wait_for()
    assert len(await sent(desk, ticket)) == 1
    await expect(page.get_by_label("État", exact=True)).to_have_value("waiting")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("u")
    await page.wait_for_url("**/bureau/boite*")
    assert screen.complaints == []


async def sent(desk: Desk, ticket: dict) -> list[dict]:
    story = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/timeline", params={"limit": 200})).json()["data"]
    return [one for one in story if one["outbound"] and one["outbound"]["purpose"] == "reply"]


async def test_an_answer_taken_back_never_leaves_and_its_words_stay(desk: Desk) -> None:
    screen, ticket = await opened(desk)
    page = screen.page
    await screen.open(f"/bureau/dossiers/{ticket['reference']}")
    area = page.get_by_label(re.compile("^Message à"))
    await area.fill("Trop vite.")
    await page.get_by_text("Brouillon gardé").wait_for()
    await screen.stop_time()
    await page.get_by_role("button", name="Envoyer").click()
    await page.get_by_role("button", name="Annuler l’envoi").click()
    await page.get_by_text("Rien n’est parti").wait_for()
    await screen.let_time_go()
    await expect(area).to_have_value("Trop vite.")
    await page.get_by_text("Brouillon gardé").wait_for()
    await page.reload()
    await page.get_by_text("Brouillon gardé").wait_for()
    await expect(page.get_by_label(re.compile("^Message à"))).to_have_value("Trop vite.")
    assert await sent(desk, ticket) == []


async def test_what_arrives_is_told_and_moves_nothing(desk: Desk) -> None:
    screen, _ = await opened(desk)
    page = screen.page
    first = await page.locator("#liste [data-row]").first.element_handle()
    await screen.walk_to(first_row := page.locator("#liste [data-row]").first)
    rows = await page.locator("tr[data-ticket]").count()
    newer = await desk.town.a_ticket(text="Un arbre est tombé.")
    told = page.get_by_role("button", name=re.compile("a bougé|ont bougé"))
    await told.wait_for()
    await expect(first_row).to_be_focused()
    assert await first.evaluate("row => row === document.activeElement")
    assert await page.locator("tr[data-ticket]").count() == rows
    await told.click()
    await page.locator(f"tr[data-ticket={newer['id']}]").wait_for()


async def test_a_change_decided_on_an_older_version_shows_both_and_asks(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await page.route("**/api/v1/events/stream*", lambda route: route.abort())  # a link that is down: nothing is told
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_label("État", exact=True).wait_for()
    path = f"/api/v1/tickets/{ticket['id']}"
    tag = (await desk.town.http.get(path)).headers["etag"]
    await desk.town.http.patch(path, json={"subject": "Objet d’un collègue"}, headers={"If-Match": tag})
    await page.get_by_label("État", exact=True).select_option("open")
    dialog = page.get_by_role("dialog", name="Ce dossier a changé entre-temps")
    await dialog.wait_for()
    assert (await desk.town.http.get(path)).json()["status"] == "new"
    await dialog.get_by_role("button", name="Reprendre les miennes").click()
    await page.get_by_text("Enregistré.").wait_for()
    now = (await desk.town.http.get(path)).json()
    assert (now["status"], now["subject"]) == ("open", "Objet d’un collègue")


async def test_a_session_that_ends_keeps_the_draft_and_leads_back_here(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    person = await desk.person()
    screen = await desk.screen(refusals=[401])
    page = screen.page
    await screen.sign_in(person.email, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_label(re.compile("^Message à")).fill("Ce que j’écrivais")
    await page.get_by_text("Brouillon gardé").wait_for()
    closed = await desk.town.http.delete(f"/api/v1/users/{person.id}/sessions")
    assert closed.status_code in {200, 204}, closed.text
    await page.get_by_label("État", exact=True).select_option("open")
    dialog = page.get_by_role("dialog", name="Votre session est terminée")
    back = await dialog.get_by_role("link", name="Se connecter").get_attribute("href")
    assert back == f"/connexion?expiree=1&suite=%2Fbureau%2Fdossiers%2F{ticket['reference']}"
    await screen.sign_in(person.email, towards=f"/bureau/dossiers/{ticket['reference']}")
    await expect(page.get_by_label(re.compile("^Message à"))).to_have_value("Ce que j’écrivais")


async def test_whoever_may_only_read_is_shown_no_act(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    await screen.enter(await desk.person("reader"))
    await screen.page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    assert await screen.page.get_by_role("checkbox").count() == 0
    await screen.open(f"/bureau/dossiers/{ticket['reference']}")
    await screen.page.get_by_text("Vous pouvez lire ce dossier, sans le changer.").wait_for()
    assert await screen.page.locator("form.composer").count() == 0


async def test_a_request_one_may_not_see_is_said_like_one_that_is_not(desk: Desk) -> None:
    secret = await desk.town.a_ticket()
    screen = await desk.screen(refusals=[404])
    await screen.enter(await desk.person(reach="assigned"))
    for reference in (secret["reference"], "26-999999-Z", secret["id"]):
        await screen.open(f"/bureau/dossiers/{reference}")
        await screen.page.get_by_role(
            "heading", name=re.compile("n’existe pas, ou vous ne pouvez pas le voir")
        ).wait_for()


async def test_what_a_citizen_writes_is_text_and_nothing_hides_in_it(desk: Desk) -> None:
    screen, ticket = await opened(desk, text=HOSTILE, subject=HOSTILE)
    page = screen.page
    await screen.open(f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_text("<img src=x").first.wait_for()
    assert await page.locator("img").count() == 0
    assert await page.title() != "pris"
    await expect(page.locator("h1").first).to_contain_text("⟨U+202E⟩")
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    """Axe finds nothing, and nothing is wider than the window, on each screen and what opens over it."""
    ticket = await desk.town.a_ticket(text=f"Un texte {new_id().hex}")
    screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person())
    await page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    seen = {"boîte": await screen.unreadable()}
    await page.keyboard.press("Control+k")
    await page.get_by_role("dialog", name="Commandes").wait_for()
    seen["commandes"] = await screen.unreadable()
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog", name="Commandes").wait_for(state="detached")
    await page.keyboard.press("F1")
    await page.get_by_role("dialog", name="Touches").wait_for()
    seen["touches"] = await screen.unreadable()
    await page.keyboard.press("Escape")
    await screen.open(f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_text("Chronologie").wait_for()
    await page.get_by_label(re.compile("^Message à")).fill("Bonjour")
    await page.get_by_text("Le silence peut décider").wait_for()
    seen["dossier"] = await screen.unreadable()
    for path, words in (
        ("avis", "Vous avez tout lu"),
        ("echeances", "Agenda"),
        ("personnes", "Par ordre de nom"),
        ("recherche", "Opérateurs"),
    ):
        await screen.open(f"/bureau/{path}")
        await page.locator("main").get_by_text(words).first.wait_for()
        seen[path] = await screen.unreadable()
    assert {screen: faults for screen, faults in seen.items() if faults} == {}
    assert screen.complaints == []
