"""Whatever a query or a body names beside the address is judged like the address: hidden from an agent, it is unknown (T44)."""

import re
from typing import Any

from app.identity.roles import Role
from tests.api.test_every_operation import rich, unknown
from tests.api.test_sight import a_team, someone
from tests.security.probing.questions import ASKED, Questions, _places
from tests.security.test_matrix import OF_A_REQUEST, As, hide, may


async def test_every_place_that_names_another_thing_is_judged_like_an_address(new_town: Any) -> None:
    town = await new_town()
    hidden = await rich(town)
    theirs, ours = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    await hide(town, theirs, secret=False)
    seen = {**hidden, "ticket_id": (await town.a_ticket())["id"]}
    answer = await town.http.get(f"/api/v1/tickets/{seen['ticket_id']}")
    given = await town.http.patch(
        f"/api/v1/tickets/{seen['ticket_id']}", json={"team_id": ours}, headers={"If-Match": answer.headers["etag"]}
    )
    assert given.status_code == 200, given.text
    agent = As(await someone(town, reach="teams", teams=[ours]))
    places = [
        (where, place)
        for where in ASKED
        if may(Role.AGENT, where) and not set(re.findall(r"\{(\w+)\}", where)) - {"ticket_id"}
        for place in _places(where)
        if place[0] != "path" and place[-1] in OF_A_REQUEST
    ]
    assert len(places) >= 3, places
    questions = Questions(agent.http, mine=seen, theirs=hidden, words=[], seed=1)
    for where, place in places:
        version = await questions._version(where)
        nobodys = unknown(place[-1])
        first = await questions._ask(where, place, nobodys, version)
        second = await questions._ask(where, place, hidden[place[-1]], version)
        if second.is_success:  # what it names was not read at all, or told as it was named
            told = [_alike(one.text, name) for one, name in ((first, nobodys), (second, hidden[place[-1]]))]
            assert told[0] == told[1], (where, place)
        assert (first.status_code, first.json().get("code")) == (second.status_code, second.json().get("code")), where


def _alike(answer: str, named: str) -> str:
    """An answer without what it was asked about, and without the name of what it made."""
    return re.sub(r'"id":"\w+"', '"id":"…"', answer.replace(named, "…"))
