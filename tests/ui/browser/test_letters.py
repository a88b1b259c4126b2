"""Letters written beside the request: seen as they would read, sent once, told in the timeline; nothing typed is lost unasked."""

from datetime import timedelta
from typing import Any

from playwright.async_api import Locator, expect

from app.ids import new_id
from tests.api.test_service_figures import qualified
from tests.ui.conftest import Desk, Screen
from tests.ui.journeys import World, saisine_of, written_head


async def opened(desk: Desk, *, refusals: tuple[int, ...] = (), **seen: Any) -> tuple[Screen, dict[str, Any], Locator]:
    """A request whose silence would grant it, and the form of its letters."""
    await written_head(desk)
    sender = {"kind": "email", "address": f"{new_id().hex[-12:]}@example.org", "display_name": "Usager Exemple"}
    ticket = await desk.town.a_ticket(text="Je demande une autorisation de terrasse.", sender=sender)
    await qualified(desk.town, ticket, regime="SVA")
    screen = await desk.screen(refusals=refusals, **seen)
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await screen.page.locator("#legal").get_by_role("button", name="Écrire un courrier").click()
    dialog = screen.page.get_by_role("dialog")
    await dialog.get_by_role("region", name="Texte de la lettre").wait_for()
    return screen, ticket, dialog


async def test_missing_pieces_are_asked_for_and_the_timeline_tells_it(desk: Desk, world: World) -> None:
    screen, ticket, dialog = await opened(desk)
    kinds = dialog.get_by_label("Genre de lettre")
    await expect(kinds).to_have_value("are")  # the acknowledgement is owed: it is the first
    await kinds.select_option("pieces")
    text = dialog.get_by_role("region", name="Texte de la lettre")
    await expect(text).to_contain_text("Pièces à fournir")
    await expect(dialog.get_by_text("mentions obligatoires manquent")).to_be_visible()
    await dialog.get_by_role("button", name="Envoyer").click()
    pieces = dialog.get_by_label("Pièces manquantes")
    await expect(pieces).to_be_focused()
    await expect(pieces).to_have_attribute("aria-invalid", "true")
    await screen.picture("courrier-mentions")
    await pieces.fill("Plan de situation\nPhotographie de la façade")
    day = desk.town.clock().date() + timedelta(days=30)
    await dialog.get_by_label("Dernier jour").fill(day.isoformat())
    await expect(text).to_contain_text("Photographie de la façade")
    await expect(dialog.get_by_text("Aucune mention obligatoire ne manque.")).to_be_visible()
    await screen.picture("courrier-pieces")
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Envoyer").click()
    await expect(dialog).to_have_count(0)
    await screen.page.get_by_text("La lettre part.").wait_for()
    legal = screen.page.locator("#legal")
    await legal.locator(".tl").get_by_text("ièces demandées").first.wait_for()
    saisine = await saisine_of(desk, ticket)
    (asked,) = [one for one in saisine["events"] if one["type"] == "pieces_requested"]
    assert asked["payload"]["items"] == ["Plan de situation", "Photographie de la façade"]
    await world.leave()
    await legal.get_by_role("button", name="Écrire un courrier").click()
    dialog = screen.page.get_by_role("dialog")
    await dialog.get_by_text("Courriers partis (1)").click()
    page = dialog.get_by_role("link", name="Pièces à fournir")
    kept = await screen.page.request.get(f"{desk.base}{await page.get_attribute('href')}")
    assert (kept.headers["content-type"], (await kept.body())[:4]) == ("application/pdf", b"%PDF")
    assert screen.complaints == []


async def test_an_answer_that_was_lost_is_sent_again_as_the_same_letter(desk: Desk) -> None:
    screen, ticket, dialog = await opened(desk)
    await dialog.get_by_label("Genre de lettre").select_option("transmission")
    await dialog.get_by_label("Administration compétente").fill("Département de l’Exemple")
    await dialog.get_by_role("radio", name="Au guichet").check()
    await expect(dialog.get_by_text("Aucune mention obligatoire ne manque.")).to_be_visible()
    url = f"**/api/v1/saisines/{ticket['saisines'][0]['id']}/letters"

    async def lose(route: Any) -> None:
        """The server does it, and its answer never comes."""
        await route.fetch()
        await route.abort()

    await screen.page.route(url, lose, times=1)
    send = dialog.get_by_role("button", name="Enregistrer la lettre")
    await send.click()
    await dialog.get_by_role("alert").wait_for()
    await send.click()
    await screen.page.get_by_text("La lettre est gardée").wait_for()
    sent = (await desk.town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}/letters")).json()["data"]
    assert [(one["kind"], one["way"]) for one in sent] == [("transmission", "counter")]


async def test_what_was_typed_is_thrown_away_only_when_its_author_says_so(desk: Desk) -> None:
    screen, _, dialog = await opened(desk)
    await dialog.get_by_label("Genre de lettre").select_option("decision")
    decision = dialog.get_by_label("Décision", exact=True)
    await decision.fill("La terrasse est autorisée.")
    for _ in range(2):
        await screen.page.keyboard.press("Escape")
        await dialog.get_by_text("Jeter ce que vous avez écrit ?").wait_for()
        assert await screen.unreadable() == []
        await dialog.get_by_role("button", name="Continuer d’écrire").press("Enter")
        await expect(dialog.get_by_text("Jeter ce que vous avez écrit ?")).to_have_count(0)
        await expect(decision).to_be_focused()
    # A browser closes by itself when Escape is struck again and again: the question stands or not once it is open again.
    question = screen.page.locator("dialog").get_by_text("Jeter ce que vous avez écrit ?")
    for asked in (1, 0, 1, 0):
        await screen.page.keyboard.press("Escape")
        await expect(question).to_have_count(asked)
        await expect(dialog).to_be_visible()
    await expect(decision).to_have_value("La terrasse est autorisée.")
    await dialog.get_by_role("button", name="Annuler").click()
    await dialog.get_by_role("button", name="Jeter").click()
    await expect(dialog).to_have_count(0)
    await expect(screen.page.get_by_role("button", name="Écrire un courrier")).to_be_focused()
    assert screen.complaints == []


async def test_the_page_is_seen_beside_and_a_letter_that_does_not_apply_says_why(desk: Desk) -> None:
    screen, _, dialog = await opened(desk)
    async with (
        screen.page.expect_popup() as tab,
        screen.page.expect_response(lambda one: one.url.endswith("/letters/previews.pdf")) as page,
    ):
        await dialog.get_by_role("button", name="Voir la page").click()
    assert (await (await page.value).all_headers())["content-type"] == "application/pdf"
    await (await tab.value).close()
    await dialog.get_by_label("Genre de lettre").select_option("attestation")
    await expect(dialog.get_by_text("CRPA L231-1, L232-3")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Envoyer")).to_have_count(0)
    assert await screen.unreadable() == []


async def test_it_is_read_by_everybody_in_the_dark_and_on_a_narrow_screen(desk: Desk) -> None:
    for seen in ({"scheme": "dark"}, {"width": 320}):
        screen, _, dialog = await opened(desk, **seen)
        await dialog.get_by_label("Genre de lettre").select_option("decision")
        await expect(dialog.get_by_role("region", name="Texte de la lettre")).to_contain_text("Décision sur votre")
        if "width" in seen:
            await dialog.get_by_role("region", name="Telle qu’elle partirait").scroll_into_view_if_needed()
        await screen.picture(f"courrier-{'sombre' if 'scheme' in seen else 'etroit'}")
        assert await screen.unreadable() == []
