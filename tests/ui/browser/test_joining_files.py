"""Files joined to an answer: chosen, pasted or dropped, kept over a reload, refused beside their name, and really sent."""

import asyncio
import re

from playwright.async_api import Route, expect

from tests.ui.conftest import Desk

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_GIVE = """(element, [kind, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File(["bonjour"], name, { type: "text/plain" }));
  const words = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...words, clipboardData: carried })
    : new DragEvent("drop", { ...words, dataTransfer: carried });
  element.dispatchEvent(event);
}"""


async def test_files_are_joined_three_ways_stay_over_a_reload_and_leave_with_the_answer(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    area = page.get_by_label(re.compile("^Message à"))
    await area.fill("Voici le plan.")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Joindre").click()
    await (await chooser.value).set_files([{"name": "plan d’été.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    pieces = page.get_by_role("list", name="Pièces jointes")
    await pieces.get_by_role("button", name="Retirer plan d’été.pdf").wait_for()
    await area.evaluate(_GIVE, ["paste", "collé.txt"])
    await area.evaluate(_GIVE, ["drop", "déposé.txt"])
    await expect(pieces.get_by_role("listitem")).to_have_count(3)
    for name in ("collé.txt", "déposé.txt"):
        await pieces.get_by_role("button", name=f"Retirer {name}").wait_for()
    assert await screen.unreadable() == []
    await page.get_by_text("Brouillon gardé").wait_for()
    await page.reload()
    await expect(pieces.get_by_role("listitem")).to_have_count(3)
    first = pieces.get_by_role("button", name="Retirer plan d’été.pdf")
    await pieces.get_by_role("button", name="Retirer collé.txt").click()
    await expect(pieces.get_by_role("listitem")).to_have_count(2)
    await expect(first).to_be_focused()
    await screen.stop_time()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await expect(first).to_be_disabled()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    await screen.let_time_go()
    await expect(pieces).to_have_count(0)
    thread = page.get_by_role("group", name="Fil")
    await thread.get_by_role("link", name=re.compile("plan d’été.pdf")).wait_for()
    await thread.get_by_role("link", name=re.compile("déposé.txt")).wait_for()
    assert screen.complaints == []


async def test_a_file_that_is_refused_says_why_beside_its_name_and_a_lost_one_is_sent_again(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(width=320, scheme="dark", refusals=[422])
    page = screen.page
    lost = asyncio.Event()

    async def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost.is_set():
            lost.set()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/drafts/reply/attachments?name=perdu*", lose)
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    area = page.get_by_label(re.compile("^Message à"))
    await area.fill("Voici.")
    field = page.locator("form.composer input[type=file]")
    await field.set_input_files([{"name": "vide.txt", "mimeType": "text/plain", "buffer": b""}])
    pieces = page.get_by_role("list", name="Pièces jointes")
    await pieces.get_by_role("alert").filter(has_text="ce fichier est vide").wait_for()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("alert").filter(has_text="n’est pas encore arrivée").wait_for()
    assert await screen.unreadable() == []
    await pieces.get_by_role("button", name="Retirer vide.txt").click()
    await field.set_input_files([{"name": "perdu.txt", "mimeType": "text/plain", "buffer": b"la"}])
    await pieces.get_by_role("alert").filter(has_text="Le serveur ne répond pas").wait_for()
    await pieces.get_by_role("button", name="Réessayer d’envoyer perdu.txt").click()
    await expect(pieces.get_by_role("alert")).to_have_count(0)
    path = f"/api/v1/tickets/{ticket['id']}"
    await expect(pieces.get_by_role("progressbar")).to_have_count(0)
    await screen.stop_time()
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await page.get_by_role("button", name="Envoyer maintenant").click()
    # What had the focus is gone: it stays where one writes, and the keys of the screen go on meaning something.
    await expect(page.locator("form.composer")).to_be_focused()
    await screen.let_time_go()
    await page.get_by_role("group", name="Fil").get_by_role("link", name=re.compile("perdu.txt")).wait_for()
    said = (await desk.town.http.get(f"{path}/messages")).json()["data"][-1]
    assert [one["name"] for one in said["attachments"]] == ["perdu.txt"]
    assert [one for one in screen.complaints if "ERR_FAILED" not in one] == []


async def test_a_note_sent_before_colleagues_were_read_waits_for_them_and_names_them(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    me, colleague = await desk.person(), await desk.person(name="Maxence Exemple-Nord")
    screen = await desk.screen()
    page = screen.page
    let_through = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_through.wait()
        await route.continue_()

    await page.route(re.compile(r"/api/v1/users(\?|$)"), hold)
    await screen.enter(me, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("radio", name=re.compile("^Note interne")).check()
    await page.get_by_role("textbox", name="Note interne").fill("Pour @Maxence Exemple-Nord")
    await page.get_by_role("button", name="Noter", exact=True).click()
    await expect(page.get_by_role("button", name="Envoi…")).to_be_disabled()
    let_through.set()
    await page.get_by_role("group", name="Fil").get_by_text("@Maxence Exemple-Nord").wait_for()
    said = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"][-1]
    assert said["text"] == f"Pour @[{colleague.id}]"
    assert screen.complaints == []


async def test_an_act_whose_answer_was_lost_is_not_done_again_with_other_words(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(refusals=[412, 422])
    page = screen.page
    lost = asyncio.Event()

    async def lose(route: Route) -> None:
        if route.request.method != "POST" or lost.is_set():
            await route.continue_()
            return
        await route.fetch()  # it is done, and nobody hears of it
        lost.set()
        await route.abort()

    await page.route(f"**/tickets/{ticket['id']}/notes", lose)
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("radio", name=re.compile("^Note interne")).check()
    area = page.get_by_role("textbox", name="Note interne")
    await area.fill("Passé à la voirie.")
    add = page.get_by_role("button", name="Noter", exact=True)
    await add.click()
    await page.get_by_role("alert").filter(has_text="Le serveur ne répond pas").wait_for()
    await area.fill("Passé à la voirie jeudi.")
    await add.click()
    await page.get_by_role("alert").filter(has_text="Votre premier envoi avait abouti").wait_for()
    await page.get_by_role("group", name="Fil").get_by_text("Passé à la voirie.", exact=True).wait_for()
    messages = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert [one["text"] for one in messages if one["direction"] == "note"] == ["Passé à la voirie."]
    await expect(area).to_have_value("Passé à la voirie jeudi.")
    assert [one for one in screen.complaints if "ERR_FAILED" not in one] == []
