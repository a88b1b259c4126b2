"""The journal over HTTP: who did what, and whether it still says what it said."""

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from app.audit import journal
from tests.api.conftest import Town

URL = "/api/v1/audit"


async def sealed(town: Town) -> None:
    await town.settled()
    async with town.house.database.transaction(tenant=town.id) as session:
        await journal.seal(session, town.id, now=town.clock())


async def test_who_did_what_is_read_narrowed_and_paged(town: Town) -> None:
    ticket = await town.a_ticket()
    tag = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]
    await town.http.patch(f"/api/v1/tickets/{ticket['id']}", json={"status": "open"}, headers={"If-Match": tag})
    found = (await town.http.get(URL, params={"object": ticket["id"]})).json()["data"]
    assert found[0]["action"] == "ticket.updated"
    assert found[0]["actor"].startswith("key:")
    assert {one["object"] for one in found} == {ticket["id"].partition("_")[2]}
    narrowed = (await town.http.get(URL, params={"action": "ticket.updated"})).json()["data"]
    assert [one["id"] for one in narrowed] == [found[0]["id"]]
    first = (await town.http.get(URL, params={"limit": 1})).json()
    second = (await town.http.get(URL, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert first["data"][0]["id"] > second["data"][0]["id"]
    assert (await town.http.get(URL, params={"action": "journal.read"})).json()["data"], "reading it is written too"
    refused = await town.http.get(URL, params={"object": "x"})
    assert refused.json()["errors"][0]["pointer"] == "/object"


async def test_the_head_is_signed_and_a_rewritten_entry_is_found(town: Town, owner_url: str) -> None:
    await town.a_ticket()
    await sealed(town)
    head = (await town.http.get(f"{URL}/head")).json()
    said = b"parvis/audit-head" + town.id.bytes + head["number"].to_bytes(8) + bytes.fromhex(head["digest"])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))
    key.verify(bytes.fromhex(head["signature"]), said)
    held = (await town.http.post(f"{URL}/verifications")).json()
    assert (held["holds"], held["links"], held["broken"]) == (True, head["number"], None)
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT set_config('app.tenant', %s, false)", [str(town.id)])
        owner.execute("UPDATE audit_entries SET actor = 'agent:nobody' WHERE action = 'ticket.created'")
    told = (await town.http.post(f"{URL}/verifications")).json()
    assert (told["holds"], "altered" in told["broken"]) == (False, True)


async def test_the_journal_of_a_town_is_its_own(new_town) -> None:
    here, there = await new_town(), await new_town()
    ticket = await there.a_ticket()
    assert (await here.http.get(URL, params={"object": ticket["id"]})).json()["data"] == []
    only = await here.key("tickets:read")
    assert (await here.http.get(URL, headers=only)).status_code == 403


async def test_no_words_of_a_citizen_stand_in_it(town: Town) -> None:
    await town.a_ticket(text="Un mot reconnaissable : sycomore.", sender={"kind": "email", "address": "a@example.org"})
    page = (await town.http.get(URL, params={"limit": 200})).text
    assert "sycomore" not in page
    assert "a@example.org" not in page
    async with town.house.database.transaction(tenant=town.id) as session:
        count = (await session.execute(text("SELECT count(*) FROM audit_entries"))).scalar_one()
    assert count > 0
