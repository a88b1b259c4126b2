"""Every writing on a request that is closed, merged away, confidential, archived or erased, by who may and who may not see it.

It is done, or refused by a name the document gives: never a failure, never for somebody who does not see the request.
"""

from typing import Any

import pytest
from sqlalchemy import text

from app.identity.roles import Role
from app.ids import Prefix, parse_id, public_id
from tests.api.conftest import Town
from tests.api.test_every_operation import OPERATIONS, ask, filled, rich
from tests.api.test_sight import a_team, someone
from tests.api.test_suspension import stand
from tests.security.test_matrix import As, may, of_a_request

WRITINGS = [(where, how) for where, how in OPERATIONS if not where.startswith("GET") and of_a_request(where)]
_BECOMES = {
    "closed": "UPDATE tickets SET status = 'closed', closed_at = :at WHERE tenant_id = :tenant",
    "confidential": "UPDATE tickets SET team_id = :team, confidential_at = :at WHERE tenant_id = :tenant",
    "archived": "UPDATE tickets SET status = 'closed', closed_at = :at, archived_at = :at WHERE tenant_id = :tenant",
    "erased": "UPDATE tickets SET status = 'closed', closed_at = :at, erased_at = :at WHERE tenant_id = :tenant",
}
# Who sees a request in each state, and so may be told more than that nobody has it.
_SEEN_BY = {
    "closed": {Role.ADMINISTRATOR, Role.AGENT, Role.READER},
    "confidential": set[Role](),
    "archived": {Role.ADMINISTRATOR},
    "erased": {Role.ADMINISTRATOR, Role.AGENT, Role.READER},
}


async def version(town: Town, where: str, ids: dict[str, str]) -> str:
    """Returns the version of the thing nearest above an address."""
    path = filled(where, ids)[1]
    while path.count("/") > 3:
        answer = await town.http.get(path)
        if "etag" in answer.headers:
            return str(answer.headers["etag"])
        path = path.rpartition("/")[0]
    return '"1"'


def named(how: dict[str, Any], status: int) -> bool:
    return 200 <= status < 300 or (status < 500 and str(status) in how["responses"])


async def written(town: Town, who: Any, ids: dict[str, str], where: str, how: dict[str, Any]) -> Any:
    return await ask(who, where, how, ids=ids, headers={"If-Match": await version(town, where, ids)})


@pytest.mark.parametrize("state", _BECOMES)
async def test_every_writing_is_done_or_refused_by_name_whatever_the_state(town: Town, state: str) -> None:
    ids = await rich(town)
    team = await a_team(town, "Action sociale")
    people = {role: As(await someone(town, role=role.value)) for role in (Role.ADMINISTRATOR, Role.AGENT, Role.READER)}
    values = {"tenant": town.id, "at": town.clock(), "team": parse_id(Prefix.TEAM, team)}
    statement = _BECOMES[state]
    wrong = []
    for where, how in WRITINGS:
        for role, who in people.items():
            # What was written before may have brought the request back to life.
            async with town.house.database.transaction(tenant=town.id) as session:
                await session.execute(
                    text(statement), {name: one for name, one in values.items() if f":{name}" in statement}
                )
            answer = await written(town, who, ids, where, how)
            if not may(role, where):
                right = answer.status_code == 403
            elif role not in _SEEN_BY[state]:
                right = answer.status_code == 404
            else:
                right = named(how, answer.status_code)
            if not right:
                wrong.append(f"{role.value}: {where} -> {answer.status_code} {answer.text[:200]}")
    assert wrong == [], "\n".join(wrong)


async def test_every_writing_on_a_request_merged_away_is_done_or_refused_by_name(town: Town) -> None:
    ids = await rich(town)
    found = text("SELECT id FROM tickets WHERE tenant_id = :tenant AND merged_into IS NOT NULL")
    async with town.house.database.transaction(tenant=town.id) as session:
        away = (await session.execute(found, {"tenant": town.id})).scalars().first()
    ids["ticket_id"] = public_id(Prefix.TICKET, away)
    agent = As(await someone(town, role="agent"))
    wrong = []
    for where, how in WRITINGS:
        for who, allowed in ((agent, may(Role.AGENT, where)), (town, True)):
            answer = await written(town, who, ids, where, how)
            if not (named(how, answer.status_code) if allowed else answer.status_code == 403):
                wrong.append(f"{where} -> {answer.status_code} {answer.text[:200]}")
    assert wrong == [], "\n".join(wrong)


async def test_a_suspended_administration_refuses_every_writing_on_its_requests(town: Town) -> None:
    ids = await rich(town)
    agent = As(await someone(town, role="agent"))
    await stand(town, suspended=True)
    for where, how in WRITINGS:
        answer = await ask(agent, where, how, ids=ids)
        assert (answer.status_code, answer.json()["code"]) == (403, "administration-suspended"), where
