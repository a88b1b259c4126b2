"""The social board in a real browser: what people write on networks, read, taken and answered from its card."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk


async def a_post(desk: Desk, **words: Any) -> dict[str, Any]:
    """What somebody wrote to an account of a network."""
    channel = await desk.town.connect("mastodon")
    said = {
        "text": f"Un trou devant la gare {new_id().hex}",
        "sender": {"kind": "mastodon", "address": "lise@social.example.fr", "display_name": "lise"},
        "fields": {"url": "https://social.example.fr/@lise/1"},
        **words,
    }
    kept = await desk.town.hand_over(channel, **said)
    return (await desk.town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()


async def test_a_post_is_read_and_taken_where_it_stands(desk: Desk) -> None:
    ticket = await a_post(desk)
    person = await desk.person()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(person)
    await page.get_by_role("link", name="Réseaux").wait_for()
    await screen.strike("g", "s")
    card = page.locator(f"li[data-ticket={ticket['id']}]")
    await card.get_by_text("Lire les messages").click()
    await expect(card.get_by_role("link", name="Voir sur le réseau")).to_have_attribute(
        "href", "https://social.example.fr/@lise/1"
    )
    await card.get_by_role("button", name="À moi").click()
    await card.get_by_role("button", name="À moi").wait_for(state="detached")
    told = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert told["assignee_id"] == person.id
    await page.keyboard.press("j")
    await expect(page.locator(".post h3 a").first).to_be_focused()
    await page.keyboard.press("q")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Liste").click()
    await page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    await page.go_back()
    await card.get_by_role("link", name=re.compile("^Répondre")).click()
    await expect(page).to_have_url(re.compile(rf"/dossiers/{ticket['reference']}"))
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_the_board_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    ticket = await a_post(desk)
    screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/reseaux")
    card = page.locator(f"li[data-ticket={ticket['id']}]")
    await card.get_by_text("Lire les messages").click()
    await card.get_by_role("link", name="Voir sur le réseau").wait_for()
    await page.get_by_role("list", name="Santé des comptes").wait_for()
    assert await screen.unreadable() == []
    assert screen.complaints == []


async def test_whoever_may_only_read_is_offered_no_act(desk: Desk) -> None:
    ticket = await a_post(desk)
    screen = await desk.screen()
    await screen.enter(await desk.person("reader"), towards="/bureau/reseaux")
    card = screen.page.locator(f"li[data-ticket={ticket['id']}]")
    await card.get_by_text("Lire les messages").wait_for()
    assert await card.get_by_role("button").count() == 0
    assert screen.complaints == []


async def test_what_is_written_before_the_link_begins_is_not_missed(desk: Desk) -> None:
    first = await a_post(desk)
    screen = await desk.screen()
    page, let_go = screen.page, asyncio.Event()

    async def late(route: Any) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route("**/api/v1/events/stream*", late)
    await screen.enter(await desk.person(), towards="/bureau/reseaux")
    await page.locator(f"li[data-ticket={first['id']}]").wait_for()
    second = await a_post(desk)
    let_go.set()
    await page.get_by_role("button", name=re.compile("bougé|nouveau")).click()
    await page.locator(f"li[data-ticket={second['id']}]").wait_for()
    assert screen.complaints == []
