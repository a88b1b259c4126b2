"""Twenty tasks of a day, one after the other, without a mouse: every gesture here is a key, and the focus is where it should be."""

import re
from typing import Any

from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_people import PASSWORD
from tests.api.test_sight import a_team
from tests.api.test_tags import once
from tests.ui.conftest import Desk, Person, Screen

FARTHEST = 300  # stops of the Tab key: no screen has so many


async def tab_to(screen: Screen, wanted: Any, *, key: str = "Tab") -> None:
    """Goes on from stop to stop until the focus is there."""
    await expect(wanted).to_be_attached()
    for _ in range(FARTHEST):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await screen.page.keyboard.press(key)
    raise AssertionError(f"{wanted} is reached by no key")


async def picked(screen: Screen, key: str, words: str) -> None:
    """Opens a list by its key, types until one choice is left, and takes it."""
    page = screen.page
    await page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type(words)
    await expect(dialog.get_by_role("menuitem")).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)


async def left_alone(screen: Screen) -> None:
    """Leaves whatever field the focus is in, as Escape or F6 do in a browser: letters act again."""
    await screen.page.evaluate("document.activeElement.blur()")


async def the_list(screen: Screen, person: Person, ticket: dict[str, Any], other: dict[str, Any], tag: str) -> None:
    """Tasks 1 to 5: signing in, and acting on several requests of the list."""
    page = screen.page
    # 1. Signs in.
    await screen.open("/bureau/boite?vue=activite")
    await tab_to(screen, page.get_by_label("Adresse").first)
    await page.keyboard.type(person.email)
    await tab_to(screen, page.locator("input[name=mot_de_passe]"))
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/bureau/boite*")
    # 2. Passes over the rail by the first stop of the page.
    row = page.locator(f"tr[data-ticket={ticket['id']}] [data-row]")
    await row.wait_for()
    await tab_to(screen, page.get_by_role("link", name=re.compile("contenu")).first, key="Shift+Tab")
    await page.keyboard.press("Enter")
    # 3. Narrows the list to what is new.
    await tab_to(screen, page.get_by_role("button", name="Filtre", exact=True))
    await picked(screen, "Enter", "Nouveau")
    await page.get_by_role("button", name=re.compile("Retirer le filtre État")).wait_for()
    # 4. Walks the list and ticks two requests.
    await left_alone(screen)
    await screen.walk_to(row)
    await page.keyboard.press("x")
    await expect(page.get_by_label(f"Cocher {ticket['reference']}")).to_be_checked()
    await screen.walk_to(page.locator(f"tr[data-ticket={other['id']}] [data-row]"))
    await page.keyboard.press("x")
    # 5. Puts a tag on both at once.
    acts = page.get_by_role("group", name="Actes sur les dossiers cochés")
    await tab_to(screen, acts.get_by_role("button", name="Étiqueter", exact=True))
    async with page.expect_response(lambda one: one.url.endswith("/bulk-acts") and one.request.method == "POST"):
        await picked(screen, "Enter", tag)
    await expect(acts).to_have_count(0)


async def the_request(screen: Screen, ticket: dict[str, Any], team: str) -> None:
    """Tasks 6 to 15: one request taken, noted, looked at, answered."""
    page = screen.page
    # 6. Opens a request.
    await left_alone(screen)
    await screen.walk_to(page.locator(f"tr[data-ticket={ticket['id']}] [data-row]"))
    await page.keyboard.press("o")
    await page.wait_for_url(f"**/bureau/dossiers/{ticket['reference']}*")
    await page.locator("form.composer").wait_for()
    # 7. Takes it; 8. gives it to a team.
    await picked(screen, "a", "À moi")
    await expect(page.get_by_role("button", name=re.compile("À moi|Camille")).first).to_be_visible()
    await left_alone(screen)
    await picked(screen, "t", team)
    # 9. Notes.
    await left_alone(screen)
    await page.keyboard.press("n")
    await expect(page.get_by_role("textbox", name="Note interne")).to_be_focused()
    await page.keyboard.type("Vu sur place.")
    await page.keyboard.press("Control+Enter")
    await page.locator("#contenu").get_by_text("Vu sur place.").first.wait_for()
    # 10. Reads the law beside it.
    await left_alone(screen)
    await page.keyboard.press("l")
    await expect(page.locator("#legal")).to_be_focused()
    # 11. Opens what silence would mean, and leaves it undecided.
    await page.keyboard.press("q")
    qualify = page.get_by_role("dialog", name=re.compile(ticket["reference"]))
    await qualify.wait_for()
    await page.keyboard.press("Escape")
    await expect(qualify).to_have_count(0)
    # 12. Goes back to the message before.
    await left_alone(screen)
    await page.keyboard.press("p")
    await expect(page.locator(":focus")).to_contain_text(re.compile("banc|Vu sur place|accus", re.IGNORECASE))
    # 13. Answers, 14. takes the answer back, 15. sends it.
    await page.keyboard.press("r")
    await expect(page.get_by_label(re.compile("^Message à"))).to_be_focused()
    await page.keyboard.type("Bonjour, un agent passe demain.")
    await page.get_by_text("Brouillon gardé").wait_for()
    await screen.stop_time()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("button", name="Annuler l’envoi")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_text("Rien n’est parti").wait_for()
    await screen.let_time_go()
    await tab_to(screen, page.get_by_label(re.compile("^Message à")))
    await screen.stop_time()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("button", name="Annuler l’envoi")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await screen.let_time_go()
    await page.get_by_text("Message remis à l’envoi.").wait_for()


async def the_rest(screen: Screen, ticket: dict[str, Any], word: str) -> None:
    """Tasks 16 to 20: finding it again, the other screens, the profile, the keys."""
    page = screen.page
    # 16. Finds it again by a word of it.
    await left_alone(screen)
    await screen.strike("g", "r")
    await page.wait_for_url("**/bureau/recherche*")
    await expect(page.get_by_role("searchbox").first).to_be_focused()
    await page.keyboard.type(word)
    await page.keyboard.press("Enter")
    await page.locator("#contenu").get_by_text(re.compile(f"{word}|{ticket['reference']}")).first.wait_for()
    # 17. Looks at the terms of the month; 18. at the figures.
    await left_alone(screen)
    await screen.strike("g", "c")
    await page.wait_for_url("**/bureau/echeances*")
    await page.get_by_role("heading", level=1).wait_for()
    await screen.strike("g", "t")
    await page.wait_for_url("**/bureau/pilotage*")
    await page.get_by_role("heading", level=1).wait_for()
    # 19. Goes to the networks by the palette.
    await picked(screen, "Control+k", "réseaux")
    await page.wait_for_url("**/bureau/reseaux*")
    await page.get_by_role("heading", level=1).wait_for()
    # 20. Chooses dark colours in the profile, reads which keys there are, and is back in the inbox.
    await tab_to(screen, page.get_by_role("link", name="Profil", exact=True))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/bureau/profil*")
    await tab_to(screen, page.get_by_label("Celles de l’appareil"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Sombres")).to_be_checked()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await left_alone(screen)
    await page.keyboard.press("h")
    await page.get_by_role("dialog", name="Touches").wait_for()
    await page.keyboard.press("Escape")
    await screen.strike("g", "i")
    await page.wait_for_url("**/bureau/boite*")


async def test_twenty_tasks_are_done_without_a_mouse(desk: Desk) -> None:
    word, town = new_id().hex[-6:], desk.town
    team, tag = f"Voirie {word}", f"Urgent {word}"
    team_id = await a_team(town, team)
    await town.http.post("/api/v1/tags", json={"name": tag}, headers=once())
    other, ticket = await town.a_ticket(text="Merci pour tout."), await town.a_ticket(text=f"Le banc {word} est cassé.")
    person, screen = await desk.person(name=f"Camille {word}"), await desk.screen()
    await the_list(screen, person, ticket, other, tag)
    await the_request(screen, ticket, team)
    await the_rest(screen, ticket, word)
    now = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert (now["assignee_id"], now["team_id"], now["status"]) == (person.id, team_id, "waiting")
    assert screen.complaints == []
