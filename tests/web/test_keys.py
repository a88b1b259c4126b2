"""Access keys on their page: made and shown once, replaced, revoked; nothing beyond one's own rights."""

import re

from app.rest.callers import Presented
from tests.web.conftest import Town, parsed
from tests.web.test_people import post, settled

KEY = re.compile(r"parvis_[A-Za-z0-9_-]{40,}")


async def test_a_key_is_made_replaced_and_revoked_on_the_page(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr", role="administrator")
    refused = await post(town, "/equipe/cles", browser, nom="Site", fin="")
    assert (refused.status_code, "au moins un droit" in refused.text) == (422, True)
    made = await post(town, "/equipe/cles", browser, nom="Site", fin="2027-03-01", droits="intake:write")
    (secret,) = KEY.findall(made.text)
    assert (await town.house.authenticate(secret, presented=Presented.KEY)).scopes == {"intake:write"}
    listed = await browser.get("/equipe/cles")
    assert secret not in listed.text
    rows = {row.css_first("bdi").text(): row for row in parsed(listed).css("tbody tr")}
    replaced = await post(town, rows["Site"].css("form")[0].attributes["action"], browser, dans="24")
    (new,) = KEY.findall(replaced.text)
    assert new != secret
    for one in (secret, new):
        assert await town.house.authenticate(one, presented=Presented.KEY)
    newest = next(row for row in parsed(replaced).css("tbody tr") if "remplace une autre" in row.text())
    gone = await post(town, newest.css("form")[1].attributes["action"], browser)
    assert gone.headers["location"] == "/equipe/cles?fait=revoquee"
    agent = await settled(town, "rémi@agents.example.fr".replace("é", "e"), role="agent")
    assert (await agent.get("/equipe/cles")).status_code == 403
