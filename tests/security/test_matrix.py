"""Every operation, asked by every role, of a request it may see, one of another team, a confidential one, another town's.

Nothing is listed here by hand: operations and their rights come from the OpenAPI, roles from the policy table. A route
written tomorrow is asked too, and answers 404 for what is hidden or this test fails.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text

from app.identity.roles import POLICY, Role
from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.test_every_operation import OPERATIONS, ask, rich
from tests.api.test_sight import Someone, a_team, someone

OPERATION = dict(OPERATIONS)
# Those that only read; a stream never ends, and has tests of its own.
READINGS = [where for where in OPERATION if where.startswith("GET") and not where.endswith("/stream")]
# What the town at hand has not: words read by machine, a letter left by post, templates at a provider, a paper of its own;
# a copy of a person's data is for who asked for it, an act over many requests for who began it, and a key is told nothing.
NOT_SO = {
    "GET /api/v1/bulk-acts/{bulk_id}": (404,),
    "GET /api/v1/bulk-acts/{bulk_id}/items": (404,),
    "GET /api/v1/notifications": (403,),
    "GET /api/v1/notifications/count": (403,),
    "GET /api/v1/notification-wishes": (403,),
    "GET /api/v1/contacts/{contact_id}/exports/{export_id}/file": (403,),
    "GET /api/v1/attachments/{attachment_id}/text": (404,),
    "GET /api/v1/letters/{letter_id}/delivery": (409,),
    "GET /api/v1/letters/{letter_id}/delivery/slip": (409,),
    "GET /api/v1/channels/{channel_id}/templates": (409,),
    "GET /api/v1/tenant/letterhead": (404,),
    "GET /api/v1/tenant/letterhead/logo": (404,),
}
# What belongs to a request, and is unknown with it.
OF_A_REQUEST = {
    "alert_id",
    "attachment_id",
    "letter_id",
    "message_id",
    "move_id",
    "outbound_id",
    "receipt_id",
    "saisine_id",
    "ticket_id",
}
# The journal tells who did what to which request, never its words: reading it whole is the auditor's office. A plan of
# erasure names every request of a person, never its words: the administration answers for all it holds.
# A whole copy of the administration is whole: its administrators take it to carry the service elsewhere.
JOURNAL, WHOLE = "audit:read", ("/erasures", "/tenant/exports/{tenant_export_id}/content")
# What every administration has, by the same name.
EVERYBODYS = ("{code}", "{category}", "{kind}")
_HIDE = text(
    "UPDATE tickets SET team_id = :team, assignee_id = NULL, confidential_at = CASE WHEN :secret THEN now() END "
    "WHERE tenant_id = :tenant"
)


class As:
    """A town as one person sees it: what `ask` of every operation speaks to."""

    def __init__(self, who: Someone) -> None:
        head = {**who.cookie, "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.AsyncClient(
            transport=who.town.http._transport, base_url=str(who.town.http.base_url), headers=head
        )


@dataclass
class Asked:
    """What was asked, and whatever was not answered as it must be."""

    ids: dict[str, str]
    reference: str
    wrong: list[str] = field(default_factory=list)

    async def expect(self, what: str, who: Any, where: str, *statuses: int, silent: bool = False, **words: Any) -> None:
        answer = await ask(who, where, OPERATION[where], ids=self.ids, **words)
        told = silent and any(word in answer.text for word in (*self._names(), self.reference))
        if answer.status_code not in statuses or told:
            self.wrong.append(f"{what}: {where} -> {answer.status_code} {answer.text[:160]}")

    def _names(self) -> list[str]:
        return [self.ids[name] for name in OF_A_REQUEST - {"move_id"}]


def parameters(where: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", where))


def of_a_request(where: str) -> bool:
    return bool(parameters(where) & OF_A_REQUEST)


def scopes_of(where: str) -> tuple[str, ...]:
    return tuple(sorted(OPERATION[where]["x-required-scopes"]))


def may(role: Role, where: str) -> bool:
    return set(scopes_of(where)) <= {scope.value for scope in POLICY[role].scopes}


async def seen(asked: Asked, people: dict[Role, As]) -> None:
    """Every reading of a role's is given, everything else is refused for the right it lacks."""
    for role, who in people.items():
        for where in OPERATION:
            if not may(role, where):
                await asked.expect(f"{role.value} lacks", who, where, 403)
            elif where in READINGS and not (role is Role.AUDITOR and of_a_request(where)):
                await asked.expect(f"{role.value} sees", who, where, 200, *NOT_SO.get(where, ()))


async def hidden(asked: Asked, people: dict[Role, As]) -> None:
    """What is hidden is unknown by its name, for reading and for writing, and absent from every list."""
    for role, who in people.items():
        for where in OPERATION:
            if may(role, where) and of_a_request(where):
                told = role is Role.AUDITOR and JOURNAL in scopes_of(where)
                await asked.expect(f"{role.value} is hidden", who, where, 200 if told else 404)
            elif may(role, where) and where in READINGS:
                silent = JOURNAL not in scopes_of(where) and not any(one in where for one in WHOLE)
                await asked.expect(f"{role.value} is told by", who, where, 200, *NOT_SO.get(where, ()), silent=silent)


async def elsewhere(asked: Asked, stranger: As) -> None:
    """Another town's is as if it were nowhere, even for its administrator."""
    for where in OPERATION:
        if parameters(where) and not any(one in where for one in EVERYBODYS):
            await asked.expect("a stranger gets", stranger, where, 404)


async def by_key(asked: Asked, town: Town) -> None:
    """A key that has exactly the rights an operation asks for needs no other."""
    keys = {scopes: await town.key(*scopes) for scopes in {scopes_of(where) for where in READINGS} if scopes}
    for where in READINGS:
        if scopes_of(where):
            await asked.expect("a key gets", town, where, 200, *NOT_SO.get(where, ()), headers=keys[scopes_of(where)])


async def hide(town: Town, team: str, *, secret: bool) -> None:
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(_HIDE, {"tenant": town.id, "team": parse_id(Prefix.TEAM, team), "secret": secret})


async def test_each_role_gets_what_its_rights_and_its_sight_say(new_town: Any) -> None:
    """One house for all: the questions, and not their setting up, are what takes the time."""
    town: Town = await new_town()
    ids = await rich(town)
    theirs, ours = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    ticket = (await town.http.get(f"/api/v1/tickets/{ids['ticket_id']}")).json()
    asked = Asked(ids, ticket["reference"])

    people = {role: As(await someone(town, role=role.value)) for role in Role}
    await seen(asked, people)
    await by_key(asked, town)
    await hide(town, theirs, secret=False)
    await hidden(asked, {Role.AGENT: As(await someone(town, reach="teams", teams=[ours]))})
    await hide(town, theirs, secret=True)
    await hidden(asked, {role: who for role, who in people.items() if role is not Role.SUPERVISOR})
    await elsewhere(asked, As(await someone(await new_town(), role="administrator")))
    assert asked.wrong == [], "\n".join(asked.wrong)
