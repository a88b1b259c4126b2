"""The administration's own fields in the settings: added, changed over somebody else's change, moved, archived, given back."""

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.api.test_tags import once
from tests.ui.conftest import Desk, Screen

ADDRESS = "/bureau/reglages/champs"
PATH = "/api/v1/custom-fields"


async def added(desk: Desk, **words: object) -> dict[str, object]:
    made = await desk.town.http.post(PATH, json={"kind": "text", **words}, headers=once())
    assert made.status_code == 201, made.text
    found: dict[str, object] = made.json()
    return found


async def test_a_field_is_added_with_its_values_then_filled_in_a_request(desk: Desk) -> None:
    word = new_id().hex[-6:]
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    await page.get_by_role("button", name="Ajouter un champ").click()
    dialog = page.get_by_role("dialog", name="Ajouter un champ")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(dialog.get_by_label("Libellé", exact=True)).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Libellé", exact=True).fill(f"Quartier é{word}")
    await expect(dialog.get_by_label("Clé", exact=True)).to_have_value(f"quartier_e{word}")
    await dialog.get_by_label("Sorte").select_option("choice")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.get_by_text("Donnez au moins une valeur.").wait_for()
    await dialog.get_by_label("Valeur 1", exact=True).fill("Nord")
    await dialog.get_by_role("button", name="Ajouter une valeur").click()
    await dialog.get_by_label("Valeur 2", exact=True).fill("Sud")
    assert await screen.faults() == []
    await dialog.get_by_role("button", name="Enregistrer").click()
    row = page.locator("tr[data-field]", has_text=word)
    await row.get_by_text("Nord, Sud").wait_for()
    found = (await desk.town.http.get(PATH, params={"limit": 200})).json()["data"]
    mine = next(one for one in found if word in one["label"])
    assert [one["key"] for one in mine["choices"]] == ["nord", "sud"]

    ticket = await desk.town.a_ticket()
    head = {"If-Match": (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]}
    filled = await desk.town.http.patch(
        f"/api/v1/tickets/{ticket['id']}", json={"custom_fields": {mine["key"]: "sud"}}, headers=head
    )
    assert filled.status_code == 200, filled.text
    await row.get_by_role("button", name="Changer").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[data-value=nord]").get_by_role("button", name="Ranger").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(row).not_to_contain_text("Nord")
    assert screen.complaints == []


async def test_fields_change_places_and_are_archived_and_given_back(desk: Desk) -> None:
    word = new_id().hex[-6:]
    for rank in (9000, 9001):
        await added(desk, key=f"f_{word}_{rank}", label=f"Champ {word} {rank}", rank=rank)
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    rows = page.locator("tr[data-field]", has_text=word)
    await expect(rows.first).to_contain_text("9000")
    await rows.first.get_by_role("button", name="Descendre").click()
    await expect(rows.first).to_contain_text("9001")
    await rows.first.get_by_role("button", name="Changer").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Aide sous le champ").fill("La mienne")
    theirs = next(one for one in (await desk.town.http.get(PATH)).json()["data"] if one["key"] == f"f_{word}_9001")
    await desk.town.http.patch(
        f"{PATH}/{theirs['id']}", json={"help": "La leur"}, headers={"If-Match": f'"{theirs["version"]}"'}
    )
    await dialog.get_by_role("button", name="Enregistrer").click()
    await dialog.locator("[data-theirs]").get_by_text("La leur").wait_for()
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(dialog).to_have_count(0)
    kept = (await desk.town.http.get(f"{PATH}/{theirs['id']}")).json()
    assert kept["help"] == "La mienne"
    await rows.first.get_by_role("button", name="Ranger").click()
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Défaire").click()
    await expect(rows).to_have_count(2)
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    word = new_id().hex[-6:]
    choices = [{"key": "nord", "label": "Nord"}, {"key": "sud", "label": "Sud", "archived": True}]
    await added(desk, key=f"q_{word}", label=f"Quartier {word}", kind="choice", choices=choices, help="Où l'on va.")
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=ADDRESS)
    row = page.locator("tr[data-field]", has_text=word)
    await row.wait_for()
    await screen.picture(f"fields-{width}")
    assert await screen.unreadable() == []
    await row.get_by_role("button", name="Changer").click()
    await page.get_by_role("dialog").get_by_label("Valeur 2", exact=True).wait_for()
    await screen.picture(f"field-{width}")
    assert await screen.unreadable() == []
    assert screen.complaints == []
