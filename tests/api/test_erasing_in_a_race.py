"""F35: a person is erased while an answer, a note, a copy, a webhook and one more of their messages are under way."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.channels.contract import Delivery
from app.channels.values import Channel
from app.db.transaction import Session
from app.exchanges.receptions import Door
from app.ids import Prefix, new_id, parse_id
from app.privacy import emptying
from tests.api.conftest import Town
from tests.api.test_erasing_a_person import ended, found_in_files, found_in_rows, once, planned, told_of_the_law
from tests.api.test_erasing_a_person import everything as everything  # noqa: PLC0414 — a fixture

MAIL = """From: Canari <roseliere@exemple.example.org>
To: {to}
Subject: {word}
Message-ID: <{number}@example.org>

{word}
"""
_WAITING = (
    "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE NOT l.granted AND a.datname = current_database()"
)


async def one_who_may_be_erased(town: Town, mailbox: Channel) -> tuple[dict[str, Any], str]:
    """Somebody whose only request is ended; returns it, and the address of a confirmed plan."""
    await arrives(town, mailbox, "mirabelle")
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    await told_of_the_law(town, parse_id(Prefix.TICKET, ticket["id"]), reason="remerciement")
    await ended(town)
    plan = await planned(town, ticket["contact"], reason="Demande écrite.")
    path = f"/api/v1/contacts/{ticket['contact']['id']}/erasures/{plan['id']}"
    confirmed = await town.http.put(f"{path}/confirmation", headers={"If-Match": f'"{plan["version"]}"'})
    assert confirmed.status_code == 202, confirmed.text
    return ticket, path


async def arrives(town: Town, mailbox: Channel, word: str) -> None:
    raw = MAIL.format(to=mailbox.address, word=word, number=new_id()).encode()
    await town.house.inbound.accept(mailbox, Delivery(body=raw), door=Door.API)
    await town.read_all()


async def a_copy_kept_late(town: Town, person: dict[str, Any], patch: pytest.MonkeyPatch) -> tuple[Any, asyncio.Event]:
    """Has a copy read, and stops short of keeping it until the event is set."""
    asked = await town.http.post(
        f"/api/v1/contacts/{person['id']}/exports", json={"reason": "Art. 15."}, headers=once()
    )
    read, go_on, put = asyncio.Event(), asyncio.Event(), town.house.store.put

    async def put_late(tenant_id: UUID, content: bytes) -> str:
        read.set()
        await go_on.wait()
        return await put(tenant_id, content)

    patch.setattr(town.house.exporting._store, "put", put_late)
    export = str(parse_id(Prefix.ACCESS_EXPORT, asked.json()["id"]))
    copying = asyncio.create_task(town.house.exporting.make(str(town.id), export))
    await read.wait()
    patch.undo()
    return copying, go_on


def come_in_the_middle(
    patch: pytest.MonkeyPatch, everything: psycopg.Connection, rivals: dict[str, Coroutine[Any, Any, Any]]
) -> dict[str, asyncio.Task[Any]]:
    """Sets others off inside the transaction that empties; it goes on once those that write there wait for it."""
    empty, begun = emptying.empty_tickets, dict[str, asyncio.Task[Any]]()

    async def in_the_middle(session: Session, *given: Any, **named: Any) -> Any:
        held = await empty(session, *given, **named)
        begun.update({name: asyncio.create_task(work) for name, work in rivals.items()})
        async with asyncio.timeout(60):
            while waiting(everything) < 3:  # the answer, the note, and the intake
                assert not [name for name in ("reply", "note", "arriving") if begun[name].done()]
                await asyncio.sleep(0.02)
        return held

    patch.setattr(emptying, "empty_tickets", in_the_middle)
    return begun


def waiting(everything: psycopg.Connection) -> int:
    found = everything.execute(_WAITING).fetchone()
    return int(found[0]) if found else 0


async def test_whatever_is_under_way_when_a_person_is_erased_brings_no_word_of_theirs_back(
    new_town: Any, everything: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    town: Town = await new_town()
    mailbox = await town.connect("email")
    hook = {"url": "http://127.0.0.1:9/", "name": "Essai", "types": []}
    made = (await town.http.post("/api/v1/webhook-endpoints", json=hook, headers=once())).json()
    ticket, plan = await one_who_may_be_erased(town, mailbox)
    copying, keep_it = await a_copy_kept_late(town, ticket["contact"], monkeypatch)
    carried = town.house.courier.carry(town.id, parse_id(Prefix.WEBHOOK, made["id"]))
    path = f"/api/v1/tickets/{ticket['id']}"
    begun = come_in_the_middle(
        monkeypatch,
        everything,
        {
            "reply": town.http.post(f"{path}/replies", json={"text": "alouette"}, headers=once()),
            "note": town.http.post(f"{path}/notes", json={"text": "grimpereau"}, headers=once()),
            "arriving": arrives(town, mailbox, "sarcelle"),
            "told": carried,
        },
    )
    await town.house.erasures.carry_out(str(town.id), str(parse_id(Prefix.ERASURE, plan.rpartition("/")[2])))
    monkeypatch.undo()
    await asyncio.gather(*begun.values())
    keep_it.set()
    await copying
    await town.house.letting_go.remove(town.id)

    refused = [begun[name].result().json()["code"] for name in ("reply", "note")]
    assert refused == ["ticket-erased", "ticket-erased"]
    assert found_in_rows(everything, ("mirabelle", "alouette", "grimpereau")) == set()
    assert found_in_files(town.house.settings.data_dir, ("mirabelle", "roseliere")) == set()
    # What came meanwhile is a request of its own, whole.
    (other,) = [one for one in (await town.http.get("/api/v1/tickets")).json()["data"] if one["id"] != ticket["id"]]
    thread = (await town.http.get(f"/api/v1/tickets/{other['id']}/messages")).json()["data"]
    assert (other["subject"], thread[0]["text"].strip()) == ("sarcelle", "sarcelle")
    told = (await town.http.get(plan)).json()
    assert told["state"] == "done"
    assert {line["fate"] for line in told["lines"] if line["id"] == ticket["id"]} == {"erase"}
