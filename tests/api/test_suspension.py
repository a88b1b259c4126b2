"""A suspended administration: nobody signs in or reads, messages come in and clocks run, and nothing that waits is lost."""

import asyncio
from typing import Any

import pytest

from app.api import hall
from app.api.closing import Closing
from app.exchanges import outbox
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.sve.warning import notices
from tests.api.conftest import Town
from tests.api.test_sight import someone

WHY = "Convention échue"


async def stand(town: Town, *, suspended: bool) -> None:
    act = town.house.standing.suspend if suspended else town.house.standing.resume
    async with town.house.database.transaction(tenant=town.id) as session:
        await act(session, town.id, reason=WHY)


async def states(town: Town, ticket: dict[str, Any]) -> dict[str, str]:
    """Returns the state of what leaves for a ticket, by its purpose."""
    async with town.house.database.transaction(tenant=town.id) as session:
        rows = await outbox.in_states(session, town.id, [], after=None, limit=100)
    return {row.purpose: row.state.value for row in rows if public_id(Prefix.TICKET, row.ticket_id) == ticket["id"]}


async def depart(town: Town) -> None:
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])


async def test_nobody_reads_and_everything_that_comes_is_kept(town: Town) -> None:
    agent = await someone(town, role="administrator")
    channel = await town.connect("http")
    await stand(town, suspended=True)

    for refused in (await town.http.get("/api/v1/tickets"), await agent.ask("GET", "/me")):
        assert (refused.status_code, refused.json()["code"]) == (403, "administration-suspended")
        assert WHY in refused.json()["detail"]
    page = await town.http.get("/boite", headers={**agent.cookie, "Accept": "text/html"})
    assert page.status_code == 403
    assert WHY in page.text

    # Bytes first: a program that hands messages in goes on, and reads what became of them; it reads nothing else.
    feeder = await town.key(Scope.INTAKE_WRITE, Scope.INTAKE_READ)
    town.http.headers.update(feeder)
    kept = await town.hand_over(channel)
    assert kept["state"] == "done"
    async with town.house.database.transaction(tenant=town.id) as session:
        told = await notices.page(session, town.id, states=[], after=None, limit=10)
    assert [WHY in mail.text for mail in told] == [True]

    # Rounds go over it: the watch, the seal of the journal, the mails to agents.
    assert town.id in await town.house.tenants.directory()
    assert town.id not in await town.house.tenants.active()


async def test_whoever_was_reading_when_it_was_suspended_reads_no_further(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream opened before outlives neither by a program's key nor by a session."""
    agent, begun, may_listen = await someone(town), asyncio.Semaphore(0), hall._may_listen

    def noticed(*given: Any, **words: Any) -> bool:
        begun.release()
        return may_listen(*given, **words)

    monkeypatch.setattr(hall, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(hall, "_may_listen", noticed)
    app = town.http._transport.app  # type: ignore[attr-defined]
    monkeypatch.setattr(app.state, "closing", Closing(), raising=False)
    key = await town.key(Scope.EVENTS_READ)
    for follow in (
        lambda: town.http.get("/api/v1/events/stream", headers=key),
        lambda: agent.ask("GET", "/events/stream"),
    ):
        reading = asyncio.create_task(follow())
        await asyncio.wait_for(begun.acquire(), 30)
        await stand(town, suspended=True)
        async with asyncio.timeout(30):
            while not reading.done():
                town.clock.move(seconds=6)  # what a look under way still remembers is forgotten
                await asyncio.sleep(0.05)
        assert (await reading).status_code == 200
        await stand(town, suspended=False)
        while not begun.locked():
            await begun.acquire()


async def test_answers_wait_acknowledgements_leave_and_all_goes_on_afterwards(town: Town) -> None:
    ticket = await town.a_ticket()
    await depart(town)
    head = {"Idempotency-Key": new_id().hex}
    sent = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Bonjour"}, headers=head)
    assert sent.status_code == 202, sent.text
    await stand(town, suspended=True)
    key = await town.key(*Scope)
    other = {"kind": "email", "address": "autre.usager@example.org", "display_name": "Autre Exemple"}
    await town.hand_over(await town.connect("email"), subject="Une autre demande", sender=other)
    await depart(town)
    assert (await states(town, ticket))["reply"] == "frozen"
    async with town.house.database.transaction(tenant=town.id) as session:
        gone = await outbox.in_states(session, town.id, ["accepted"], after=None, limit=100)
    assert {one.purpose for one in gone} == {"AEE"}
    assert len(gone) == 2

    # Longer than any message waits for its provider: it is not given up for the time nothing could leave.
    town.clock.move(days=30)
    await depart(town)
    assert (await states(town, ticket))["reply"] == "frozen"
    await stand(town, suspended=False)
    await depart(town)
    assert (await states(town, ticket))["reply"] == "accepted"
    assert (await town.http.get("/api/v1/tickets", headers=key)).status_code == 200
    town.http.headers.update(key)
    told = await town.facts("tenant.suspended", "tenant.resumed")
    assert [fact["type"] for fact in told] == ["tenant.suspended", "tenant.resumed"]
    assert [fact["data"]["reason"] for fact in told] == [WHY, WHY]


async def test_a_request_that_names_another_administration_is_refused_and_journalled(new_town: Any) -> None:
    """T39: header, host and key agree, or nothing is answered."""
    town, other = await new_town(), await new_town()
    own, theirs = [await one.http.get("/api/v1/tenant") for one in (town, other)]
    for name in ({"Parvis-Tenant": own.json()["slug"]}, {"Parvis-Tenant": own.json()["id"]}):
        assert (await town.http.get("/api/v1/tickets", headers=name)).status_code == 200
    names = [{"Parvis-Tenant": theirs.json()["slug"]}, {"Parvis-Tenant": theirs.json()["id"]}, {"Parvis-Tenant": "x"}]
    town.house.naming._hosts["autre.example.fr"] = theirs.json()["slug"]
    names.append({"Host": "autre.example.fr"})
    try:
        for name in names:
            refused = await town.http.get("/api/v1/tickets", headers=name)
            assert (refused.status_code, refused.json()["code"]) == (403, "administration-mismatch"), name
        agent = await someone(town)
        page = await town.http.get("/boite", headers={**agent.cookie, "Host": "autre.example.fr"})
        assert page.status_code == 403
    finally:
        town.house.naming._hosts.clear()
    lines = (await town.http.get("/api/v1/audit", params={"action": "security.administration_mismatch"})).json()
    assert [line["detail"]["by"] for line in lines["data"]] == ["host", "host", "header", "header", "header"]


async def test_what_a_suspension_holds_back_rings_no_alarm(town: Town) -> None:
    ticket = await town.a_ticket()
    await depart(town)
    head = {"Idempotency-Key": new_id().hex}
    await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Bonjour"}, headers=head)
    town.clock.move(hours=3)
    before = (await town.house.figures.take()).sending_for
    await stand(town, suspended=True)
    held = (await town.house.figures.take()).sending_for
    await stand(town, suspended=False)
    assert before.total_seconds() >= 3 * 3600 > held.total_seconds()
