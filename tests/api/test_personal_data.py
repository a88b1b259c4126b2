"""A copy, a correction, a restriction, over HTTP: what a person may ask of their data (RGPD art. 15, 16, 18, 20)."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.exchanges.addressing import LEGAL_ACTS
from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.test_custom_fields import a_field, fill
from tests.api.test_erasing_a_person import everything as everything  # noqa: PLC0414 — a fixture
from tests.api.test_erasing_a_person import found_in_rows, once
from tests.api.test_sight import a_team, give, someone
from tests.api.test_tags import a_tag, put


async def a_copy(town: Town, contact: str, ask: Any) -> tuple[dict[str, Any], str]:
    """Asks for a copy and has it made; returns what became of it and its address."""
    asked = await ask("POST", f"/contacts/{contact}/exports", json={"reason": "Demande du 2 mars."}, headers=once())
    assert asked.status_code == 202, asked.text
    await town.house.exporting.make(str(town.id), str(parse_id(Prefix.ACCESS_EXPORT, asked.json()["id"])))
    path = asked.headers["location"].removeprefix("/api/v1")
    return dict((await ask("GET", path)).json()), path


def opened(content: bytes) -> tuple[dict[str, Any], str, list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        page = archive.read("vos-donnees.html").decode()
        return json.loads(archive.read("donnees.json")), page, archive.namelist()


async def test_a_person_gets_all_that_is_held_of_them_and_no_word_of_others(town: Town) -> None:
    mine = {"kind": "email", "address": "un@example.org", "display_name": "<b>Usager</b> Exemple"}
    piece = {"name": "plan.txt", "content_type": "text/plain", "content": "UGxhbg=="}
    first = await town.a_ticket(text="Mon mot <script>", sender=mine, attachments=[piece])
    second = await town.a_ticket(text="Le secret d'un autre.", sender={"kind": "email", "address": "deux@example.org"})
    for ticket, name in ((first, "Voirie <urgente>"), (second, "Le secret d'un classement")):
        assert (await put(town, ticket, await a_tag(town, name))).status_code == 200
    await a_field(town, "rue", label="Rue <b>")
    for held in ("Lilas <i>", "Tilleuls"):
        assert (await fill(town, first, rue=held)).status_code == 200
    assert (await fill(town, second, rue="Le secret d'une rue")).status_code == 200
    tag = (await town.http.get(f"/api/v1/tickets/{first['id']}")).headers["etag"]
    merging = {"source_ids": [second["id"]], "reason": "Même affaire.", "despite_other_contact": True}
    await town.http.post(f"/api/v1/tickets/{first['id']}/merges", json=merging, headers={**once(), "If-Match": tag})
    begun = {"text": "Brouillon <b>pour</b> vous"}
    draft = f"/api/v1/tickets/{first['id']}/drafts/reply"
    assert (await town.http.put(draft, json=begun, headers={"If-Match": '"0"'})).status_code == 200
    officer = await someone(town, role="supervisor")
    made, path = await a_copy(town, first["contact"]["id"], officer.ask)
    assert (made["state"], made["incomplete"], made["masked"]["other_peoples_messages"]) == ("ready", False, 2)
    taken = await officer.ask("GET", f"{path}/file")
    assert (taken.status_code, taken.headers["content-length"]) == (200, str(made["size"]))
    document, page, names = opened(taken.content)
    assert document["format"] == "parvis-personal-data/1"
    assert "secret" not in json.dumps(document) + page
    assert "deux@example.org" not in json.dumps(document)
    (request,) = [one for one in document["requests"] if one["messages"]]
    assert request["messages"][0]["text"] == "Mon mot <script>"
    assert request["legal_dates"][0]["dates"]
    assert request["tags"] == ["Voirie <urgente>"]
    assert "Étiquettes : Voirie &lt;urgente&gt;." in page
    turns = [(one["field"], one["was"], one["now"]) for one in request["custom_field_changes"]]
    assert turns == [("Rue <b>", [], ["Lilas <i>"]), ("Rue <b>", ["Lilas <i>"], ["Tilleuls"])]
    assert "Rue &lt;b&gt; : Lilas &lt;i&gt; → Tilleuls." in page
    assert document["person"]["addresses"][0]["address"] == "un@example.org"
    assert [(one["kind"], one["text"]) for one in request["drafts"]] == [("reply", begun["text"])]
    assert "Brouillon &lt;b&gt;pour&lt;/b&gt; vous" in page
    assert "pieces/0001.txt" in names
    assert "<script>" not in page
    assert "Mon mot &lt;script&gt;" in page
    other = await someone(town, role="administrator")
    assert (await other.ask("GET", f"{path}/file")).status_code == 403
    journal = (await town.http.get("/api/v1/audit", params={"action": "contact.export_taken"})).json()["data"]
    assert len(journal) == 1
    seen = (await town.http.get("/api/v1/audit/readings", params={"object": first["contact"]["id"]})).json()["data"]
    assert [(one["kind"], one["actor"]) for one in seen] == [("export", made["asked_by"])]
    _, ours = await a_copy(town, first["contact"]["id"], by_key(town))
    town.clock.move(days=8)
    gone = await town.http.get(f"/api/v1{ours}/file")
    assert (gone.status_code, gone.json()["code"]) == (410, "export-not-there")
    await town.house.exporting.resume(town.id)
    assert (await town.http.get(f"/api/v1{path}")).json()["state"] == "expired"
    assert await town.house.letting_go.remove(town.id) >= 1


def by_key(town: Town) -> Any:
    """Asks as a program does."""

    async def ask(method: str, path: str, **words: Any) -> httpx.Response:
        return await town.http.request(method, f"/api/v1{path}", **words)

    return ask


async def test_a_request_beyond_ones_sight_makes_the_copy_incomplete_and_says_so(town: Town) -> None:
    team = await a_team(town, "Action sociale")
    ticket = await town.a_ticket(text="Un mot de sycomore.")
    await give(town, ticket, team_id=team, confidential=True)
    outsider, member = await someone(town, role="supervisor"), await someone(town, role="supervisor", teams=[team])
    made, path = await a_copy(town, ticket["contact"]["id"], outsider.ask)
    assert (made["incomplete"], made["masked"]["hidden_requests"]) == (True, 1)
    document, page, _ = opened((await outsider.ask("GET", f"{path}/file")).content)
    assert (document["complete"], "sycomore" in json.dumps(document)) == (False, False)
    assert "Copie incomplète" in page
    made, path = await a_copy(town, ticket["contact"]["id"], member.ask)
    assert made["incomplete"] is False
    assert "sycomore" in json.dumps(opened((await member.ask("GET", f"{path}/file")).content)[0])


async def test_a_copy_made_while_its_person_is_erased_is_let_go(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker killed after keeping the file, an erasure between its reading and its end: nothing of it stays."""
    ticket = await town.a_ticket()
    path = f"/api/v1/contacts/{ticket['contact']['id']}/exports"
    asked = (await town.http.post(path, json={"reason": "Demande du 2 mars."}, headers=once())).json()
    export_id, store = parse_id(Prefix.ACCESS_EXPORT, asked["id"]), town.house.store
    kept: list[str] = []

    async def killed(tenant_id: UUID, content: bytes) -> str:
        kept.append(await put(tenant_id, content))
        raise ConnectionError("killed")

    async def overtaken(tenant_id: UUID, content: bytes) -> str:
        kept.append(await put(tenant_id, content))
        async with town.house.database.transaction(tenant=town.id) as session:
            change = text("UPDATE access_exports SET state = 'expired', sha256 = NULL WHERE id = :id")
            await session.execute(change, {"id": export_id})
        return kept[-1]

    put = store.put
    monkeypatch.setattr(type(store), "put", staticmethod(killed))
    with pytest.raises(ConnectionError):
        await town.house.exporting.make(str(town.id), str(export_id))
    town.clock.move(minutes=6)
    monkeypatch.setattr(type(store), "put", staticmethod(overtaken))
    await town.house.exporting.make(str(town.id), str(export_id))
    assert (await town.http.get(f"{path}/{asked['id']}")).json()["state"] == "expired"
    await town.house.letting_go.remove(town.id)
    assert len(set(kept)) == 2
    assert [await store.exists(town.id, one) for one in kept] == [False, False]


async def test_what_is_corrected_is_shown_to_nobody_any_more(town: Town, everything: Any) -> None:
    made = {"display_name": "Usager Hirondelle", "points": [{"kind": "email", "address": "hirondelle@example.org"}]}
    person = (await town.http.post("/api/v1/contacts", json=made, headers=once())).json()
    path = f"/api/v1/contacts/{person['id']}/rectifications"
    words = {"value": "Usager Exemple", "reason": "Mal orthographié."}
    head = {**once(), "If-Match": f'"{person["version"]}"'}
    named = await town.http.post(path, json=words, headers=head)
    assert (named.status_code, named.json()["display_name"]) == (201, "Usager Exemple")
    words = {"point_id": person["points"][0]["id"], "value": "juste@example.org", "reason": "Faute de frappe."}
    head = {**once(), "If-Match": named.headers["etag"]}
    corrected = await town.http.post(path, json=words, headers=head)
    assert [one["address"] for one in corrected.json()["points"]] == ["juste@example.org"]
    # The display name of an address is what it was given; the kept answer of the first request lives a week.
    left = {table for _, table, _ in found_in_rows(everything, ("hirondelle",))} - {"idempotency_keys"}
    assert left == set()
    assert [one["data"]["field"] for one in await town.facts("contact.rectified")] == ["name", "address"]
    ticket = await town.a_ticket()
    detail = await town.http.get(f"/api/v1/contacts/{ticket['contact']['id']}")
    words = {"point_id": detail.json()["points"][0]["id"], "value": "autre@example.org", "reason": "Faute de frappe."}
    head = {**once(), "If-Match": detail.headers["etag"]}
    refused = await town.http.post(
        f"/api/v1/contacts/{ticket['contact']['id']}/rectifications", json=words, headers=head
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "point-wrote")


async def test_a_restricted_person_is_sent_legal_acts_alone_until_it_is_lifted(town: Town) -> None:
    ticket = await town.a_ticket()
    path = f"/api/v1/contacts/{ticket['contact']['id']}/restrictions"
    tag = (await town.http.get(path)).headers["etag"]
    asked = {"restricted": True, "ground": "accuracy_contested", "reason": "Conteste l'adresse."}
    set_ = await town.http.put(path, json=asked, headers={"If-Match": tag})
    assert (set_.status_code, set_.json()["restricted"]) == (200, True)
    again = await town.http.put(path, json=asked, headers={"If-Match": set_.headers["etag"]})
    assert (again.status_code, again.json()["code"]) == (409, "restriction-unchanged")
    reply = f"/api/v1/tickets/{ticket['id']}/replies"
    refused = await town.http.post(reply, json={"text": "Bonjour"}, headers=once())
    assert (refused.status_code, refused.json()["code"]) == (409, "contact-restricted")
    before = len((await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"])
    await town.a_ticket(text="Encore un mot.")
    acts = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert len(acts) >= before, "an acknowledgement still leaves"
    assert "AEE" in LEGAL_ACTS
    lifted = await town.http.put(
        path, json={"restricted": False, "reason": "Adresse vérifiée."}, headers={"If-Match": set_.headers["etag"]}
    )
    assert (lifted.json()["restricted"], lifted.json()["restrictions"][0]["lifted_reason"]) == (
        False,
        "Adresse vérifiée.",
    )
    assert (await town.http.post(reply, json={"text": "Bonjour"}, headers=once())).status_code == 202


async def test_a_restriction_is_not_lost_by_merging_its_person_away(town: Town) -> None:
    ticket = await town.a_ticket(sender={"kind": "email", "address": "limite@example.org"})
    other = await town.a_ticket(sender={"kind": "email", "address": "libre@example.org"})
    limited, free = ticket["contact"]["id"], other["contact"]["id"]
    path = f"/api/v1/contacts/{limited}/restrictions"
    asked = {"restricted": True, "ground": "accuracy_contested", "reason": "Conteste l'adresse."}
    tag = (await town.http.get(path)).headers["etag"]
    assert (await town.http.put(path, json=asked, headers={"If-Match": tag})).status_code == 200
    for target, source, status in ((free, limited, 409), (limited, free, 201)):
        tag = (await town.http.get(f"/api/v1/contacts/{target}")).headers["etag"]
        merging = {"source_id": source, "reason": "La même personne."}
        answer = await town.http.post(
            f"/api/v1/contacts/{target}/merges", json=merging, headers={**once(), "If-Match": tag}
        )
        assert answer.status_code == status, answer.text
    assert (await town.http.get(path)).json()["restricted"] is True
