"""An administrator connects a channel, tries it, pauses it and changes its secret, in a real browser."""

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from app.channels import approved
from app.ids import Prefix, new_id, public_id
from tests.api.test_channels import GOOD, SECRET, Telegram, a_bot, once, refuse, silence
from tests.api.test_templates import CONFIG, TEMPLATE, TEXT
from tests.ui.conftest import Desk, Screen


@pytest.fixture(scope="module")
def provider() -> Telegram:
    return Telegram()


@pytest.fixture(scope="module")
def carried(provider: Telegram) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(provider))


@pytest.fixture
def telegram(provider: Telegram) -> Telegram:
    provider.answer = lambda _: httpx.Response(200, json=GOOD)
    return provider


async def connected(desk: Desk, **words: Any) -> dict[str, Any]:
    answer = await desk.town.http.post("/api/v1/channels", json=a_bot(**words), headers=once())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def read(desk: Desk, channel: str) -> dict[str, Any]:
    return (await desk.town.http.get(f"/api/v1/channels/{channel}")).json()


async def test_a_channel_is_connected_and_tested(desk: Desk, telegram: Telegram) -> None:
    screen = await desk.screen(refusals=[422])
    page, name = screen.page, f"Robot {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"))
    await page.get_by_role("link", name="Réglages").click()
    await page.get_by_role("link", name="Brancher un canal").click()
    # what the type refuses is said beside its field
    await page.get_by_label("Chercher un type de canal").fill("COURRIEL")
    await page.get_by_role("link", name="Courriel", exact=True).click()
    address = page.locator("[name=address]")
    await address.fill("pas une adresse")
    await page.get_by_role("button", name="Brancher un canal").click()
    await page.locator(".field:has([name=address]) .err-m").wait_for()
    await expect(address).to_have_attribute("aria-invalid", "true")
    # what the provider refuses is said in its words, and nothing is kept
    telegram.answer = refuse
    await page.get_by_role("link", name="Retour au catalogue").click()
    await page.get_by_role("link", name="Telegram", exact=True).click()
    await page.get_by_label("Nom du canal").fill(name)
    await page.locator("[name=secret_token]").fill("secret-du-webhook")
    await page.locator("[name=bot_token]").fill(SECRET)
    await page.get_by_role("button", name="Brancher un canal").click()
    await page.get_by_text("Telegram refuse la connexion").wait_for()
    assert name not in (await desk.town.http.get("/api/v1/channels")).text
    telegram.answer = lambda _: httpx.Response(200, json=GOOD)
    await page.get_by_role("button", name="Brancher un canal").click()
    await page.get_by_role("heading", name=name).wait_for()
    await page.get_by_text("Telegram reconnaît le robot @villebourg_bot").wait_for()
    await page.get_by_text(re.compile(r"/hooks/telegram/")).wait_for()
    assert SECRET not in await page.content()
    # tested again, when its provider no longer answers
    telegram.answer = silence
    await page.get_by_role("button", name="Tester").click()
    failed = page.locator("[data-step=reached]")
    await expect(failed).to_contain_text("échec")
    await expect(page.locator("[data-step=keys]")).to_contain_text("pas tenté")
    await page.get_by_role("link", name="tous les canaux").click()
    row = page.locator("tr", has_text=name)
    await row.get_by_text("Fournisseur injoignable à l’essai").wait_for()
    assert screen.complaints == []


async def test_a_channel_is_paused_with_a_reason_and_its_secret_replaced(desk: Desk, telegram: Telegram) -> None:
    channel = await connected(desk)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=f"/bureau/reglages/canaux/{channel['id']}")
    await page.get_by_role("button", name="Mettre en pause").click()
    dialog = page.get_by_role("dialog", name="Mettre ce canal en pause")
    await dialog.get_by_label("Motif, obligatoire").fill("Le robot déménage.")
    await dialog.get_by_role("button", name="Mettre en pause").click()
    await page.get_by_role("button", name="Reprendre les envois").wait_for()
    assert (await read(desk, channel["id"]))["state_reason"] == "Le robot déménage."
    await page.get_by_text("Le robot déménage.").first.wait_for()
    await page.get_by_role("button", name="Reprendre les envois").click()
    await page.get_by_role("button", name="Mettre en pause").wait_for()
    line = page.locator("[data-secret=secret_token]")
    await line.get_by_role("button", name=re.compile("^Remplacer")).click()
    dialog = page.get_by_role("dialog", name="Remplacer un secret")
    await dialog.get_by_label("Nouveau secret").fill("un-autre-secret")
    await dialog.get_by_role("button", name="Remplacer").click()
    await line.get_by_text("l’ancien est encore accepté").wait_for()
    assert "previous_secret_token" in (await read(desk, channel["id"]))["secrets_set"]
    await line.get_by_role("button", name="Ne plus accepter l’ancien").click()
    await line.get_by_text("l’ancien est encore accepté").wait_for(state="detached")
    assert "previous_secret_token" not in (await read(desk, channel["id"]))["secrets_set"]
    assert screen.complaints == []


async def test_what_somebody_else_changed_is_not_overwritten_unseen(desk: Desk, telegram: Telegram) -> None:
    channel = await connected(desk)
    path = f"/api/v1/channels/{channel['id']}"
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=f"/bureau/reglages/canaux/{channel['id']}")
    await page.get_by_label("Nom du canal").fill("Le mien")
    theirs = {"name": f"Le leur {new_id().hex[-6:]}"}
    await desk.town.http.patch(path, json=theirs, headers={"If-Match": f'"{channel["version"]}"'})
    await page.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("button", name="Relire ce qui est enregistré").click()
    await page.get_by_text("Quelqu’un a changé ce canal").wait_for()
    assert (await read(desk, channel["id"]))["name"] == theirs["name"]
    mine = f"Le mien {new_id().hex[-6:]}"
    await page.get_by_label("Nom du canal").fill(mine)
    await page.get_by_role("button", name="Garder ma saisie").click()
    await page.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("heading", name=mine).wait_for()
    assert (await read(desk, channel["id"]))["name"] == mine


async def test_whoever_has_no_right_to_the_channels_reads_why(desk: Desk) -> None:
    screen = await desk.screen()
    await screen.enter(await desk.person("agent"), towards="/bureau/reglages/canaux")
    await screen.page.get_by_text("Il faut le droit « channels:admin »").wait_for()
    assert screen.complaints == []


async def test_the_texts_a_provider_approved_are_read(desk: Desk) -> None:
    town = desk.town
    channel = await town.connect("meta.whatsapp", **CONFIG)
    async with town.house.database.transaction(tenant=town.id) as session:
        await approved.keep(session, town.id, channel.id, [TEMPLATE], at=town.clock())
    screen = await desk.screen()
    where = f"/bureau/reglages/canaux/{public_id(Prefix.CHANNEL, channel.id)}"
    await screen.enter(await desk.person("administrator"), towards=where)
    await screen.page.locator("[data-template=rappel]").get_by_text(TEXT).wait_for()
    assert await screen.faults() == []
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, telegram: Telegram, width: int, scheme: str) -> None:
    channel = await connected(desk)
    await desk.town.http.post(f"/api/v1/channels/{channel['id']}/tests")
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/canaux")
    seen = {}
    for name, path, ready in (
        ("canaux", "canaux", f"tr[data-channel={channel['id']}]"),
        ("catalogue", "canaux/nouveau", "[data-type=email]"),
        ("brancher", "canaux/nouveau/email", "[name=imap_host]"),
        ("canal", f"canaux/{channel['id']}", "[data-step=settings]"),
    ):
        await screen.open(f"/bureau/reglages/{path}")
        await page.locator(ready).wait_for()
        seen[name] = await screen.unreadable()
    assert seen == {key: [] for key in seen}
    assert screen.complaints == []
