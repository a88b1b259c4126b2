"""What agents see of a house whose data came back from a backup: nothing leaves, on every page, until somebody says so."""

import re

from app.exchanges import gates
from app.exchanges.breaker import RESTORED_UNTIL, Lane, LaneState
from app.facts import Actor
from tests.harness.towns import mail
from tests.web.conftest import Town, parsed

WHY = "données restaurées de la sauvegarde du 02/03/2026 02:15 UTC"


async def test_every_page_says_that_nothing_leaves_until_it_does(town: Town) -> None:
    await town.sign_in()
    await town.receive(mail())
    assert "Plus rien ne part" not in (await town.browser.get("/boite")).text
    async with town.house.database.transaction(tenant=town.id) as session:
        await gates.lane(session, town.id, town.mail.id)
        restored = Lane(state=LaneState.RESTORED, held_until=RESTORED_UNTIL, reason=WHY)
        await gates.keep(session, town.id, town.mail.id, restored)
    for address in ("/boite", "/envois", "/surveillance"):
        aside = parsed(await town.browser.get(address)).css_first("aside[aria-label='Envois arrêtés']")
        assert aside, address
        assert WHY in aside.text()
        assert aside.css_first("a[href='/envois?file=sans-nouvelle']")
    shown = (await town.browser.get("/envois")).text
    assert "envois arrêtés depuis la restauration" in shown
    assert not re.search(r"\b9999\b", shown)
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.restarting.resume(session, town.id, actor=Actor("operator"))
    assert "Plus rien ne part" not in (await town.browser.get("/envois")).text
