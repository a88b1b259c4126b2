"""Fields of the administration beside a request: filled, refused beside the field, shown in words."""

from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_tags import once
from tests.ui.conftest import Desk, kept


async def test_the_fields_of_a_request_are_filled_beside_it(desk: Desk) -> None:
    word = new_id().hex[-6:]
    choices = [{"key": "centre", "label": "Centre"}, {"key": "nord", "label": "Nord"}]
    for body in (
        {"key": f"secteur_{word}", "kind": "choice", "label": f"Secteur {word}", "choices": choices},
        {"key": f"surface_{word}", "kind": "number", "label": f"Surface {word}"},
    ):
        made = await desk.town.http.post("/api/v1/custom-fields", json=body, headers=once())
        assert made.status_code == 201, made.text
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    panel = page.locator("[data-fields]")
    await panel.get_by_role("button", name="Remplir les champs").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(f"Secteur {word}").select_option("nord")
    surface = dialog.get_by_label(f"Surface {word}")
    await surface.fill("douze")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(surface).to_have_attribute("aria-invalid", "true")
    assert await screen.faults() == []
    await surface.fill("12,5")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await panel.get_by_text("12,5").wait_for()
    await panel.get_by_text("Nord").wait_for()
    now = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert now["custom_fields"] == {f"secteur_{word}": "nord", f"surface_{word}": 12.5}
    await panel.get_by_role("button", name="Remplir les champs").click()
    await dialog.get_by_label(f"Secteur {word}").select_option("centre")
    await surface.fill("")
    await dialog.get_by_role("button", name="Enregistrer").click()
    thread = page.locator(".thread")
    await thread.get_by_text(f"Secteur {word} : « Nord » · Surface {word} : « 12,5 »").wait_for()
    turned = f"Secteur {word} : « Centre » au lieu de « Nord » · Surface {word} vidé : c’était « 12,5 »"
    await thread.get_by_text(turned).wait_for()
    await kept(page, "fields-story")
    assert await screen.faults() == []
    assert screen.complaints == []


async def test_what_a_colleague_filled_meanwhile_is_shown_and_nothing_of_either_is_lost(desk: Desk) -> None:
    word = new_id().hex[-6:]
    for name in ("Parcelle", "Lot"):
        body = {"key": f"{name.lower()}_{word}", "kind": "text", "label": f"{name} {word}"}
        assert (await desk.town.http.post("/api/v1/custom-fields", json=body, headers=once())).status_code == 201
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.locator("[data-fields]").get_by_role("button", name="Remplir les champs").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(f"Parcelle {word}").fill("AB 12")
    path = f"/api/v1/tickets/{ticket['id']}"
    now = await desk.town.http.get(path)
    theirs = {"custom_fields": {f"parcelle_{word}": "AB 13", f"lot_{word}": "4"}}
    done = await desk.town.http.patch(path, json=theirs, headers={"If-Match": now.headers["etag"]})
    assert done.status_code == 200, done.text
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text("AB 13").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(dialog).to_have_count(0)
    kept = (await desk.town.http.get(path)).json()["custom_fields"]
    assert kept == {f"parcelle_{word}": "AB 12", f"lot_{word}": "4"}
    assert screen.complaints == []
