"""What did not leave and what could not be read, in a real browser: told in the rail, decided with a reason, taken back."""

import re

import pytest
from playwright.async_api import expect

from app.exchanges import outbox
from app.ids import new_id
from tests.api.test_outbound import Down
from tests.ui.conftest import Desk, Screen


async def a_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """An answer the provider refused; returns its name."""
    town = desk.town
    ticket = await town.a_ticket()
    sent = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/replies",
        json={"text": "Bonjour"},
        headers={"Idempotency-Key": new_id().hex},
    )
    monkeypatch.setattr(town.house.deliverer, "_carrier", Down())
    await town.house.dispatcher.sweep(town.id)
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])
    return sent.json()["id"]


async def a_held_delivery(desk: Desk) -> str:
    channel = await desk.town.connect()
    await desk.town.http.post(f"/hooks/http/{channel.key}", content=b"pas du JSON")
    await desk.town.read_all()
    return (await desk.town.http.get("/api/v1/intake", params={"state": "held"})).json()["data"][-1]["receipt_id"]


async def state_of(desk: Desk, sending: str) -> str:
    return (await desk.town.http.get(f"/api/v1/outbound/{sending}")).json()["state"]


async def test_a_failure_is_told_given_up_with_a_reason_and_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = await a_failure(desk, monkeypatch)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    await page.get_by_role("link", name=re.compile(r"^Envois.*à traiter$")).click()
    row = page.locator(f"tr[data-sending={sending}]")
    await row.get_by_text("Échec").wait_for()
    await row.get_by_role("button", name="Renoncer").click()
    dialog = page.get_by_role("dialog", name="Renoncer à cet envoi")
    await dialog.get_by_role("button", name="Renoncer").click()
    await dialog.get_by_text("Donnez le motif").wait_for()
    assert await state_of(desk, sending) == "failed"
    await dialog.get_by_label("Motif, obligatoire").fill("Adresse erronée, appelé au téléphone.")
    await dialog.get_by_role("button", name="Renoncer").click()
    await page.get_by_text("Abandonné.").wait_for()
    assert await state_of(desk, sending) == "abandoned"
    await row.wait_for(state="detached")
    await page.get_by_role("button", name="Défaire").click()
    await page.get_by_text("Défait.").wait_for()
    assert await state_of(desk, sending) == "failed"
    await row.wait_for()
    assert screen.complaints == []


async def test_failures_leave_again_together_once_somebody_says_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendings = [await a_failure(desk, monkeypatch) for _ in range(2)]
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/envois")
    await page.get_by_role("button", name="Renvoyer les échecs").click()
    dialog = page.get_by_role("dialog", name="Renvoyer les échecs ensemble")
    await dialog.get_by_text(re.compile("envois repartiraient")).wait_for()
    await dialog.get_by_label("Motif, obligatoire").fill("Le relais est réparé.")
    await dialog.get_by_role("button", name="Renvoyer").click()
    await page.get_by_text("Aucun envoi n’attend une décision").wait_for()
    assert {await state_of(desk, one) for one in sendings} == {"frozen"}
    await page.get_by_role("link", name="En attente").click()
    await page.locator(f"tr[data-sending={sendings[0]}]").wait_for()


async def test_what_could_not_be_read_is_given_back_with_a_reason(desk: Desk) -> None:
    held = await a_held_delivery(desk)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("supervisor"), towards="/bureau/quarantaine")
    row = page.locator(f"tr[data-held={held}]")
    await row.get_by_role("button", name="Relire").click()
    dialog = page.get_by_role("dialog", name="Rendre à la lecture")
    await dialog.get_by_label("Motif, obligatoire").fill("Relue avec le service.")
    await dialog.get_by_role("button", name="Relire").click()
    await page.get_by_text("De nouveau en file.").wait_for()
    await row.wait_for(state="detached")
    assert (await desk.town.http.get(f"/api/v1/intake/{held}")).json()["state"] == "queued"
    assert screen.complaints == []


async def test_whoever_may_only_read_decides_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sending = await a_failure(desk, monkeypatch)
    screen = await desk.screen()
    await screen.enter(await desk.person("reader"), towards="/bureau/envois")
    await screen.page.locator(f"tr[data-sending={sending}]").wait_for()
    assert await screen.page.get_by_role("button", name=re.compile("Renoncer|Renvoyer")).count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_both_screens_can_be_read_by_everybody(
    desk: Desk, width: int, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, held = await a_failure(desk, monkeypatch), await a_held_delivery(desk)
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("supervisor"), towards="/bureau/envois")
    await page.locator(f"tr[data-sending={sending}]").wait_for()
    assert await screen.unreadable() == []
    await page.get_by_role("button", name="Tenir pour parti").first.click()
    await page.get_by_role("dialog", name="Tenir cet envoi pour parti").wait_for()
    assert await screen.faults() == []
    await screen.open("/bureau/quarantaine")
    await page.locator(f"tr[data-held={held}]").wait_for()
    assert await screen.unreadable() == []
    await expect(page.get_by_role("heading", name="Quarantaine")).to_be_visible()
    assert screen.complaints == []
