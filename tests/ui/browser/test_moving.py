"""The acts that move a request: merged, split, handed over, and each said before it is done and undone after."""

import re
from typing import Any

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def read(desk: Desk, ticket: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    return found


async def test_two_requests_become_one_and_two_again(desk: Desk) -> None:
    words = {"sender": {"kind": "email", "address": "fusion@example.org", "display_name": "Usager Exemple"}}
    kept, other = await desk.town.a_ticket(**words), await desk.town.a_ticket(**words)
    stranger = await desk.town.a_ticket(sender={"kind": "email", "address": "autre@example.org"})
    screen = await desk.screen(width=320, height=900, scheme="dark", refusals=[404])
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{kept['reference']}")
    button = page.get_by_role("button", name="Réunir, séparer…")
    await button.click()
    await page.get_by_role("menuitem", name=re.compile("^Réunir")).click()
    dialog = page.get_by_role("dialog", name="Réunir deux dossiers")
    act = dialog.get_by_role("button", name="Réunir", exact=True)
    await act.click()  # nothing is named yet: each lack is said at its field
    await dialog.get_by_text("Donnez le numéro de l’autre dossier.").wait_for()
    number = dialog.get_by_label("N° de l’autre dossier")
    await number.fill(stranger["reference"])
    await number.press("Enter")
    await dialog.get_by_text("ne sont pas de la même personne").wait_for()
    assert await screen.unreadable() == []
    await number.fill(other["reference"])
    await number.press("Enter")
    await expect(dialog.get_by_text("ne sont pas de la même personne")).to_have_count(0)
    await expect(dialog.get_by_label(re.compile(f"{kept['reference']} .celui que vous lisez"))).to_be_checked()
    await dialog.get_by_label("Motif, obligatoire").fill("Envoyée deux fois.")
    await act.click()
    await page.get_by_text(f"Réunis : tout est dans {kept['reference']}.").first.wait_for()
    await expect(button).to_be_focused()
    assert (await read(desk, other))["merged_into"] == kept["id"]
    made = page.get_by_role("region", name="Contexte").get_by_role(
        "button", name=f"Défaire la réunion avec {other['reference']}"
    )
    await made.wait_for()
    assert await screen.faults() == []
    await made.click()
    await page.get_by_text("Défait : chaque dossier a repris ce qui était à lui.").first.wait_for()
    assert (await read(desk, other))["merged_into"] is None
    assert screen.complaints == []


async def test_messages_are_split_off_and_a_request_is_handed_over(desk: Desk) -> None:
    channel = await desk.town.connect()
    words = {"sender": {"kind": "email", "address": "separe@example.org"}, "conversation_ref": "fil-separe"}
    first = await desk.town.hand_over(channel, text="Mon lampadaire est éteint.", **words)
    await desk.town.hand_over(channel, text="Et un nid-de-poule rue Exemple.", **words)
    ticket = await read(desk, {"id": first["ticket_id"]})
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    button = page.get_by_role("button", name="Réunir, séparer…")
    await button.click()
    await page.get_by_role("menuitem", name=re.compile("^Séparer")).click()
    dialog = page.get_by_role("dialog", name="Séparer des messages")
    await dialog.get_by_role("checkbox", name=re.compile("nid-de-poule")).check()
    await dialog.get_by_label("Objet du nouveau dossier").fill("Nid-de-poule")
    await dialog.get_by_role("button", name="Séparer", exact=True).click()
    await dialog.get_by_text("Donnez le motif").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_label("Motif, obligatoire").fill("Deux affaires.")
    await dialog.get_by_role("button", name="Séparer", exact=True).click()
    told = page.get_by_role("status").filter(has_text="Séparés : le nouveau dossier est")
    await told.first.wait_for()
    context = page.get_by_role("region", name="Contexte")
    await context.get_by_role("button", name=re.compile("^Défaire la séparation")).wait_for()
    await told.get_by_role("button", name="Défaire").click()
    await page.get_by_text("Défait : chaque dossier a repris ce qui était à lui.").first.wait_for()
    await context.get_by_text(re.compile("^défaite le")).wait_for()

    await button.click()
    await page.get_by_role("menuitem", name=re.compile("^Transmettre")).click()
    dialog = page.get_by_role("dialog", name="Consigner la transmission à l’autorité compétente")
    record = dialog.get_by_role("button", name="Consigner la transmission")
    await record.click()
    await dialog.get_by_text("Dites à qui").wait_for()
    await dialog.get_by_text("CRPA L114-2").wait_for()
    assert await screen.faults() == []
    await dialog.get_by_label("À qui").fill("Département de Villebourg")
    await record.click()
    await page.get_by_text(re.compile("^Transmission consignée")).first.wait_for()
    await page.get_by_text("Transmis à Département de Villebourg.").wait_for()
    events = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/saisines")).json()["data"]
    assert any(event["type"] == "transferred" for saisine in events for event in saisine["events"])
    assert screen.complaints == []
