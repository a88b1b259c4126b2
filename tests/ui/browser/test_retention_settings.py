"""How long requests are kept, what would leave next, and what stays whatever is asked, in a real browser."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from app.ids import new_id
from tests.ui.conftest import Desk, Screen

PATH = "/api/v1/retention-policies"
WHERE = "/bureau/reglages/conservation"
DECIDED = {
    "active_months": 12,
    "archive_months": 24,
    "counted_from": "closure",
    "fate": "destroy",
    "legal_basis": "Délibération fictive du conseil municipal.",
}


async def all_ended(desk: Desk, at: datetime) -> None:
    """Ends every request; what it takes is proven elsewhere (tests/api/test_archives.py)."""
    async with desk.town.house.database.transaction(tenant=desk.town.id) as session:
        for statement in (
            "UPDATE saisines SET closed_at = :at, alert_on = NULL WHERE tenant_id = :tenant",
            "UPDATE duties SET waived_at = :at, waived_reason = 'x' WHERE tenant_id = :tenant",
            "UPDATE tickets SET status = 'closed', alert_on = NULL WHERE tenant_id = :tenant",
        ):
            await session.execute(text(statement), {"at": at, "tenant": desk.town.id})


async def what_would_leave(desk: Desk) -> str:
    """Ends a request long ago, decides its time, lets a night pass, and returns its number."""
    town = desk.town
    ticket, at = await town.a_ticket(), town.clock.at
    present = (await town.http.get(f"{PATH}/DEFAULT")).json()
    head = {"If-Match": f'"{present["version"]}"'}
    assert (await town.http.put(f"{PATH}/DEFAULT", json=DECIDED, headers=head)).status_code == 200
    try:
        await all_ended(desk, at)
        town.clock.at = datetime(2090, 1, 2, tzinfo=UTC)
        assert await town.house.retention_rounds.look(town.id) >= 1
    finally:
        town.clock.at = at
    return str(ticket["reference"])


async def test_a_time_is_decided_and_what_would_leave_next_is_seen(desk: Desk) -> None:
    reference = await what_would_leave(desk)
    screen = await desk.screen(refusals=[412])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    row = page.locator("tr[data-policy=CADA]")
    await row.get_by_text("Proposition, sans effet").wait_for()
    await row.get_by_role("button", name="Décider").click()
    dialog = page.get_by_role("dialog")
    months = dialog.get_by_label("Mois à portée de main")
    await months.fill("un an")
    decide = dialog.get_by_role("button", name="Décider")
    await decide.click()
    await expect(months).to_have_attribute("aria-invalid", "true")
    await months.fill("18")
    # Somebody else decides meanwhile: theirs is shown, mine kept knowingly.
    decided = await desk.town.http.put(f"{PATH}/CADA", json=DECIDED, headers={"If-Match": '"0"'})
    assert decided.status_code == 200
    await decide.click()
    await dialog.locator("[data-theirs]").get_by_text("Délibération fictive").wait_for()
    await dialog.get_by_role("button", name="Garder ma saisie").click()
    await dialog.get_by_label("Ensuite", exact=True).select_option("transfer")
    await dialog.get_by_label("Ce qui fonde la durée").fill("Tableau de gestion fictif des archives.")
    await decide.click()
    await row.get_by_text("Décidée", exact=True).wait_for()
    kept = (await desk.town.http.get(f"{PATH}/CADA")).json()
    assert (kept["active_months"], kept["fate"], kept["version"]) == (18, "transfer", 2)

    leaving = page.locator("tr[data-list]").first
    await leaving.get_by_text("Se remplit").wait_for()
    await leaving.get_by_role("button", name="Voir les demandes").click()
    await page.locator(f"[data-line='{reference}']").get_by_text("Délibération fictive").wait_for()
    await screen.picture("retention-lines")
    assert await screen.faults() == []
    assert screen.complaints == []


async def test_what_a_time_would_do_is_seen_as_it_is_typed(desk: Desk) -> None:
    town, at = desk.town, desk.town.clock.at
    await what_would_leave(desk)
    await town.a_ticket()
    try:
        await all_ended(desk, at)
        town.clock.at = at.replace(year=at.year + 9)
        screen = await desk.screen()
        page = screen.page
        await screen.enter(await desk.person("administrator"), towards=WHERE)
        await page.locator("tr[data-policy=DEFAULT]").get_by_role("button", name="Changer").click()
        dialog = page.get_by_role("dialog")
        counted = dialog.locator("[data-listed]")
        await counted.get_by_text("La plus ancienne, close le").wait_for()
        await screen.picture("retention-foreseen")
        assert await screen.faults() == []
        months = dialog.get_by_label("Mois à portée de main")
        await months.fill("un an")
        await dialog.get_by_text("Le compte s’affiche quand les deux durées sont écrites.").wait_for()
        await months.fill("1200")
        await dialog.locator("[data-listed='0']").wait_for()
        assert screen.complaints == []
    finally:
        town.clock.at = at


async def test_a_hold_is_lifted_with_its_reason(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    body = {"ticket_id": ticket["id"], "reason": f"Recours fictif {new_id().hex[-6:]}"}
    made = await desk.town.http.post("/api/v1/legal-holds", json=body, headers={"Idempotency-Key": new_id().hex})
    assert made.status_code == 201, made.text
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    row = page.locator("tr[data-hold]", has_text=body["reason"])
    await row.get_by_role("button", name="Lever").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Motif").fill("Jugement définitif fictif.")
    await dialog.get_by_role("button", name="Lever").click()
    await expect(row).to_have_count(0)
    lifted = (await desk.town.http.get(f"/api/v1/legal-holds/{made.json()['id']}")).json()
    assert lifted["lifted_reason"] == "Jugement définitif fictif."
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    await what_would_leave(desk)
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    await screen.page.locator("tr[data-list]").first.wait_for()
    await screen.page.locator("main .wait").first.wait_for(state="detached")
    assert await screen.unreadable() == []
    await screen.picture(f"retention-{width}")
    assert screen.complaints == []


async def test_whoever_may_not_read_archives_has_no_such_part(desk: Desk) -> None:
    screen = await desk.screen()
    await screen.enter(await desk.person(), towards=WHERE)
    await screen.page.get_by_text("Il faut le droit « archives:read »").wait_for()
    await expect(screen.page.get_by_role("link", name="Conservation")).to_have_count(0)
    assert screen.complaints == []
