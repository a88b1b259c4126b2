"""Accounts, teams and roles in the settings, in a real browser."""

import pytest

from app.ids import new_id
from tests.ui.conftest import Desk, Screen


async def test_somebody_is_invited_into_a_new_team_and_suspended(desk: Desk) -> None:
    screen = await desk.screen()
    page, word = screen.page, new_id().hex[-6:]
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/equipes?vue=teams")
    await page.get_by_role("button", name="Faire une équipe").click()
    dialog = page.get_by_role("dialog", name="Faire une équipe")
    await dialog.get_by_label("Nom de l’équipe").fill(f"Voirie {word}")
    await dialog.get_by_role("button", name="Faire une équipe").click()
    await page.locator("tr[data-team]", has_text=f"Voirie {word}").wait_for()
    await page.get_by_role("link", name="Personnes").last.click()
    await page.get_by_role("button", name="Inviter quelqu’un").click()
    dialog = page.get_by_role("dialog", name="Inviter quelqu’un")
    await dialog.get_by_label("Nom, tel que").fill(f"Dominique Exemple {word}")
    await dialog.get_by_label("Adresse de courriel").fill(f"{word}@agents.example.fr")
    await dialog.get_by_label(f"Voirie {word}").check()
    await dialog.get_by_role("button", name="Inviter quelqu’un").click()
    link = page.get_by_role("dialog", name="Lien d’invitation")
    await link.get_by_text("/invitation").wait_for()
    await link.get_by_role("button", name="Je l’ai gardé").click()
    row = page.locator("tr[data-person]", has_text=f"Dominique Exemple {word}")
    await row.get_by_text(f"Voirie {word}").wait_for()
    await row.get_by_role("button", name="Suspendre").click()
    await row.get_by_role("button", name="Rouvrir").wait_for()
    people = (await desk.town.http.get("/api/v1/users", params={"limit": 200})).json()["data"]
    assert [one["state"] for one in people if word in one["name"]] == ["suspended"]
    assert screen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
async def test_screens_can_be_read_by_everybody_and_only_read_by_an_agent(desk: Desk, width: int, scheme: str) -> None:
    team = {"name": f"Accueil {new_id().hex[-6:]}"}
    await desk.town.http.post("/api/v1/teams", json=team, headers={"Idempotency-Key": new_id().hex})
    screen: Screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/reglages/equipes")
    seen = {}
    for tab, ready in (("people", "tr[data-person]"), ("teams", "tr[data-team]"), ("roles", "[data-role=auditor]")):
        await screen.open(f"/bureau/reglages/equipes?vue={tab}")
        await page.locator(ready).first.wait_for()
        seen[tab] = await screen.unreadable()
    assert seen == {key: [] for key in seen}
    await page.get_by_text("seul un administrateur le change").wait_for()
    assert screen.complaints == []
