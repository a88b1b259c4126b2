"""One act over several requests, in a real browser: foreseen, followed over a page read again, taken back, refused with its reason."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from app.ids import Prefix, parse_id
from tests.ui.conftest import Desk, Screen


async def ticked(desk: Desk, *tickets: dict, **seen: Any) -> Screen:
    """An agent in front of the inbox, these requests ticked."""
    screen = await desk.screen(**seen)
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    for ticket in tickets:
        box = screen.page.get_by_label(f"Cocher {ticket['reference']}")
        await box.check()
        await expect(box).to_be_checked()
    await screen.page.get_by_role("group", name="Actes sur les dossiers cochés").wait_for()
    return screen


async def id_of(answer: Any) -> str:
    return str((await answer.json())["id"])


async def worked(desk: Desk, bulk: str) -> None:
    """The worker of the house does what was begun."""
    await desk.town.house.bulk.work(str(desk.town.id), str(parse_id(Prefix.BULK, bulk)))


def begins(answer: Any) -> bool:
    return bool(answer.request.method == "POST" and re.search(r"/bulk-acts(/\w+/undo)?$", answer.url))


async def read(desk: Desk, ticket: dict) -> dict:
    return dict((await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json())


async def settled(desk: Desk) -> dict:
    """A request that no law holds open."""
    ticket = await desk.town.a_ticket()
    path = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    tag = (await desk.town.http.get(path)).headers["etag"]
    body = {"regime": "none", "reason": "Rien n'est demandé."}
    qualified = await desk.town.http.post(f"{path}/qualifications", json=body, headers={"If-Match": tag})
    assert qualified.status_code == 201, qualified.text
    return ticket


async def test_closing_several_says_which_the_law_holds_and_why_and_is_followed_after_a_reload(desk: Desk) -> None:
    free, held = await settled(desk), await desk.town.a_ticket()
    screen = await ticked(desk, free, held)
    page = screen.page
    await page.get_by_role("group", name="Actes sur").get_by_role("button", name="État").click()
    dialog = page.get_by_role("dialog", name="État")
    await dialog.get_by_label("Clos").check()
    await dialog.get_by_text("1 changera, 1 refusé").wait_for()
    await dialog.get_by_text(re.compile("délai légal")).wait_for()
    await expect(dialog.get_by_role("link", name=held["reference"])).to_be_visible()
    assert await screen.faults() == []
    async with page.expect_response(begins) as begun:
        await dialog.get_by_role("button", name="Faire").click()
    bulk = await id_of(await begun.value)
    acts = page.get_by_role("list", name="Actes groupés")
    await acts.get_by_text("0 sur 2").wait_for()
    await expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    await page.reload()
    await acts.get_by_text("0 sur 2").wait_for()
    await expect(acts.get_by_role("progressbar")).to_have_count(1)
    await worked(desk, bulk)
    await acts.get_by_text("1 dossier changé. 1 refusé.").wait_for()
    await acts.get_by_text("Lesquels, et pourquoi").click()
    await acts.get_by_role("link", name=held["reference"]).wait_for()
    assert [(await read(desk, one))["status"] for one in (free, held)] == ["closed", "new"]
    assert await screen.faults() == []
    assert screen.complaints == []


async def test_several_requests_are_given_to_oneself_and_taken_back(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await ticked(desk, ticket)
    page = screen.page
    async with page.expect_response(begins) as begun:
        await page.get_by_role("button", name="À moi").click()
    await worked(desk, await id_of(await begun.value))
    await page.get_by_text("1 dossier changé.").wait_for()
    assert (await read(desk, ticket))["assignee_id"] is not None
    async with page.expect_response(begins) as begun:
        await page.get_by_role("button", name="Défaire").click()
    await worked(desk, await id_of(await begun.value))
    await page.get_by_text("Défait.").wait_for()
    # The button that was pressed is gone: the hand stays where it was.
    await expect(page.get_by_role("listitem").filter(has_text="Défait.")).to_be_focused()
    assert (await read(desk, ticket))["assignee_id"] is None
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_what_is_set_aside_leaves_the_list_for_its_own_and_comes_back(
    desk: Desk, width: int, scheme: str
) -> None:
    ticket = await settled(desk)
    screen = await ticked(desk, ticket, width=width, scheme=scheme)
    page = screen.page
    await page.get_by_role("group", name="Actes sur").get_by_role("button", name="Mettre de côté").click()
    dialog = page.get_by_role("dialog", name="Mettre de côté")
    await dialog.get_by_label("ce que la personne écrive").check()
    await dialog.get_by_text("1 changera").wait_for()
    assert await screen.unreadable() == []
    async with page.expect_response(begins) as begun:
        await dialog.get_by_role("button", name="Faire").click()
    await worked(desk, await id_of(await begun.value))
    await page.get_by_text("1 dossier changé.").wait_for()
    await page.locator(f"tr[data-ticket={ticket['id']}]").wait_for(state="detached")
    await page.get_by_role("link", name="Mis de côté").click()
    row = page.locator(f"tr[data-ticket={ticket['id']}]")
    await row.get_by_text("de côté jusqu’à une réponse").wait_for()
    await row.get_by_role("checkbox").check()
    assert await screen.unreadable() == []
    await page.get_by_role("button", name="Faire revenir").click()
    await row.wait_for(state="detached")
    assert (await read(desk, ticket))["snooze"] is None
    assert screen.complaints == []
