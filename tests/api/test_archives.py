"""How long requests are kept, and how they leave: decided, listed by night, approved, carried out, certified."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from app.exchanges import outbox
from app.ids import Prefix, new_id, parse_id
from app.privacy import elimination_repository as lists
from app.privacy.elimination import certificate_link, certificate_origin
from app.privacy.retention import CATEGORIES, DEFAULT
from tests.api.conftest import Town
from tests.api.test_sight import someone

POLICIES = "/api/v1/retention-policies"
LISTS = "/api/v1/elimination-lists"
DECISION = {
    "active_months": 12,
    "archive_months": 24,
    "counted_from": "closure",
    "fate": "destroy",
    "legal_basis": "Délibération du conseil municipal.",
}
VISA = {"reference": "AD-2031-0457", "on": "2030-05-12", "by": "Archives départementales de l'Exemple"}
WORD = "sycomore"


@pytest_asyncio.fixture
async def kept(town: Town) -> AsyncIterator[Town]:
    """A town whose clock is put back where it was."""
    at = town.clock.at
    yield town
    town.clock.at = at


async def decide(town: Town, **words: object) -> None:
    answer = await town.http.put(f"{POLICIES}/{DEFAULT}", json={**DECISION, **words}, headers={"If-Match": '"0"'})
    assert answer.status_code == 200, answer.text


async def a_closed_ticket(town: Town, **message: object) -> dict[str, Any]:
    """A request that was no demand, closed today."""
    ticket = await town.a_ticket(text=f"Merci pour tout, {WORD}.", **message)
    for saisine in ticket["saisines"]:
        tag = (await town.http.get(f"/api/v1/saisines/{saisine['id']}")).headers["etag"]
        dismissed = await town.http.post(
            f"/api/v1/saisines/{saisine['id']}/events",
            json={"type": "dismissed", "reason": "thanks"},
            headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
        )
        assert dismissed.status_code < 300, dismissed.text
    async with town.house.database.transaction(tenant=town.id) as session:
        waived = text("UPDATE duties SET waived_at = :at, waived_reason = 'essai' WHERE tenant_id = :tenant")
        await session.execute(waived, {"at": town.clock(), "tenant": town.id})
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])
    path = f"/api/v1/tickets/{ticket['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    closed = await town.http.patch(path, json={"status": "closed"}, headers={"If-Match": tag})
    assert closed.status_code == 200, closed.text
    return ticket


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def look(town: Town) -> int:
    return await town.house.retention_rounds.look(town.id)


async def step(town: Town, found: dict[str, Any], act: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await town.http.post(
        f"{LISTS}/{found['id']}/{act}", json=body, headers={"If-Match": f'"{found["version"]}"'}
    )
    assert answer.status_code < 300, answer.text
    return answer.json()


async def test_nothing_moves_without_a_decision(kept: Town) -> None:
    ticket = await a_closed_ticket(kept)
    proposals = (await kept.http.get(POLICIES)).json()["data"]
    assert [one["category"] for one in proposals] == list(CATEGORIES)
    assert {(one["decided"], one["fate"], one["version"]) for one in proposals} == {(False, "undecided", 0)}
    kept.clock.at = datetime(2090, 1, 1, tzinfo=UTC)
    assert await look(kept) == 0
    assert (await kept.http.get(LISTS)).json()["data"] == []
    assert (await kept.http.get(f"/api/v1/tickets/{ticket['id']}")).status_code == 200


async def test_a_decision_has_its_bounds_its_basis_and_its_version(kept: Town) -> None:
    url = f"{POLICIES}/{DEFAULT}"
    for words, pointer in (({"active_months": 1201}, "/active_months"), ({"legal_basis": " "}, "/legal_basis")):
        refused = await kept.http.put(url, json={**DECISION, **words}, headers={"If-Match": '"0"'})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    await decide(kept)
    assert (await kept.http.put(url, json=DECISION, headers={"If-Match": '"0"'})).status_code == 412
    assert (await kept.http.put(f"{POLICIES}/NONE", json=DECISION, headers={"If-Match": '"0"'})).status_code == 404
    only = await kept.key("archives:read")
    assert (await kept.http.put(url, json=DECISION, headers={**only, "If-Match": '"1"'})).status_code == 403
    assert [fact["type"] for fact in await kept.facts("retention.decided")] == ["retention.decided"]


async def test_a_duration_is_seen_before_it_is_decided_and_does_what_it_showed(kept: Town) -> None:
    tickets = [await a_closed_ticket(kept) for _ in range(3)]
    await kept.a_ticket()
    url, asked = f"{POLICIES}/{DEFAULT}/previews", {**DECISION}
    del asked["legal_basis"]
    none = (await kept.http.post(url, json=asked)).json()
    assert (none["listed"], none["archived"], none["kept"], none["oldest"], none["complete"]) == (0, 0, 0, None, True)
    closed_on = kept.clock().date()
    kept.clock.move(days=400)
    assert (await kept.http.post(url, json=asked)).json()["archived"] == 3
    kept.clock.move(days=365 * 3)
    held = {"ticket_id": tickets[0]["id"], "reason": "Contentieux."}
    assert (await kept.http.post("/api/v1/legal-holds", json=held, headers=once())).status_code == 201
    seen = (await kept.http.post(url, json=asked)).json()
    assert (seen["on"], seen["listed"], seen["kept"]) == (kept.clock().date().isoformat(), 2, 1)
    assert seen["oldest"] == {
        "opened_on": closed_on.isoformat(),
        "closed_on": closed_on.isoformat(),
        "due_on": closed_on.replace(year=closed_on.year + 3).isoformat(),
    }
    undecided = (await kept.http.post(url, json={**asked, "fate": "undecided"})).json()
    assert (undecided["listed"], undecided["archived"], undecided["kept"]) == (0, 3, 3)
    assert (await kept.http.post(f"{POLICIES}/URBANISME/previews", json=asked)).json()["kept"] == 0
    # Nothing was decided by looking.
    assert await look(kept) == 0
    assert (await kept.http.get(f"{POLICIES}/{DEFAULT}")).json()["decided"] is False
    await decide(kept)
    await look(kept)
    (found,) = (await kept.http.get(LISTS)).json()["data"]
    assert found["listed"] == seen["listed"]
    again = (await kept.http.post(url, json=asked)).json()
    assert (again["listed"], again["kept"]) == (0, 1)


async def test_what_is_no_duration_is_refused_and_only_who_decides_may_look(kept: Town) -> None:
    url, asked = f"{POLICIES}/{DEFAULT}/previews", {**DECISION, "archive_months": 1201}
    del asked["legal_basis"]
    refused = await kept.http.post(url, json=asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/archive_months")
    assert (await kept.http.post(f"{POLICIES}/NONE/previews", json={**asked, "archive_months": 0})).status_code == 404
    reader = await kept.key("archives:read")
    assert (await kept.http.post(url, json=asked, headers=reader)).status_code == 403


async def test_the_intermediate_archive_is_for_those_who_may_read_it(kept: Town) -> None:
    ticket = await a_closed_ticket(kept)
    await decide(kept)
    kept.clock.move(days=400)
    assert await look(kept) == 1
    agent, supervisor = await someone(kept), await someone(kept, role="supervisor")
    path = f"/tickets/{ticket['id']}"
    assert (await agent.ask("GET", path)).status_code == 404
    assert await agent.sees(f"/tickets?q={WORD}") == set()
    assert (await supervisor.ask("GET", path)).status_code == 200
    # What lives again has left the archive, for everybody.
    tag = (await kept.http.get(f"/api/v1{path}")).headers["etag"]
    await kept.http.patch(f"/api/v1{path}", json={"status": "open"}, headers={"If-Match": tag})
    assert (await agent.ask("GET", path)).status_code == 200


async def test_a_list_is_proposed_approved_carried_out_and_certified(kept: Town) -> None:
    gone, held, reopened = [await a_closed_ticket(kept) for _ in range(3)]
    running = await kept.a_ticket()
    await decide(kept)
    kept.clock.move(days=365 * 4)
    assert await look(kept) == 3
    assert await look(kept) == 0
    found = (await kept.http.get(LISTS)).json()["data"][0]
    assert (found["state"], found["fate"], found["listed"]) == ("proposed", "destroy", 3)
    lines = (await kept.http.get(f"{LISTS}/{found['id']}/lines")).json()["data"]
    assert {line["reference"] for line in lines} == {one["reference"] for one in (gone, held, reopened)}
    early = await kept.http.post(f"{LISTS}/{found['id']}/execution", headers={"If-Match": f'"{found["version"]}"'})
    assert (early.status_code, early.json()["code"]) == (409, "elimination-list-state")
    found = await step(kept, found, "submission")
    found = await step(kept, found, "visa", {**VISA, "on": kept.clock().date().isoformat()})
    # Between the visa and the execution one is held, another lives again: neither is erased.
    answer = await kept.http.post(
        "/api/v1/legal-holds",
        json={"ticket_id": held["id"], "reason": "Contentieux devant le tribunal."},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert answer.status_code == 201, answer.text
    path = f"/api/v1/tickets/{reopened['id']}"
    tag = (await kept.http.get(path)).headers["etag"]
    await kept.http.patch(path, json={"status": "open"}, headers={"If-Match": tag})
    found = await step(kept, found, "execution")
    list_id = parse_id(Prefix.ELIMINATION_LIST, found["id"])
    for _ in range(2):  # a job doubled does nothing more
        await kept.house.eliminations.work(str(kept.id), str(list_id))
    done = (await kept.http.get(f"{LISTS}/{found['id']}")).json()
    lines = {line["reference"]: line for line in (await kept.http.get(f"{LISTS}/{found['id']}/lines")).json()["data"]}
    assert (done["state"], done["erased"], done["kept"]) == ("done", 1, 2), lines
    assert lines[gone["reference"]]["state"] == "erased"
    assert "contentieux" in lines[held["reference"]]["kept_because"]
    assert lines[reopened["reference"]]["state"] == "kept"
    assert WORD not in (await kept.http.get(f"/api/v1/tickets/{gone['id']}/messages")).text
    assert WORD in (await kept.http.get(f"/api/v1/tickets/{held['id']}/messages")).text
    assert (await kept.http.get(f"/api/v1/tickets/{running['id']}")).json()["status"] != "closed"
    async with kept.house.database.transaction(tenant=kept.id) as session:
        whole = await lists.find(session, kept.id, list_id)
        rows = await lists.lines(session, kept.id, list_id, after=None, limit=10)
    assert whole is not None
    digest = certificate_origin(whole)
    for row in rows:
        digest = certificate_link(digest, row)
    assert done["digest"] == digest.hex()
    page = await kept.http.get(f"{LISTS}/{found['id']}/document")
    assert page.content.startswith(b"%PDF")
    file = (await kept.http.get(f"{LISTS}/{found['id']}/document?format=csv")).text
    table = list(csv.DictReader(io.StringIO(file)))
    assert {row["etat"] for row in table} == {"erased", "kept"}
    kinds = {fact["type"] for fact in await kept.facts() if fact["type"].startswith("elimination_list.")}
    assert kinds == {f"elimination_list.{word}" for word in ("proposed", "submitted", "approved", "started", "done")}


async def test_what_lived_again_and_was_closed_anew_is_counted_anew_whatever_the_visa(kept: Town) -> None:
    ticket = await a_closed_ticket(kept)
    await decide(kept)
    kept.clock.move(days=365 * 4)
    await look(kept)
    found = (await kept.http.get(LISTS)).json()["data"][0]
    found = await step(kept, found, "submission")
    early = {**VISA, "on": "2026-01-05"}
    refused = await kept.http.post(
        f"{LISTS}/{found['id']}/visa", json=early, headers={"If-Match": f'"{found["version"]}"'}
    )
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "before-submission")
    found = await step(kept, found, "visa", {**VISA, "on": kept.clock().date().isoformat()})
    path = f"/api/v1/tickets/{ticket['id']}"
    for status in ("open", "closed"):
        tag = (await kept.http.get(path)).headers["etag"]
        await kept.http.patch(path, json={"status": status}, headers={"If-Match": tag})
    found = await step(kept, found, "execution")
    await kept.house.eliminations.work(str(kept.id), str(parse_id(Prefix.ELIMINATION_LIST, found["id"])))
    done = (await kept.http.get(f"{LISTS}/{found['id']}")).json()
    (line,) = (await kept.http.get(f"{LISTS}/{found['id']}/lines")).json()["data"]
    assert (done["erased"], line["state"]) == (0, "kept")
    assert "sa durée n’est plus échue" in line["kept_because"]
    assert WORD in (await kept.http.get(f"{path}/messages")).text


async def test_a_list_the_archives_refuse_lets_its_requests_stay(kept: Town) -> None:
    ticket = await a_closed_ticket(kept)
    await decide(kept, fate="transfer")
    kept.clock.move(days=365 * 4)
    await look(kept)
    found = (await kept.http.get(LISTS)).json()["data"][0]
    assert found["fate"] == "transfer"
    found = await step(kept, found, "submission")
    found = await step(kept, found, "withdrawal", {"reason": "À trier d'abord."})
    assert found["state"] == "withdrawn"
    assert await look(kept) == 0
    kept.clock.move(days=370)
    assert await look(kept) == 1
    again = (await kept.http.get(LISTS)).json()["data"]
    assert [(one["state"], one["listed"]) for one in again] == [("proposed", 1), ("withdrawn", 1)]
    assert WORD in (await kept.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).text


async def test_lists_are_their_administrations_own(new_town: Any) -> None:
    here, there = await new_town(), await new_town()
    at = here.clock.at
    try:
        await a_closed_ticket(here)
        await decide(here)
        here.clock.move(days=365 * 4)
        await look(here)
        found = (await here.http.get(LISTS)).json()["data"][0]
        for path in ("", "/lines", "/document"):
            assert (await there.http.get(f"{LISTS}/{found['id']}{path}")).status_code == 404
        assert (await there.http.get(LISTS)).json()["data"] == []
    finally:
        here.clock.at = at
