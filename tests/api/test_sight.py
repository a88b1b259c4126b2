"""What one person sees of requests: their reach, and confidential ones; the same in every list, count, stream and write."""

import secrets
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.db.sight import look
from app.db.transaction import whole
from app.errors import NotFound, TooManyRequests
from app.exchanges import looping, outbox
from app.identity.signing_in import Strength
from app.ids import Prefix, new_id, parse_id
from app.rest.access import SESSION_COOKIE
from app.sve import tallies
from tests.api.conftest import Town
from tests.api.test_people import PASSWORD, invited

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Someone:
    """A person signed in, as a browser speaks for them."""

    town: Town
    id: str
    cookie: dict[str, str]

    async def ask(self, method: str, path: str, **words: object) -> httpx.Response:
        head = {**OURS, **self.cookie, "Authorization": "", **words.pop("headers", {})}  # type: ignore[dict-item]
        del head["Authorization"]
        async with httpx.AsyncClient(
            transport=self.town.http._transport, base_url=str(self.town.http.base_url)
        ) as http:
            return await http.request(method, f"/api/v1{path}", headers=head, **words)  # type: ignore[arg-type]

    async def sees(self, path: str = "/tickets") -> set[str]:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return {one.get("ticket_id") or one["id"] for one in answer.json()["data"]}


async def someone(town: Town, **words: object) -> Someone:
    body = {"email": f"{secrets.token_hex(6)}@agents.example.fr", "name": "Camille Exemple", "role": "agent", **words}
    made = (await town.http.post("/api/v1/users", json=body)).json()
    person = await town.house.accounts.accept(invited(made["invitation_url"]), password=PASSWORD)
    async with town.house.database.transaction(tenant=town.id) as session:
        known = await town.house.accounts.get(session, town.id, person.id)
        word = await town.house.sessions.open(session, town.id, holder=known, strength=Strength.PASSWORD)
    return Someone(town, made["id"], {"Cookie": f"{SESSION_COOKIE}={word}"})


async def a_team(town: Town, name: str) -> str:
    made = await town.http.post("/api/v1/teams", json={"name": name}, headers={"Idempotency-Key": new_id().hex})
    return str(made.json()["id"])


async def give(town: Town, ticket: dict, by: Someone | None = None, **words: object) -> httpx.Response:
    path = f"/tickets/{ticket['id']}"
    tag = (await town.http.get(f"/api/v1{path}")).headers["etag"]
    if by is not None:
        return await by.ask("PATCH", path, json=words, headers={"If-Match": tag})
    return await town.http.patch(f"/api/v1{path}", json=words, headers={"If-Match": tag})


async def test_each_sees_as_far_as_their_reach(town: Town) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    everyone = await someone(town)
    of_social = await someone(town, reach="teams", teams=[social])
    alone = await someone(town, reach="assigned")
    free, theirs, other, own, secret = [await town.a_ticket() for _ in range(5)]
    for ticket, words in (
        (theirs, {"team_id": social}),
        (other, {"team_id": works}),
        (own, {"assignee_id": alone.id, "team_id": works}),
        (secret, {"team_id": social, "confidential": True}),
    ):
        answer = await give(town, ticket, **words)
        assert answer.status_code == 200, answer.text
    ids = {
        name: ticket["id"] for name, ticket in locals().items() if isinstance(ticket, dict) and "reference" in ticket
    }
    assert await everyone.sees() == {ids["free"], ids["theirs"], ids["other"], ids["own"]}
    assert await of_social.sees() == {ids["free"], ids["theirs"], ids["secret"]}
    assert await alone.sees() == {ids["own"]}
    assert await alone.sees("/sve/watch") == {ids["own"]}


async def test_what_is_hidden_is_hidden_everywhere(town: Town) -> None:
    """One answer for a request beyond one's sight and for one that nobody has."""
    social = await a_team(town, "Action sociale")
    secret = await town.a_ticket(text="Le mot reconnaissable sycomore.")
    await give(town, secret, team_id=social, confidential=True)
    messages = (await town.http.get(f"/api/v1/tickets/{secret['id']}/messages")).json()["data"]
    outsider, member = await someone(town, role="supervisor"), await someone(town, teams=[social])
    saisine, message = secret["saisines"][0]["id"], messages[0]["id"]
    paths = [
        f"/tickets/{secret['id']}",
        f"/tickets/{secret['id']}/messages",
        f"/tickets/{secret['id']}/timeline",
        f"/saisines/{saisine}",
        f"/messages/{message}/raw",
    ]
    for path in paths:
        unknown = path.replace(secret["id"][4:], "0" * 26).replace(saisine[4:], "0" * 26).replace(message[4:], "0" * 26)
        hidden, nobodys = await outsider.ask("GET", path), await outsider.ask("GET", unknown)
        assert (hidden.status_code, nobodys.status_code) == (404, 404), path
        said = [
            {k: v for k, v in one.json().items() if k not in {"instance", "request_id"}} for one in (hidden, nobodys)
        ]
        assert said[0] == said[1]
        assert (await member.ask("GET", path)).status_code == 200, path
    assert await outsider.sees("/tickets?q=sycomore") == set()
    assert await member.sees("/tickets?q=sycomore") == {secret["id"]}
    contact = secret["contact"]["id"]
    assert secret["id"] not in (await outsider.ask("GET", f"/contacts/{contact}")).text
    await town.settled()
    assert secret["id"] not in (await outsider.ask("GET", "/events?limit=200")).text
    assert secret["id"] in (await member.ask("GET", "/events?limit=200")).text
    for path, words in (
        (f"/tickets/{secret['id']}/notes", {"text": "Vu."}),
        (f"/tickets/{secret['id']}/merges", {"source_ids": [secret["id"]], "reason": "Essai."}),
        (f"/saisines/{saisine}/qualifications", {"regime": "SVA", "reason": "Essai."}),
    ):
        answer = await outsider.ask(
            "POST", path, json=words, headers={"Idempotency-Key": new_id().hex, "If-Match": '"1"'}
        )
        assert answer.status_code == 404, (path, answer.text)


async def test_counts_and_registers_tell_nothing_of_what_is_hidden(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    open_one, secret = await town.a_ticket(), await town.a_ticket()
    await give(town, secret, team_id=social, confidential=True)
    outsider, member = await someone(town), await someone(town, teams=[social])

    assert await member.sees("/sve/watch") - await outsider.sees("/sve/watch") == {secret["id"]}
    for who, expected in ((outsider, 1), (member, 2)):
        known = await town.house.sessions.identify(who.cookie["Cookie"].partition("=")[2])
        look(known.sight)
        try:
            async with town.house.database.transaction(tenant=town.id) as session:
                counts = await tallies.counts(session, town.id)
        finally:
            look(None)
        assert sum(counts.values()) == expected, counts
    register = (await outsider.ask("GET", "/sve/register?format=csv")).text
    assert open_one["reference"] in register
    assert secret["reference"] not in register


async def test_a_request_is_handed_over_out_of_ones_sight_and_never_out_of_everyones(town: Town) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    of_social = await someone(town, reach="teams", teams=[social])
    ticket = await town.a_ticket()
    assert (await give(town, ticket, of_social, team_id=works)).json()["team_id"] == works
    assert (await of_social.ask("GET", f"/tickets/{ticket['id']}")).status_code == 404
    nobody = await give(town, await town.a_ticket(), confidential=True)
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/confidential")
    assert (await give(town, ticket, confidential=True)).status_code == 200
    refused = await give(town, ticket, team_id=None)
    assert refused.json()["errors"][0]["pointer"] == "/confidential"
    for words in ({"team_id": "tea_" + "0" * 26}, {"assignee_id": "usr_" + "0" * 26}):
        unknown = await give(town, ticket, **words)
        assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "unknown")
    plain = await town.a_ticket()
    tag = (await town.http.get(f"/api/v1/tickets/{plain['id']}")).headers["etag"]
    merged = await town.http.post(
        f"/api/v1/tickets/{plain['id']}/merges",
        json={"source_ids": [ticket["id"]], "reason": "Essai."},
        headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
    )
    assert (merged.status_code, merged.json()["code"]) == (409, "confidentiality-differs")


async def test_what_one_writes_down_oneself_stays_in_ones_sight(town: Town) -> None:
    alone = await someone(town, reach="assigned")
    made = await alone.ask(
        "POST",
        "/tickets",
        json={"channel": "counter", "subject": "Au guichet", "text": "Une demande."},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert made.status_code == 201, made.text
    assert await alone.sees() == {made.json()["id"]}
    assert made.json()["assignee_id"] == alone.id


async def test_two_people_made_one_take_all_their_requests_along(town: Town) -> None:
    """Also those that the agent who merges may not see: nothing is left behind with nobody."""
    social = await a_team(town, "Action sociale")
    first = await town.a_ticket(sender={"kind": "email", "address": "une@example.org", "display_name": "Une"})
    second = await town.a_ticket(sender={"kind": "email", "address": "autre@example.org", "display_name": "Autre"})
    await give(town, second, team_id=social, confidential=True)
    agent = await someone(town)
    target, source = first["contact"]["id"], second["contact"]["id"]
    tag = (await town.http.get(f"/api/v1/contacts/{target}")).headers["etag"]
    done = await agent.ask(
        "POST",
        f"/contacts/{target}/merges",
        json={"source_id": source, "reason": "Même personne."},
        headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
    )
    assert done.status_code == 201, done.text
    assert second["id"] not in done.text
    assert (await town.http.get(f"/api/v1/tickets/{second['id']}")).json()["contact"]["id"] == target


async def test_an_address_taken_away_keeps_what_was_written_from_it_beyond_sight(town: Town) -> None:
    """It is not a free address because the agent who removes it may not see the request: that request keeps its author."""
    social = await a_team(town, "Action sociale")
    ticket = await town.a_ticket(sender={"kind": "email", "address": "deux@example.org", "display_name": "Deux"})
    contact = ticket["contact"]["id"]
    written = (await town.http.get(f"/api/v1/contacts/{contact}")).json()["points"][0]["id"]
    added = await town.http.post(
        f"/api/v1/contacts/{contact}/points",
        json={"kind": "email", "address": "autre.deux@example.org"},
        headers={
            "If-Match": (await town.http.get(f"/api/v1/contacts/{contact}")).headers["etag"],
            "Idempotency-Key": new_id().hex,
        },
    )
    assert added.status_code == 201, added.text
    await give(town, ticket, team_id=social, confidential=True)
    agent = await someone(town)
    removed = await agent.ask(
        "DELETE", f"/contacts/{contact}/points/{written}", headers={"If-Match": added.headers["etag"]}
    )
    assert removed.status_code == 200, removed.text
    author = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["contact"]["id"]
    assert author != contact
    held = (await town.http.get(f"/api/v1/contacts/{author}")).json()["points"]
    assert [one["address"] for one in held] == ["deux@example.org"]


async def test_an_address_has_one_share_of_acknowledgements_whoever_may_see_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await town.a_ticket()
    await give(town, secret, team_id=await a_team(town, "Action sociale"), confidential=True)
    async with town.house.database.transaction(tenant=town.id) as session:
        (sent,) = await outbox.of_ticket(session, town.id, parse_id(Prefix.TICKET, secret["id"]))
    monkeypatch.setattr(looping, "PURPOSES", (sent.purpose,))
    monkeypatch.setattr(looping, "PER_HOUR", 1)
    known = await town.house.sessions.identify((await someone(town)).cookie["Cookie"].partition("=")[2])
    look(known.sight)
    try:
        async with town.house.database.transaction(tenant=town.id) as session:
            with pytest.raises(TooManyRequests):
                await looping.refuse_too_many(session, town.id, UUID(sent.recipient["point_id"]), now=town.clock())
    finally:
        look(None)


async def test_what_a_confidential_request_took_over_is_hidden_with_it(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    kept, gone = await town.a_ticket(), await town.a_ticket(subject="Un sujet reconnaissable")
    tag = (await town.http.get(f"/api/v1/tickets/{kept['id']}")).headers["etag"]
    merged = await town.http.post(
        f"/api/v1/tickets/{kept['id']}/merges",
        json={"source_ids": [gone["id"]], "reason": "Essai."},
        headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
    )
    assert merged.status_code == 201, merged.text
    await give(town, kept, team_id=social, confidential=True)
    outsider, member = await someone(town), await someone(town, teams=[social])
    assert (await outsider.ask("GET", f"/tickets/{gone['id']}")).status_code == 404
    assert (await member.ask("GET", f"/tickets/{gone['id']}")).status_code == 200
    await give(town, kept, confidential=False)
    assert (await outsider.ask("GET", f"/tickets/{gone['id']}")).status_code == 200


async def test_a_clock_is_read_again_with_those_joined_to_it_beyond_the_agents_sight(town: Town) -> None:
    """Set aside, a request gives what was joined to it its own clock again, even beyond the agent's sight: none is silent."""
    social = await a_team(town, "Action sociale")
    first = await town.a_ticket()
    town.clock.move(hours=1)
    second = await town.a_ticket()
    kept, joined = first["saisines"][0]["id"], second["saisines"][0]["id"]
    tag = (await town.http.get(f"/api/v1/saisines/{joined}")).headers["etag"]
    head = {"If-Match": tag, "Idempotency-Key": new_id().hex}
    body = {"to": kept, "reason": "La même demande."}
    done = await town.http.post(f"/api/v1/saisines/{joined}/joins", json=body, headers=head)
    assert done.status_code in {200, 201}, done.text
    assert (await town.http.get(f"/api/v1/saisines/{joined}")).json()["joined_to"] == kept
    await give(town, second, team_id=social, confidential=True)
    agent = await someone(town)
    assert (await agent.ask("GET", f"/saisines/{joined}")).status_code == 404
    seen = await agent.ask("GET", f"/saisines/{kept}")
    answer = await agent.ask(
        "POST",
        f"/saisines/{kept}/events",
        json={"type": "dismissed", "reason": "thanks"},
        headers={"If-Match": seen.headers["etag"], "Idempotency-Key": new_id().hex},
    )
    assert answer.status_code == 201, answer.text
    assert joined not in answer.text
    assert (await town.http.get(f"/api/v1/saisines/{joined}")).json()["joined_to"] is None


async def test_acts_of_the_house_within_one_another_give_back_the_persons_eyes_once(town: Town) -> None:
    secret = await town.a_ticket()
    await give(town, secret, team_id=await a_team(town, "Action sociale"), confidential=True)
    who = await someone(town)
    known = await town.house.sessions.identify(who.cookie["Cookie"].partition("=")[2])
    count = text("SELECT count(*) FROM tickets")
    look(known.sight)
    try:
        async with town.house.database.transaction(tenant=town.id) as session:
            async with whole(session):
                async with whole(session):
                    assert (await session.execute(count)).scalar_one() == 1
                assert (await session.execute(count)).scalar_one() == 1
            assert (await session.execute(count)).scalar_one() == 0
            with pytest.raises(NotFound):
                async with whole(session):
                    raise NotFound
            assert (await session.execute(count)).scalar_one() == 0
        with pytest.raises(ProgrammingError, match="nowhere"):  # the error told is the first one
            async with town.house.database.transaction(tenant=town.id) as session, whole(session):
                await session.execute(text("SELECT FROM nowhere"))
    finally:
        look(None)
    # A connection that goes back to its pool keeps nobody's eyes.
    async with town.house.database.transaction(tenant=town.id) as session:
        assert (await session.execute(count)).scalar_one() == 1


async def test_a_role_may_what_its_line_of_the_table_says(town: Town) -> None:
    reader, auditor = await someone(town, role="reader"), await someone(town, role="auditor")
    ticket = await town.a_ticket()
    assert (await reader.ask("GET", f"/tickets/{ticket['id']}")).status_code == 200
    for who, method, path in (
        (reader, "PATCH", f"/tickets/{ticket['id']}"),
        (reader, "GET", "/channels"),
        (auditor, "GET", "/tickets"),
        (auditor, "GET", f"/tickets/{ticket['id']}"),
    ):
        words = {"json": {"status": "open"}, "headers": {"If-Match": '"1"'}} if method == "PATCH" else {}
        assert (await who.ask(method, path, **words)).status_code == 403, (method, path)


@pytest.mark.parametrize("word", ["", "x", "' OR 1=1", "{}", "all"])
async def test_eyes_that_cannot_be_read_see_nothing(town: Town, word: str) -> None:
    """Settings that nobody of ours wrote close the rows, and never open them."""
    await town.a_ticket()
    async with town.house.database.transaction(tenant=town.id) as session:
        settings = {"viewer": str(parse_id(Prefix.USER, "usr_" + "1" * 26)), "reach": word}
        await session.execute(
            text("SELECT set_config('app.viewer', :viewer, true), set_config('app.reach', :reach, true)"), settings
        )
        seen = (await session.execute(text("SELECT count(*) FROM tickets"))).scalar_one()
    assert seen == (1 if word == "all" else 0)


async def test_a_confidential_request_leaves_no_word_in_facts_journal_registers_or_reports(town: Town) -> None:
    """What webhooks carry are these facts; what is exported for people is read with their eyes. (T56)"""
    social = await a_team(town, "Action sociale")
    secret = await town.a_ticket(subject="Sycomore", text="Le mot reconnaissable sycomore.")
    await give(town, secret, team_id=social, confidential=True)
    facts = await town.facts()
    assert secret["id"] in str(facts)
    journal = (await town.http.get("/api/v1/audit", params={"limit": 200})).json()["data"]
    for told in (facts, journal):
        assert "sycomore" not in str(told).lower()
    outsider, member = await someone(town, role="supervisor"), await someone(town, role="supervisor", teams=[social])
    for path in ("/sve/register", "/sve/watch", "/tickets", "/contacts?q=Exemple"):
        hidden, seen = await outsider.ask("GET", path), await member.ask("GET", path)
        assert (hidden.status_code, seen.status_code) == (200, 200), path
        assert secret["reference"] not in hidden.text, path
        assert "sycomore" not in hidden.text.lower(), path
    assert secret["reference"] in (await member.ask("GET", "/sve/register")).text
