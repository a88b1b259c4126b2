"""Pieces an agent joins: kept with the draft, really carried by mail, refused in words elsewhere, never left behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import text

from app.exchanges.enclosing import MOST, MOST_BYTES
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, parse_id
from app.main import create_app
from app.tickets.draft_values import DRAFTS_KEPT
from tests.api.conftest import BASE_URL, Town
from tests.api.test_sight import a_team, someone
from tests.api.test_tags import once
from tests.harness.houses import MovableClock, a_town, house
from tests.simulators.clamd import MARK, clamd

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def join(
    town: Any, ticket: dict[str, Any], content: bytes = PDF, *, name: str = "plan.pdf", kind: str = "reply"
) -> httpx.Response:
    path = f"/api/v1/tickets/{ticket['id']}/drafts/{kind}/attachments"
    head = {"Content-Type": "application/octet-stream"}
    return await town.http.post(path, params={"name": name}, content=content, headers=head)


async def joined(town: Any, ticket: dict[str, Any], *, kind: str = "reply") -> list[dict[str, Any]]:
    return (await town.http.get(f"/api/v1/tickets/{ticket['id']}/drafts/{kind}/attachments")).json()["data"]


async def answer(town: Town, ticket: dict[str, Any], *pieces: dict[str, Any], **words: Any) -> httpx.Response:
    body = {"text": "Voici le plan.", "attachments": [one["id"] for one in pieces], **words}
    return await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json=body, headers=once())


async def stored(town: Town) -> int:
    await town.house.letting_go.remove(town.id)
    return len([one async for one in town.house.store.all_of(town.id)])


@asynccontextmanager
async def another_house(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[Town]:
    clock = MovableClock()
    async with house(database_url, folder, clock=clock, **settings) as opened:
        tenant_id = await a_town(opened, slug=f"ville-{new_id().hex}")
        transport = httpx.ASGITransport(app=create_app(opened))
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            town = Town(opened, tenant_id, client, clock)
            client.headers.update(await town.key(*Scope))
            yield town


async def test_what_is_joined_leaves_by_a_real_mail_with_its_name_and_its_bytes(
    database_url: str, tmp_path: Path
) -> None:
    taken: list[Any] = []

    class Sink:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            taken.append(envelope)
            return "250 2.0.0 taken"

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(Sink(), hostname="sink", loop=loop), "127.0.0.1", 0)
    server = {"smtp_host": "127.0.0.1", "smtp_port": listening.sockets[0].getsockname()[1], "smtp_security": "none"}
    async with another_house(database_url, tmp_path, outgoing="send") as town:
        channel = await town.connect("email", **server)
        kept = await town.hand_over(channel)
        ticket = (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()
        plan = (await join(town, ticket, name="plan d’été.pdf")).json()
        sheet = (await join(town, ticket, "nom;âge\n".encode(), name="liste.csv")).json()
        sent = await answer(town, ticket, plan, sheet)
        assert sent.status_code == 202, sent.text
        while (await town.house.dispatcher.depart(town.id, channel.id)).count:
            pass
        state = (await town.http.get(sent.headers["location"])).json()["state"]
        messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
        left = await joined(town, ticket)
        bytes_kept = (await town.http.get(messages[-1]["attachments"][0]["url"])).content
    listening.close()
    mails = [message_from_bytes(one.content, policy=policy.default) for one in taken]
    (mail,) = [one for one in mails if one["Auto-Submitted"] is None]
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ]
    assert found == [
        ("plan d’été.pdf", "application/pdf", PDF),
        ("liste.csv", "application/octet-stream", "nom;âge\n".encode()),
    ]
    assert (state, left, bytes_kept) == ("accepted", [], PDF)
    assert [one["name"] for one in messages[-1]["attachments"]] == ["plan d’été.pdf", "liste.csv"]


async def test_a_piece_stays_with_its_draft_until_it_is_taken_off_or_thrown_away(town: Town) -> None:
    ticket = await town.a_ticket()
    before = await stored(town)
    unnamed = (await join(town, ticket, b"a", name="")).json()
    assert unnamed["name"] == "fichier"
    await town.http.delete(f"/api/v1/tickets/{ticket['id']}/drafts/reply/attachments/{unnamed['id']}")
    first, again = await join(town, ticket), await join(town, ticket)
    assert (first.status_code, first.json()) == (201, again.json())  # sent twice, there once
    shown = {"name": "plan.pdf", "content_type": "application/pdf", "size": len(PDF), "scan": None}
    assert await joined(town, ticket) == [{"id": first.json()["id"], **shown}]
    other = (await join(town, ticket, b"autre", name="..\\../a\u202eb.exe")).json()
    assert other["name"] == "_.._ab.exe"
    assert await stored(town) == before + 2
    path = f"/api/v1/tickets/{ticket['id']}/drafts/reply"
    for piece, status in ((other["id"], 204), (other["id"], 404), (first.json()["id"], 204)):
        assert (await town.http.delete(f"{path}/attachments/{piece}")).status_code == status
    assert (await joined(town, ticket), await stored(town)) == ([], before)
    await join(town, ticket)
    assert (await town.http.delete(path, headers={"If-Match": '"0"'})).status_code == 204  # nothing was typed
    assert (await joined(town, ticket), await stored(town)) == ([], before)


async def test_what_an_answer_does_not_name_goes_with_the_draft_and_a_note_keeps_its_own(town: Town) -> None:
    ticket = await town.a_ticket()
    before = await stored(town)
    kept, _ = (await join(town, ticket)).json(), await join(town, ticket, b"oubli", name="oubli.txt")
    noted = (await join(town, ticket, b"devis", name="devis.txt", kind="note")).json()
    wrong = await answer(town, ticket, noted)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/attachments/0")
    assert (await answer(town, ticket, kept)).status_code == 202
    assert [one["name"] for one in await joined(town, ticket, kind="note")] == ["devis.txt"]
    body = {"text": "Voir le devis.", "attachments": [noted["id"]]}
    note = await town.http.post(f"/api/v1/tickets/{ticket['id']}/notes", json=body, headers=once())
    assert (note.status_code, [one["name"] for one in note.json()["attachments"]]) == (201, ["devis.txt"])
    assert await stored(town) == before + 2
    gone = await answer(town, ticket, kept)
    assert (gone.status_code, gone.json()["errors"][0]["code"]) == (422, "attachment")


async def test_a_channel_that_carries_no_piece_refuses_in_words_and_nothing_leaves(town: Town) -> None:
    answers = {"outbound_url": "https://partenaire.example.fr/recus", "outbound_secrets": [f"whsec_{'A' * 40}"]}
    channel = await town.connect("http", accept_unsigned=True, **answers)
    heard = await town.hand_over(channel, sender={"kind": "http", "address": "personne-1", "display_name": ""})
    ticket = (await town.http.get(f"/api/v1/tickets/{heard['ticket_id']}")).json()
    piece = (await join(town, ticket)).json()
    async with town.house.database.transaction(tenant=town.id) as session:
        sent = (await session.execute(text("SELECT count(*) FROM outbound"))).scalar_one()
    seen = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/replies/previews", json={"text": "Voici le plan."}, headers=once()
    )
    assert (seen.status_code, seen.json()["files"]) == (200, False), seen.text
    for where in ("replies/previews", "replies"):
        body = {"text": "Voici le plan.", "attachments": [piece["id"]]}
        refused = await town.http.post(f"/api/v1/tickets/{ticket['id']}/{where}", json=body, headers=once())
        assert (refused.status_code, refused.json()["code"]) == (409, "attachments-not-carried"), refused.text
        assert "retirez-les" in refused.json()["detail"]
    assert [one["name"] for one in await joined(town, ticket)] == ["plan.pdf"]
    async with town.house.database.transaction(tenant=town.id) as session:
        assert (await session.execute(text("SELECT count(*) FROM outbound"))).scalar_one() == sent


async def test_pieces_are_bounded_in_number_and_in_weight(town: Town) -> None:
    ticket = await town.a_ticket()
    for number in range(MOST):
        assert (await join(town, ticket, b"a", name=f"{number}.txt")).status_code == 201
    eleventh = await join(town, ticket, b"a", name="onze.txt")
    assert (eleventh.status_code, eleventh.json()["code"]) == (409, "too-many-attachments")
    other = await town.a_ticket()
    heavy = b"0" * (MOST_BYTES - 1)
    assert (await join(town, other, heavy, name="lourd.bin")).status_code == 201
    too_heavy = await join(town, other, b"00", name="plume.txt")
    assert (too_heavy.status_code, too_heavy.json()["code"]) == (409, "too-many-attachments")
    assert (await join(town, other, heavy + b"00", name="trop.bin")).status_code == 413
    assert (await join(town, other, b"", name="vide.txt")).status_code == 422
    assert (await join(town, other, b"a", name="a\x00b")).status_code == 400


async def test_a_piece_is_its_authors_alone_and_never_added_beyond_what_they_see(town: Town) -> None:
    team = await a_team(town, "Action sociale")
    ticket = await town.a_ticket()
    author, colleague = await someone(town, teams=[team]), await someone(town, teams=[team])
    path = f"/tickets/{ticket['id']}/drafts/reply/attachments"
    head = {"Content-Type": "application/octet-stream"}
    piece = await author.ask("POST", f"{path}?name=a.txt", content=b"secret", headers=head)
    assert piece.status_code == 201, piece.text
    assert (await colleague.ask("GET", path)).json() == {"data": []}
    assert (await colleague.ask("DELETE", f"{path}/{piece.json()['id']}")).status_code == 404
    stolen = {"text": "Voici.", "attachments": [piece.json()["id"]]}
    refused = await colleague.ask("POST", f"/tickets/{ticket['id']}/replies", json=stolen, headers=once())
    assert refused.status_code == 422
    reader = await someone(town, role="reader")
    assert (await reader.ask("POST", f"{path}?name=a.txt", content=b"a", headers=head)).status_code == 403
    unknown = f"/tickets/{'tkt_' + '0' * 26}/drafts/reply/attachments?name=a.txt"
    assert (await author.ask("POST", unknown, content=b"a", headers=head)).status_code == 404


async def test_what_an_antivirus_recognises_does_not_leave(database_url: str, tmp_path: Path) -> None:
    async with clamd() as daemon, another_house(database_url, tmp_path, clamd=daemon.address) as town:
        ticket = await town.a_ticket()
        waiting = (await join(town, ticket, MARK, name="virus.bin")).json()
        assert waiting["scan"] == "waiting"
        late = await town.a_ticket()
        unseen = (await join(town, late, MARK, name="virus.bin")).json()
        sent = await answer(town, late, unseen)  # nobody has looked yet: like what comes in, it is not held up
        assert sent.status_code == 202
        await town.house.scanning.scan(str(town.id))
        assert [one["scan"] for one in await joined(town, ticket)] == ["infected"]
        refused = await answer(town, ticket, waiting)
        assert (refused.status_code, refused.json()["code"]) == (409, "attachment-infected")
        channel = parse_id(Prefix.CHANNEL, sent.json()["channel_id"])
        while (await town.house.dispatcher.depart(town.id, channel)).count:
            pass
        fate = (await town.http.get(sent.headers["location"])).json()
        assert (fate["state"], "antivirus" in fate["detail"]) == ("failed", True)


async def test_pieces_nobody_came_back_to_are_forgotten_with_their_contents(town: Town) -> None:
    ticket, kept = await town.a_ticket(), await town.a_ticket()
    before = await stored(town)
    await join(town, ticket, b"seule", name="seule.txt")
    await join(town, kept, b"suivie", name="suivie.txt")
    town.clock.move(seconds=DRAFTS_KEPT.total_seconds() - 60)
    path = f"/api/v1/tickets/{kept['id']}/drafts/reply"
    assert (await town.http.put(path, json={"text": "Encore"}, headers={"If-Match": '"0"'})).status_code == 200
    town.clock.move(seconds=3600)
    await town.house.drafts.forget(town.id)
    assert (await joined(town, ticket), len(await joined(town, kept)), await stored(town)) == ([], 1, before + 1)


@pytest.mark.parametrize("whole", [True, False])
async def test_an_erasure_takes_the_pieces_of_drafts_too(town: Town, whole: bool) -> None:
    from app.privacy.emptying import empty_messages, empty_tickets

    ticket = await town.a_ticket()
    before = await stored(town)
    await join(town, ticket, b"intime", name="intime.txt")
    ticket_id = parse_id(Prefix.TICKET, ticket["id"])
    messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    async with town.house.database.transaction(tenant=town.id) as session:
        if whole:
            await empty_tickets(session, town.id, [ticket_id], at=town.clock())
        else:
            first = parse_id(Prefix.MESSAGE, messages[0]["id"])
            await empty_messages(session, town.id, [first], at=town.clock())
    async with town.house.database.transaction(tenant=town.id) as session:
        left = (await session.execute(text("SELECT count(*) FROM draft_pieces"))).scalar_one()
    assert (left, await stored(town)) == (0, before)
