"""What happened to a saisine is recorded beside its timeline: its effect is read before, its mistake annulled after."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.ui.browser.test_what_if import opened
from tests.ui.conftest import Desk


async def choose(page: Page, what: str) -> None:
    await page.get_by_role("button", name="Consigner un événement").click()
    await page.get_by_label("Ce qui s’est passé").select_option(label=what)


async def test_pieces_are_asked_their_effect_read_first_and_the_mistake_annulled(desk: Desk) -> None:
    screen, _, saisine = await opened(desk)
    page, today = screen.page, desk.town.clock().date()
    due = page.locator(".due")
    before = await due.inner_text()
    await choose(page, "Pièces demandées à l’usager")
    dialog = page.get_by_role("dialog", name="Consigner un événement")
    # What must be filled is said beside it, and nothing leaves.
    await dialog.get_by_role("button", name="Consigner", exact=True).click()
    when = dialog.get_by_label("Demandées le")
    await expect(when).to_be_focused()
    await expect(when).to_have_accessible_description("Ce champ est obligatoire.")
    await dialog.get_by_role("button", name="maintenant").click()
    await dialog.get_by_label("Pièces demandées").fill("Plan de situation\nPhotographie")
    await dialog.get_by_label("À produire jusqu’au").fill((today + timedelta(days=30)).isoformat())
    await dialog.get_by_label("Texte qui les exige").fill("C. urb. R431-36")
    await dialog.get_by_label("La lettre rappelle la règle de l’article L114-5").check()
    # The server reads what would become of the clock; nothing is recorded yet.
    await expect(dialog.get_by_role("heading", name="Ce que cela change")).to_be_visible()
    await expect(dialog.locator(".big-day")).not_to_have_text(before.split("\n")[0])
    await expect(dialog).to_contain_text("Suspendu")
    now = (await desk.town.http.get(f"/api/v1/saisines/{saisine['id']}")).json()
    assert now == saisine
    await screen.picture("consigner")
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Consigner", exact=True).click()
    await expect(dialog).to_be_hidden()
    asked = page.locator("ol.tl li", has_text="Pièces demandées").filter(has_text="Plan de situation, Photographie")
    await expect(asked).to_be_visible()
    await expect(page.get_by_role("button", name="Consigner un événement")).to_be_focused()
    now = (await desk.town.http.get(f"/api/v1/saisines/{saisine['id']}")).json()
    assert now["events"][-1]["payload"]["items"] == ["Plan de situation", "Photographie"]
    # Recorded by mistake: it stays written, struck, and the day comes back.
    await asked.get_by_role("button", name="Consigné à tort ? Pièces demandées").click()
    wrong = page.get_by_role("dialog")
    await wrong.get_by_label("Pourquoi il est barré").fill("Ce n’était pas ce dossier.")
    await expect(wrong.locator(".big-day")).to_have_text(before.split("\n")[0], use_inner_text=True)
    await screen.picture("annuler")
    assert await screen.unreadable() == []
    await wrong.get_by_role("button", name="Barrer l’événement").click()
    await expect(wrong).to_be_hidden()
    await expect(asked.locator("b.gone")).to_be_visible()
    await expect(due).to_have_text(before, use_inner_text=True)
    assert screen.complaints == []


async def test_what_the_law_refuses_is_said_with_its_rule_before_it_is_tried(desk: Desk) -> None:
    screen, _, saisine = await opened(desk, width=320, scheme="dark")
    page = screen.page
    await choose(page, "Étape de la décision")
    dialog = page.get_by_role("dialog", name="Consigner un événement")
    await expect(dialog.get_by_text("S’il avait lieu maintenant, il serait refusé")).to_be_visible()
    await dialog.get_by_label("Laquelle").select_option(label="Postée")
    await dialog.get_by_role("button", name="maintenant").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await screen.picture("consigner-etroit")
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Consigner", exact=True).click()
    await expect(dialog).to_be_visible()
    now = (await desk.town.http.get(f"/api/v1/saisines/{saisine['id']}")).json()
    assert now == saisine


async def test_what_a_colleague_did_meanwhile_is_read_again_before_ones_own_is_recorded(desk: Desk) -> None:
    screen, ticket, saisine = await opened(desk)
    page = screen.page
    await choose(page, "Décision signée")
    dialog = page.get_by_role("dialog", name="Consigner un événement")
    await dialog.get_by_label("Que décide-t-elle ?").select_option(label="Refus")
    await dialog.get_by_role("button", name="maintenant").click()
    # The screen hears of nothing until the refusal makes it read again.
    await page.route("**/api/v1/tickets/*/saisines*", lambda route: route.abort())
    told = await desk.town.http.post(
        f"/api/v1/saisines/{saisine['id']}/qualifications",
        json={"regime": "SVR", "delay": "P2M", "reason": "Relue."},
        headers={"If-Match": f'"{saisine["version"]}"'},
    )
    assert told.status_code == 201, told.text
    act = dialog.get_by_role("button", name="Consigner", exact=True)
    async with page.expect_response(lambda one: one.url.endswith("/events")) as refused:
        await act.click()
    assert (await refused.value).status == 412
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await page.unroute("**/api/v1/tickets/*/saisines*")
    async with page.expect_response(lambda one: "/saisines" in one.url and one.request.method == "GET"):
        await act.click()
    await expect(page.locator(".due")).to_contain_text("rejet")
    await act.click()
    await expect(dialog).to_be_hidden()
    (found,) = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/saisines")).json()["data"]
    assert found["events"][-1]["type"] == "express_decision"


async def test_what_a_message_asks_besides_has_a_clock_of_its_own(desk: Desk) -> None:
    screen, ticket, _ = await opened(desk)
    page = screen.page
    await page.get_by_role("button", name="Autre demande d’un message").click()
    dialog = page.get_by_role("dialog", name="Autre demande d’un message")
    await expect(dialog.get_by_label("Le message")).to_contain_text("Je demande une autorisation de terrasse.")
    await dialog.get_by_role("button", name="Ouvrir la saisine").click()
    asks = dialog.get_by_label("Ce qu’il demande aussi")
    await expect(asks).to_have_accessible_description("En quelques mots. Ce champ est obligatoire.")
    assert await screen.unreadable() == []
    await asks.fill("Une permission de voirie.")
    await dialog.get_by_role("button", name="Ouvrir la saisine").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("Saisine 2 sur 2").first).to_be_visible()
    found = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/saisines")).json()["data"]
    assert len(found) == 2
    # It is the same after all: said so, then not.
    await page.get_by_role("button", name="Consigner un événement").last.click()
    await page.get_by_role("button", name="Réunir à une demande reçue avant").click()
    join = page.get_by_role("dialog", name="Réunir à une demande reçue avant")
    await join.get_by_label("La saisine reçue la première").select_option(value=found[0]["id"])
    await join.get_by_label("Motif").fill("La même, redite.")
    await screen.picture("reunir")
    assert await screen.unreadable() == []
    await join.get_by_role("button", name="Réunir", exact=True).click()
    await expect(join).to_be_hidden()
    await page.get_by_role("button", name="Séparer de l’autre saisine").click()
    await expect(page.get_by_text("Séparées : chaque délai court de nouveau par lui-même.")).to_be_visible()
    await expect(page.get_by_role("button", name="Consigner un événement")).to_have_count(2)
    assert screen.complaints == []
