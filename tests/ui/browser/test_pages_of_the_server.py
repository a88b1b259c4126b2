"""Every page the server makes, for agents and for citizens, found by crawling the routes: axe finds nothing, and nothing is cut off."""

import re
from typing import Any

from app.main import create_app
from tests.api.test_every_operation import rich
from tests.security.test_headers import routes
from tests.ui.conftest import Desk, Screen

ELSEWHERE = ("/api/", "/bureau", "/statique/", "/mcp", "/.well-known/")


async def addresses(desk: Desk) -> list[str]:
    """Every address a browser may open, about things that are there."""
    ids = await rich(desk.town)
    form = (await desk.town.http.get("/api/v1/forms")).json()["data"][0]
    named = {**ids, "contact": ids["contact_id"], "ticket": ids["ticket_id"], "saisine": ids["saisine_id"]}
    named |= {"message": ids["message_id"], "letter": ids["letter_id"], "piece": ids["attachment_id"]}
    named |= {"channel": ids["channel_id"], "form": ids["form_id"], "sending": ids["outbound_id"]}
    named |= {"reception": ids["receipt_id"], "move": ids["move_id"], "slug": form.get("slug") or "inconnu"}
    paths = {path for method, path in routes(create_app(desk.town.house)) if method == "GET"}
    return sorted(
        re.sub(r"\{(\w+)(?::path)?\}", lambda found: named.get(found[1], "inconnu"), path)
        for path in paths
        if not path.startswith(ELSEWHERE) and path != "/deconnexion"
    )


async def looked_at(screen: Screen, address: str) -> list[Any]:
    """What is wrong with a page: in light at full width; then in the dark, 320 px wide (a screen of 1280 at 400 %)."""
    page = screen.page
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 1280, "height": 900})
    faults = [("light", one) for one in await screen.faults()]
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 320, "height": 640})
    faults += [("dark, 320 px", one) for one in await screen.faults(rules=["color-contrast", "target-size"])]
    if (wider := await screen.wider_than_shown()) > 0:
        faults.append(("320 px", f"{wider} px wider than the window"))
    faults += [("320 px", one) for one in await screen.cut_when_spaced_out()]
    return faults


async def test_every_page_can_be_read_by_everybody(desk: Desk) -> None:
    everywhere = await addresses(desk)
    screen = await desk.screen(refusals=(400, 401, 403, 404, 410, 422))
    await screen.enter(await desk.person("administrator"), towards="/boite")
    found: dict[str, list[Any]] = {}
    pages = 0
    for address in everywhere:
        head = await screen.page.context.request.get(screen.base + address, max_redirects=0)
        if head.status != 200 or not head.headers.get("content-type", "").startswith("text/html"):
            continue
        pages += 1
        await screen.open(address)
        if faults := await looked_at(screen, address):
            found[address] = faults
    assert found == {}
    assert pages > 50
    assert screen.complaints == []
