"""Erasing a person over HTTP: a plan, its confirmation, and then not one of their words anywhere (T113, T119)."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text
from structlog.testing import capture_logs

from app.audit import journal
from app.channels.adapters.webform import CONTACT_FORM
from app.channels.contract import Delivery
from app.db.embedded import Dsns
from app.exchanges import outbox
from app.exchanges.ledger import ledger
from app.exchanges.receptions import Door
from app.facts import Actor
from app.files.store import digest_of
from app.ids import Prefix, new_id, parse_id
from app.sve.law import Regime
from app.tickets import scans
from tests.api.conftest import BASE_URL, Town
from tests.api.test_calls import a_call
from tests.api.test_saisine_life import a_saisine
from tests.api.test_sight import someone
from tests.chat.conftest import Page

AGENT = Actor("agent", None, "Accueil")
PHONE, EMAIL = "0199008877", "roseliere@exemple.example.org"
MAIL = f"""From: Canari Prunellier <{EMAIL}>
To: {{to}}
Subject: Objet sycomore
Message-ID: <canari-un@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=xx

--xx
Content-Type: text/plain; charset=utf-8

Un mot de mail : mirabelle.
--xx
Content-Type: text/html; charset=utf-8

<p>Un mot de page : quetsche.</p>
--xx
Content-Type: text/plain; name="photo-noisetier.txt"
Content-Disposition: attachment; filename="photo-noisetier.txt"

Un mot de piece : chataigne.
--xx--
"""
WORDS = (
    *("prunellier", "roseliere", "sycomore", "mirabelle", "quetsche", "noisetier", "chataigne", "bergamote"),
    *("cormoran", "hirondelle", "sarcelle", "passereau", "engoulevent", "rossignol", "fauvette", "grimpereau"),
    *("alouette", "199008877", "martinet", "linotte", "verdier", "becfigue", "pinson"),
)
SCAN = b"%PDF-1.4\n% becfigue\n%%EOF\n"
# In a stored piece alone.
IN_FILES = {"becfigue"}


@pytest.fixture
def everything(dsns: Dsns) -> Iterator[psycopg.Connection]:
    """The database as its superuser sees it: no policy hides a row."""
    ours = make_conninfo(dsns.admin, dbname=conninfo_to_dict(dsns.owner)["dbname"])
    with psycopg.connect(ours, autocommit=True) as connection:
        yield connection


def found_in_rows(connection: psycopg.Connection, words: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """Looks for words in every column of every table that can hold one; (word, table, column) of each hit."""
    columns = connection.execute("""
        SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
        AND (c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'tsvector', 'USER-DEFINED'))
    """).fetchall()
    hits = set()
    for table, column, kind in columns:
        name = sql.Identifier(column)
        # What is text inside bytes is found as such.
        shown = sql.SQL("encode({}, 'escape')").format(name) if kind == "bytea" else sql.SQL("{}::text").format(name)
        query = sql.SQL("SELECT {} FROM {} WHERE {} ~* %s").format(shown, sql.Identifier(table), shown)
        for (held,) in connection.execute(query, ["|".join(words)]):
            hits |= {(word, table, column) for word in words if word in held.lower()}
    return hits


def found_in_files(folder: Path, words: tuple[str, ...]) -> set[tuple[str, str]]:
    files = [one for one in folder.rglob("*") if one.is_file()]
    return {(w, one.name) for one in files for w in words if w.encode() in one.read_bytes().lower()}


async def planted(town: Town) -> dict[str, Any]:
    """Has one person write by every door, and an agent write about them; returns them."""
    mailbox = await town.connect("email")
    assert mailbox.address
    await town.house.inbound.accept(mailbox, Delivery(body=MAIL.format(to=mailbox.address).encode()), door=Door.API)
    surname = {"key": "patronyme", "kind": "text", "label": "Patronyme"}
    assert (await town.http.post("/api/v1/custom-fields", json=surname, headers=once())).status_code == 201
    asked = [one.model_dump(mode="json") for one in CONTACT_FORM]
    asked[1]["fills"] = "patronyme"  # what a form fills is its person's too
    form = await town.connect("webform", slug=f"f{new_id().hex[-8:]}", title="Contact", fields=asked)
    answers = {"nom": "Canari Passereau", "courriel": "bergamote@example.org", "message": "Un mot : cormoran."}
    body = json.dumps({"submission_id": new_id().hex, "answers": answers})
    head = [("Content-Type", "application/json")]
    await town.house.inbound.accept(form, Delivery(body=body.encode(), headers=head), door=Door.FORM)
    phone = await town.connect("phone", accept_unsigned=True)
    await a_call(town, phone, call_id="c77", **{"from": PHONE})
    chat = await town.connect("chat", agents_needed=False)
    async with httpx.AsyncClient(transport=town.http._transport, base_url=BASE_URL) as browser:
        page = await Page(browser, f"/chat/{chat.key}").enter(name="Canari Linotte")
        assert (await page.say("Un mot de tchat : hirondelle.")).status_code == 201
    await town.read_all()
    await a_letter(town)
    people = (await town.http.get("/api/v1/contacts")).json()["data"]
    (first,) = [one for one in people if one["display_name"] == "Canari Prunellier"]
    for other in people:
        if other["id"] != first["id"]:
            version = (await town.http.get(f"/api/v1/contacts/{first['id']}")).json()["version"]
            merging = {"source_id": other["id"], "reason": "Un mot de fusion : martinet."}
            head = {"Idempotency-Key": new_id().hex, "If-Match": f'"{version}"'}
            done = await town.http.post(f"/api/v1/contacts/{first['id']}/merges", json=merging, headers=head)
            assert done.status_code == 201, done.text
    await written_by_agents(town, first)
    return first


async def a_letter(town: Town) -> None:
    """A scanned letter, as the mail room writes it down and a machine read it."""
    letter = {
        "channel": "post",
        "subject": "Lettre engoulevent",
        "text": "Voir.",
        "received_on": "2026-03-01",
        "contact": {"display_name": "Canari Rossignol", "email": "rossignol@example.org"},
        "scans": [{"name": "sarcelle.pdf", "content": base64.b64encode(SCAN).decode()}],
    }
    posted = await town.http.post("/api/v1/tickets", json=letter, headers={"Idempotency-Key": new_id().hex})
    assert posted.status_code == 201, posted.text
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text(
                "INSERT INTO machine_texts (tenant_id, sha256, state, text, attempts, asked_at) "
                "VALUES (:tenant, :sha256, 'read', 'Un mot du scan : fauvette', 1, :at)"
            ),
            {"tenant": town.id, "sha256": digest_of(SCAN), "at": town.clock()},
        )
        await scans.ask(session, town.id, [digest_of(SCAN)], now=town.clock())


def refused_by_a_server(connection: psycopg.Connection, town: Town) -> None:
    """What a provider or a server said of an attempt, which may name whoever was written to."""
    said = connection.execute(
        "INSERT INTO outbound_attempts (tenant_id, id, outbound_id, number, started_at, outcome, detail) "
        "SELECT tenant_id, gen_random_uuid(), id, 99, %s, 'failed', '550 <rossignol@example.org> unknown' FROM outbound "
        "WHERE tenant_id = %s AND ticket_id IS NOT NULL",
        [town.clock(), town.id],
    )
    assert said.rowcount > 0
    assert ("rossignol", "outbound_attempts", "detail") in found_in_rows(connection, ("rossignol",))


def said_of_the_service(connection: psycopg.Connection, town: Town) -> None:
    """What the person answered, of each request, when they were asked whether they were satisfied."""
    asked = connection.execute(
        "INSERT INTO satisfaction_questions (tenant_id, id, ticket_id, point_id, outbound_id, asked_at, expires_at, grade, "
        "comment, answered_at) SELECT DISTINCT ON (t.id) t.tenant_id, gen_random_uuid(), t.id, t.point_id, o.id, %s, %s, "
        "'mixed', 'Un mot d''avis : pinson.', %s FROM tickets t JOIN outbound o ON o.tenant_id = t.tenant_id "
        "WHERE t.tenant_id = %s",
        [town.clock(), town.clock(), town.clock(), town.id],
    )
    assert asked.rowcount > 0


async def written_by_agents(town: Town, person: dict[str, Any]) -> None:
    """A reply, a note, a qualification with its reason, a new name and one more address."""
    tickets = (await town.http.get("/api/v1/tickets")).json()["data"]
    field = {"key": "details", "kind": "text", "label": "Détails"}
    assert (await town.http.post("/api/v1/custom-fields", json=field, headers=once())).status_code == 201
    for number, ticket in enumerate(tickets):
        path = f"/api/v1/tickets/{ticket['id']}"
        head = {"If-Match": (await town.http.get(path)).headers["etag"]}
        filled = {"custom_fields": {"details": "Un mot de champ : grimpereau."}}
        assert (await town.http.patch(path, json=filled, headers=head)).status_code == 200
        # What it held before is forgotten as well.
        head = {"If-Match": (await town.http.get(path)).headers["etag"]}
        changed = {"custom_fields": {"details": "Un autre mot de champ : grimpereau."}}
        assert (await town.http.patch(path, json=changed, headers=head)).status_code == 200
        note = {"text": "Un mot de note : grimpereau."}
        assert (await town.http.post(f"{path}/notes", json=note, headers=once())).status_code == 201
        begun = {"text": "Un mot de brouillon : grimpereau.", "shared": True}
        assert (await town.http.put(f"{path}/drafts/note", json=begun, headers={"If-Match": '"0"'})).status_code == 200
        if ticket["channel"] == "email":
            answer = {"text": "Un mot de reponse : alouette."}
            assert (await town.http.post(f"{path}/replies", json=answer, headers=once())).status_code == 202
        await told_of_the_law(
            town, parse_id(Prefix.TICKET, ticket["id"]), reason=f"Un mot de motif {number} : linotte."
        )
    listed = {"name": "Une personne", "owner": "administration", "filter": {"q": "bergamote@example.org"}}
    assert (await town.http.post("/api/v1/views", json=listed, headers=once())).status_code == 201
    acts = [{"kind": "note", "text": "Un mot de regle : fauvette."}]
    rule = {"name": "Canari Linotte", "trigger": "message", "filter": {"contact_id": person["id"]}, "acts": acts}
    assert (await town.http.post("/api/v1/automations", json=rule, headers=once())).status_code == 201
    path = f"/api/v1/contacts/{person['id']}"
    for method, where, words in (
        ("PATCH", path, {"display_name": "Canari Verdier"}),
        ("POST", f"{path}/points", {"kind": "email", "address": "verdier@example.org"}),
    ):
        version = (await town.http.get(path)).json()["version"]
        head = {**once(), "If-Match": f'"{version}"'}
        assert (await town.http.request(method, where, json=words, headers=head)).status_code < 300


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def told_of_the_law(town: Town, ticket_id: UUID, *, reason: str) -> None:
    async with town.house.database.transaction(tenant=town.id) as session:
        saisines = (await town.house.legal.timeline(session, town.id, ticket_id)).saisines
        for saisine in saisines:
            await town.house.legal.qualify(
                session,
                town.id,
                saisine.id,
                regime=Regime.NONE,
                delay=None,
                procedure=None,
                reason=reason,
                version=saisine.version,
                actor=AGENT,
            )


async def ended(town: Town) -> None:
    """Lets everything leave, then closes every request."""
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])
    for ticket in (await town.http.get("/api/v1/tickets")).json()["data"]:
        path = f"/api/v1/tickets/{ticket['id']}"
        tag = (await town.http.get(path)).headers["etag"]
        if ticket["status"] == "closed":
            continue
        closed = await town.http.patch(path, json={"status": "closed"}, headers={"If-Match": tag})
        assert closed.status_code == 200, closed.text


async def planned(town: Town, person: dict[str, Any], **words: Any) -> dict[str, Any]:
    asked = {"ground": "no_longer_needed", "reason": "Un mot de demande : martinet.", **words}
    answer = await town.http.post(f"/api/v1/contacts/{person['id']}/erasures", json=asked, headers=once())
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def carried_out(town: Town, person: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/v1/contacts/{person['id']}/erasures/{plan['id']}"
    answer = await town.http.put(f"{path}/confirmation", headers={"If-Match": f'"{plan["version"]}"'})
    assert answer.status_code == 202, answer.text
    await town.house.erasures.carry_out(str(town.id), str(parse_id(Prefix.ERASURE, plan["id"])))
    await town.house.letting_go.remove(town.id)
    return dict((await town.http.get(path)).json())


async def test_after_erasure_not_one_word_is_found_anywhere(
    new_town: Any, everything: psycopg.Connection, tmp_path: Path
) -> None:
    """T113: rows, pieces, event replay, webhooks' bodies, kept answers, search; and the chain still verifies."""
    town = await new_town()
    hook = {"url": "http://127.0.0.1:9/", "name": "Essai", "types": []}
    made = (await town.http.post("/api/v1/webhook-endpoints", json=hook, headers=once())).json()
    endpoint = parse_id(Prefix.WEBHOOK, made["id"])
    with capture_logs() as said:
        person = await planted(town)
        await ended(town)
        refused_by_a_server(everything, town)
        said_of_the_service(everything, town)
        planted_rows = {word for word, _, _ in found_in_rows(everything, WORDS)}
        assert planted_rows == set(WORDS) - IN_FILES
        folder = town.house.settings.data_dir
        assert {word for word, _ in found_in_files(folder, WORDS)} >= IN_FILES
        plan = await planned(town, person)
        assert {line["fate"] for line in plan["lines"]} == {"erase"}, plan["lines"]
        done = await carried_out(town, person, plan)
    assert (done["state"], done["reason"]) == ("done", "")
    await town.settled()
    await town.house.courier.carry(town.id, endpoint)
    async with town.house.database.transaction(tenant=town.id) as session:
        assert (await session.execute(text("SELECT count(*) FROM webhook_deliveries"))).scalar_one() > 0
        assert (
            await session.execute(text("SELECT count(*) FROM scans"))
        ).scalar_one() == 0  # a digest tells who sent what
    assert found_in_rows(everything, WORDS) == set()
    assert found_in_files(folder, WORDS) == set()
    assert [word for word in WORDS if word in repr(said).lower()] == []
    replay = repr(await town.facts()).lower()
    assert [word for word in WORDS if word in replay] == []
    for word in ("mirabelle", "sycomore", "fauvette", "grimpereau"):
        assert (await town.http.get("/api/v1/tickets", params={"q": word})).json()["data"] == []
        assert (await town.http.get("/api/v1/contacts", params={"q": word})).json()["data"] == []
    async with town.house.database.transaction(tenant=town.id) as session:
        await journal.seal(session, town.id, now=town.clock())
        assert await journal.verify(session, town.id) is None
        assert (await ledger(session, town.id, now=town.clock())).difference == 0
    shown = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert len(shown) == 5
    assert all(one["reference"] and one["received_at"] and one["contact"] is None for one in shown)
    (fact,) = await town.facts("contact.erased")
    assert fact["data"]["entirely"] is True


async def test_a_running_clock_is_kept_by_the_plan_and_by_whoever_confirms_late(new_town: Any) -> None:
    """T119: what runs is never erased, also when it began after the plan was read; the person is kept for it."""
    town = await new_town()
    ticket = await town.a_ticket()
    person = ticket["contact"]
    plan = await planned(town, person)
    assert [(line["what"], line["fate"], line["ground"]) for line in plan["lines"]] == [
        ("ticket", "keep", "clock_running"),
        ("contact", "keep", "clock_running"),
    ]
    assert "CRPA L231-1" in plan["lines"][0]["source"]
    await told_of_the_law(town, parse_id(Prefix.TICKET, ticket["id"]), reason="remerciement")
    await ended(town)
    path = f"/api/v1/contacts/{person['id']}/erasures/{plan['id']}/confirmation"
    stale = await town.http.put(path, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "erasure-plan-changed")
    plan = await planned(town, person)
    assert {line["fate"] for line in plan["lines"]} == {"erase"}
    again = await town.a_ticket(text="Une autre demande.")  # the same person writes once more
    done = await carried_out_late(town, person, plan)
    fates = {line["id"]: line["fate"] for line in done["lines"]}
    assert (fates[ticket["id"]], fates[again["id"]], fates[person["id"]]) == ("erase", "keep", "keep")
    words = (await town.http.get(f"/api/v1/tickets/{again['id']}/messages")).json()["data"]
    assert words[0]["text"] == "Une autre demande."
    (fact,) = await town.facts("contact.erased")
    assert fact["data"]["entirely"] is False


async def carried_out_late(town: Town, person: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """Confirms as somebody who read the plan before the last message came: the database is what judges."""
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text("UPDATE erasures SET state = 'confirmed', confirmed_at = :at, confirmed_by = 'system' WHERE id = :id"),
            {"at": town.clock(), "id": parse_id(Prefix.ERASURE, plan["id"])},
        )
    await town.house.erasures.carry_out(str(town.id), str(parse_id(Prefix.ERASURE, plan["id"])))
    return dict((await town.http.get(f"/api/v1/contacts/{person['id']}/erasures/{plan['id']}")).json())


async def test_a_decision_is_kept_while_it_can_be_disputed_and_a_file_until_its_visa(new_town: Any) -> None:
    town = await new_town()
    saisine = await a_saisine(town)
    ticket = (await town.http.get("/api/v1/tickets")).json()["data"][0]
    town.clock.move(days=2)
    day = f"{town.clock() - timedelta(days=1):%Y-%m-%d}"
    told = {"type": "express_decision", "sense": "refusal", "signed_at": day, "notified_at": day}
    decided = await saisine.tell({**told, "mentions_appeal": True})
    assert decided.status_code == 201, decided.text
    await ended(town)
    plan = await planned(town, ticket["contact"])
    assert (plan["lines"][0]["ground"], plan["lines"][0]["until"] is None) == ("decision_open_to_appeal", False)
    town.clock.move(days=900)
    plan = await planned(town, ticket["contact"])
    assert (plan["lines"][0]["ground"], plan["lines"][0]["until"]) == ("public_archives", None)
    plan = await planned(town, ticket["contact"], archives_visa="AD-2026-118")
    assert plan["lines"][0]["fate"] == "erase"
    done = await carried_out(town, ticket["contact"], plan)
    assert done["state"] == "done"
    (kept,) = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["saisines"]
    assert kept["regime"] == "SVA"


async def test_others_words_in_the_same_request_stay(new_town: Any) -> None:
    town = await new_town()
    first = await town.a_ticket(text="Le mot du premier.", sender={"kind": "email", "address": "un@example.org"})
    second = await town.a_ticket(text="Le mot du second.", sender={"kind": "email", "address": "deux@example.org"})
    tag = (await town.http.get(f"/api/v1/tickets/{first['id']}")).headers["etag"]
    merging = {"source_ids": [second["id"]], "reason": "Même affaire.", "despite_other_contact": True}
    merged = await town.http.post(
        f"/api/v1/tickets/{first['id']}/merges", json=merging, headers={**once(), "If-Match": tag}
    )
    assert merged.status_code == 201, merged.text
    await told_of_the_law(town, parse_id(Prefix.TICKET, first["id"]), reason="signalement")
    await ended(town)
    plan = await planned(town, first["contact"])
    assert [line["fate"] for line in plan["lines"]] == ["erase_their_part", "erase"]
    await carried_out(town, first["contact"], plan)
    said = (await town.http.get(f"/api/v1/tickets/{first['id']}/messages")).json()["data"]
    texts = [one["text"] for one in said if one["direction"] == "in"]
    assert sorted(texts) == ["", "Le mot du second."]


async def test_a_person_merged_since_the_plan_is_not_told_to_be_gone(new_town: Any) -> None:
    """Whose requests these are was decided anew: nothing goes by the old plan, and the one who gave all has no plan."""
    town = await new_town()
    first = await town.a_ticket(text="Le mot du premier.", sender={"kind": "email", "address": "un@example.org"})
    second = await town.a_ticket(text="Le mot du second.", sender={"kind": "email", "address": "deux@example.org"})
    for ticket in (first, second):
        await told_of_the_law(town, parse_id(Prefix.TICKET, ticket["id"]), reason="remerciement")
    await ended(town)
    person, kept = first["contact"], f"/api/v1/contacts/{second['contact']['id']}"
    plan = await planned(town, person)
    path = f"/api/v1/contacts/{person['id']}/erasures"
    asked = await town.http.put(f"{path}/{plan['id']}/confirmation", headers={"If-Match": '"1"'})
    assert asked.status_code == 202
    version = (await town.http.get(kept)).json()["version"]
    merging = {"source_id": person["id"], "reason": "La même personne."}
    head = {**once(), "If-Match": f'"{version}"'}
    assert (await town.http.post(f"{kept}/merges", json=merging, headers=head)).status_code == 201
    await town.house.erasures.carry_out(str(town.id), str(parse_id(Prefix.ERASURE, plan["id"])))
    done = (await town.http.get(f"{path}/{plan['id']}")).json()
    assert (done["state"], {line["fate"] for line in done["lines"]}) == ("done", {"keep"})
    (fact,) = await town.facts("contact.erased")
    assert fact["data"]["entirely"] is False
    said = (await town.http.get(f"/api/v1/tickets/{first['id']}/messages")).json()["data"]
    assert said[0]["text"] == "Le mot du premier."
    for where, words in (
        (path, {"ground": "objection", "reason": "Par erreur."}),
        (f"/api/v1/contacts/{person['id']}/exports", {"reason": "Demande du 2 mars."}),
        ("/api/v1/legal-holds", {"contact_id": person["id"], "reason": "Enquête."}),
    ):
        refused = await town.http.post(where, json=words, headers=once())
        assert (refused.status_code, refused.json()["code"]) == (409, "contact-merged")


async def test_only_those_the_policy_names_may_plan_or_hold_and_each_in_their_own_town(new_town: Any) -> None:
    town, elsewhere = await new_town(), await new_town()
    ticket = await town.a_ticket()
    path, asked = f"/contacts/{ticket['contact']['id']}/erasures", {"ground": "unlawful", "reason": "Par erreur."}
    agent, supervisor = await someone(town, role="agent"), await someone(town, role="supervisor")
    assert (await agent.ask("POST", path, json=asked, headers=once())).status_code == 403
    assert (await supervisor.ask("POST", path, json=asked, headers=once())).status_code == 202
    held = {"ticket_id": ticket["id"], "reason": "Recours."}
    assert (await agent.ask("POST", "/legal-holds", json=held, headers=once())).status_code == 403
    hold = await supervisor.ask("POST", "/legal-holds", json=held, headers=once())
    assert hold.status_code == 201, hold.text
    assert (await elsewhere.http.post(f"/api/v1{path}", json=asked, headers=once())).status_code == 404
    assert (await elsewhere.http.post("/api/v1/legal-holds", json=held, headers=once())).status_code == 404
    lifting = f"/api/v1/legal-holds/{hold.json()['id']}/lifting"
    words, tag = {"reason": "Jugement définitif."}, {"If-Match": hold.headers["etag"]}
    assert (await elsewhere.http.put(lifting, json=words, headers=tag)).status_code == 404
    assert (await town.http.put(lifting, json=words, headers=tag)).json()["lifted_reason"] == words["reason"]
    assert (await town.http.put(lifting, json=words, headers={"If-Match": '"2"'})).json()["code"] == "legal-hold-lifted"
    assert [one["data"]["ticket_id"] for one in await town.facts("legal_hold.set")] == [ticket["id"]]


async def test_a_refusal_that_told_of_no_appeal_is_kept_for_the_reasonable_time(new_town: Any) -> None:
    """CE, Ass., 13 July 2016, n° 387763: its period cannot be opposed, the day to withdraw it passes long before."""
    town = await new_town()
    saisine = await a_saisine(town)
    ticket = (await town.http.get("/api/v1/tickets")).json()["data"][0]
    town.clock.move(days=2)
    day = f"{town.clock() - timedelta(days=1):%Y-%m-%d}"
    told = {"type": "express_decision", "sense": "refusal", "signed_at": day, "notified_at": day}
    decided = await saisine.tell({**told, "mentions_appeal": False})
    assert decided.status_code == 201, decided.text
    await ended(town)
    for days, ground in ((330, "decision_open_to_appeal"), (60, "public_archives")):
        town.clock.move(days=days)
        plan = await planned(town, ticket["contact"])
        assert plan["lines"][0]["ground"] == ground


async def test_a_request_of_somebody_else_is_never_erased_whole(new_town: Any) -> None:
    """Somebody spoke on the telephone: no address stands beside their words, and the request is theirs."""
    town = await new_town()
    theirs = await town.a_ticket(text="Le mot de l'ami.", sender={"kind": "email", "address": "ami@example.org"})
    other = await town.a_ticket(text="Le mot d'un autre.", sender={"kind": "email", "address": "autre@example.org"})
    ticket_id, owner = parse_id(Prefix.TICKET, theirs["id"]), parse_id(Prefix.CONTACT, other["contact"]["id"])
    await told_of_the_law(town, ticket_id, reason="remerciement")
    await ended_but(town, other["id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text("UPDATE tickets SET contact_id = :who WHERE id = :id"), {"who": owner, "id": ticket_id}
        )
    plan = await planned(town, theirs["contact"])
    assert [line["fate"] for line in plan["lines"]] == ["erase_their_part", "erase"]


async def ended_but(town: Town, other: str) -> None:
    """Lets everything leave, then closes every request but one."""
    async with town.house.database.transaction(tenant=town.id) as session:
        due = await outbox.due(session, town.id, now=town.clock(), limit=100)
    await town.house.dispatcher.dispatch(str(town.id), [str(one) for one in due])
    for ticket in (await town.http.get("/api/v1/tickets")).json()["data"]:
        path = f"/api/v1/tickets/{ticket['id']}"
        tag = (await town.http.get(path)).headers["etag"]
        if ticket["id"] != other:
            assert (
                await town.http.patch(path, json={"status": "closed"}, headers={"If-Match": tag})
            ).status_code == 200


async def test_what_waits_for_a_person_and_what_only_resembles_their_address_is_not_emptied(new_town: Any) -> None:
    """A delivery held for somebody to read is perhaps a request; `marie-ami@` is not `ami@`."""
    town = await new_town()
    ticket = await town.a_ticket(sender={"kind": "email", "address": "ami@example.org"})
    await told_of_the_law(town, parse_id(Prefix.TICKET, ticket["id"]), reason="remerciement")
    await ended(town)
    told = {"held": b"Cc: ami@example.org", "done": b"To: marie-ami@example.org", "duplicate": b"To: <AMI@example.org>"}
    async with town.house.database.transaction(tenant=town.id) as session:
        for state, raw in told.items():
            row = {"id": str(new_id()), "state": state, "raw": f"\\x{raw.hex()}", "ticket_id": None, "message_id": None}
            await session.execute(
                text(
                    "INSERT INTO receptions SELECT r.* FROM receptions s CROSS JOIN LATERAL "
                    "jsonb_populate_record(s, CAST(:row AS jsonb)) r WHERE s.ticket_id IS NOT NULL LIMIT 1"
                ),
                {"row": json.dumps(row)},
            )
    await carried_out(town, ticket["contact"], await planned(town, ticket["contact"]))
    async with town.house.database.transaction(tenant=town.id) as session:
        left = (await session.execute(text("SELECT state, raw FROM receptions WHERE ticket_id IS NULL"))).all()
    assert {row.state: bytes(row.raw) for row in left} == {**told, "duplicate": b""}
