"""Links between requests: said once, read from both sides, by who sees both."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.ids import Prefix, new_id, parse_id
from app.privacy import emptying
from app.tickets.link_values import Link, LinkKind, TooManyLinks, refuse
from tests.api.conftest import Town
from tests.api.test_sight import Someone, a_team, give, someone
from tests.api.test_tags import a_tag, put


async def link(
    town: Town, one: dict[str, Any], other: dict[str, Any], kind: str = "related", *, by: Someone | None = None
) -> httpx.Response:
    words, head = {"kind": kind, "ticket_id": other["id"]}, {"Idempotency-Key": new_id().hex}
    if by is not None:
        return await by.ask("POST", f"/tickets/{one['id']}/links", json=words, headers=head)
    return await town.http.post(f"/api/v1/tickets/{one['id']}/links", json=words, headers=head)


async def seen(town: Town, ticket: dict[str, Any], by: Someone | None = None) -> list[tuple[str, str]]:
    path = f"/tickets/{ticket['id']}/links"
    answer = await (by.ask("GET", path) if by else town.http.get(f"/api/v1{path}"))
    assert answer.status_code == 200, answer.text
    return [(one["relation"], one["ticket"]["id"]) for one in answer.json()["data"]]


def test_a_request_has_a_hundred_links_at_most() -> None:
    one = new_id()
    known = [
        Link(
            id=new_id(),
            kind=LinkKind.FOLLOWS,
            source_id=one,
            target_id=new_id(),
            actor="system",
            at=datetime(2026, 3, 2, tzinfo=UTC),
        )
        for _ in range(100)
    ]
    refuse(LinkKind.RELATED, new_id(), new_id(), known)
    refuse(LinkKind.RELATED, one, new_id(), known[1:])
    with pytest.raises(TooManyLinks):
        refuse(LinkKind.RELATED, new_id(), one, known)


async def test_each_side_reads_a_link_in_its_own_words(town: Town) -> None:
    first, copy, sequel = [await town.a_ticket() for _ in range(3)]
    made = await link(town, copy, first, "duplicate_of")
    assert made.status_code == 201, made.text
    assert made.json()["ticket"] == {name: first[name] for name in ("id", "reference", "subject", "status")}
    await link(town, sequel, first, "follows")
    await link(town, sequel, copy, "related")
    assert await seen(town, first) == [("duplicated_by", copy["id"]), ("followed_by", sequel["id"])]
    assert await seen(town, copy) == [("duplicate_of", first["id"]), ("related", sequel["id"])]

    for one, other, kind in ((copy, first, "duplicate_of"), (first, copy, "duplicate_of"), (copy, sequel, "related")):
        refused = await link(town, one, other, kind)
        assert (refused.status_code, refused.json()["code"]) == (409, "already-linked")
    itself = await link(town, first, first)
    assert (itself.status_code, itself.json()["errors"][0]["pointer"]) == (422, "/ticket_id")

    path = f"/api/v1/tickets/{first['id']}/links/{made.json()['id']}"
    elsewhere = path.replace(first["id"], sequel["id"])
    assert (await town.http.delete(elsewhere)).status_code == 404  # it is none of that request's
    assert [(await town.http.delete(path)).status_code for _ in range(2)] == [204, 404]
    assert await seen(town, copy) == [("related", sequel["id"])]
    told = await town.facts("ticket.linked", "ticket.unlinked")
    assert [fact["type"] for fact in told] == ["ticket.linked"] * 6 + ["ticket.unlinked"] * 2
    assert all(set(fact["data"]) == {"ticket_id", "link_id", "relation"} for fact in told)


async def test_a_link_never_leads_beyond_ones_sight(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    plain, secret = await town.a_ticket(), await town.a_ticket()
    made = (await link(town, plain, secret)).json()
    await give(town, secret, team_id=social, confidential=True)
    outsider, member = await someone(town), await someone(town, teams=[social])
    assert await seen(town, plain, member) == [("related", secret["id"])]
    assert await seen(town, plain, outsider) == []
    hidden = await outsider.ask("DELETE", f"/tickets/{plain['id']}/links/{made['id']}")
    assert hidden.status_code == 404
    for kind in ("follows", "related"):  # unknown, whether or not a link is there already
        refused = await link(town, plain, secret, kind, by=outsider)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown")
    assert (await link(town, secret, plain, by=outsider)).status_code == 404
    assert (await outsider.ask("GET", f"/tickets/{secret['id']}/links")).status_code == 404


async def test_a_merged_request_keeps_its_links_and_takes_no_other(town: Town) -> None:
    kept, source, other = [await town.a_ticket() for _ in range(3)]
    await link(town, source, other)
    merged = await town.http.post(
        f"/api/v1/tickets/{kept['id']}/merges",
        json={"source_ids": [source["id"]], "reason": "Essai."},
        headers={"If-Match": f'"{kept["version"]}"', "Idempotency-Key": new_id().hex},
    )
    assert merged.status_code == 201, merged.text
    refused = await link(town, kept, source)
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket-merged")
    assert await seen(town, other) == [("related", source["id"])]


async def test_what_a_request_was_filed_under_goes_when_it_is_erased(town: Town) -> None:
    gone, other, tag = await town.a_ticket(), await town.a_ticket(), await a_tag(town, "Handicap")
    await link(town, gone, other)
    assert (await put(town, gone, tag)).json()["tags"] != []
    async with town.house.database.transaction(tenant=town.id) as session:
        await emptying.empty_tickets(session, town.id, [parse_id(Prefix.TICKET, gone["id"])], at=town.clock())
    assert (await town.http.get(f"/api/v1/tickets/{gone['id']}")).json()["tags"] == []
    assert await seen(town, other) == []
