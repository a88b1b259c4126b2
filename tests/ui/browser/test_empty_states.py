"""A house in which nothing has come yet, in a real browser: each screen says what will be there, and leads on whoever may go."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.conftest import Desk

SCREENS = (
    ("boite", "Aucun dossier dans cette vue", "dès qu’un canal est branché"),
    ("boite?vue=clos", "Aucun dossier dans cette vue", "choisissez une autre vue"),
    ("envois", "Aucun envoi n’attend une décision", "le renvoyer ou de l’abandonner"),
    ("quarantaine", "Rien n’est retenu", "court depuis son arrivée"),
    ("personnes", "Personne n’a encore écrit", "naît du premier message"),
    ("reseaux", "Rien en cours sur les réseaux", "apparaît ici"),
    ("echeances", "Échéances", "dès que la loi lui donne un terme"),
    ("avis", "Vous avez tout lu", "On vous avertit de ce qui arrive"),
)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
async def test_an_empty_screen_says_what_it_is_for(desk: Desk, width: int, scheme: str) -> None:
    screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/aide")
    for path, title, taught in SCREENS:
        await screen.open(f"/bureau/{path}")
        await page.get_by_role("heading", name=re.compile(title)).first.wait_for()
        await page.get_by_text(re.compile(taught)).wait_for()
        await screen.picture(f"vide-{path.partition('?')[0]}-{width}-{scheme}")
        assert await screen.unreadable() == [], path
    assert screen.complaints == []


async def test_only_who_may_take_the_next_step_is_led_to_it(desk: Desk) -> None:
    for role, led in (("administrator", True), ("reader", False)):
        screen = await desk.screen()
        page = screen.page
        await screen.enter(await desk.person(role), towards="/bureau/boite")
        await page.get_by_text(re.compile("dès qu’un canal est branché")).wait_for()
        step = page.get_by_role("link", name="Voir les canaux")
        await expect(step).to_have_count(int(led))
        if led:
            await step.click()
            await page.wait_for_url("**/bureau/reglages/canaux")
            await page.get_by_role("link", name="Brancher un canal").first.wait_for()
        assert screen.complaints == []
