"""A piece the antivirus set aside: refused at every door, taken by whoever may and says why, kept in the journal."""

import base64
import io
import json
import zipfile

from app.files.antivirus import ScanState, Verdict
from app.ids import new_id
from app.tickets import scans
from tests.api.test_personal_data import a_copy, opened
from tests.api.test_sight import someone

REASON = "Analyse par le responsable de la sécurité"


async def set_aside(town, sha256: str) -> None:
    now = town.clock()
    async with town.house.database.transaction(tenant=town.id) as session:
        await scans.ask(session, town.id, [sha256], now=now)
        claimed = await scans.claim(session, town.id, now=now, lease=now)
        assert claimed is not None
        verdict = Verdict(state=ScanState.INFECTED, virus="Parvis.Test.Signature")
        await scans.settle(session, town.id, claimed, verdict, now=now)


async def an_infected_piece(town) -> dict:
    body = {"channel": "post", "subject": "Devis", "text": "Voir la pièce."}
    body["scans"] = [{"name": "devis.pdf", "content": base64.b64encode(b"%PDF-1.7 un devis").decode()}]
    made = await town.http.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": new_id().hex})
    thread = f"/api/v1/tickets/{made.json()['id']}/messages"
    (piece,) = (await town.http.get(thread)).json()["data"][0]["attachments"]
    assert piece["scan"] is None
    await set_aside(town, piece["sha256"])
    (piece,) = (await town.http.get(thread)).json()["data"][0]["attachments"]
    assert (piece["scan"], piece["virus"]) == ("infected", "Parvis.Test.Signature")
    return piece


async def test_a_piece_set_aside_is_given_to_a_right_and_a_reason_alone(town) -> None:
    piece = await an_infected_piece(town)
    for asked in ({}, {"reason": ""}, {"reason": "x"}):
        refused = await town.http.get(piece["url"], params=asked)
        assert refused.status_code in {403, 422}, refused.text
    refused = await town.http.get(piece["url"])
    assert (refused.status_code, refused.json()["code"]) == (403, "piece-quarantined")
    reader = await town.key("tickets:read")
    told = await town.http.get(piece["url"], params={"reason": REASON}, headers=reader)
    assert (told.status_code, told.json()["code"]) == (403, "piece-quarantined")

    given = await town.http.get(piece["url"], params={"reason": REASON})
    assert (given.status_code, given.content) == (200, b"%PDF-1.7 un devis")
    assert given.headers["Content-Type"] == "application/octet-stream"
    assert given.headers["Content-Disposition"].startswith("attachment")
    entries = (await town.http.get("/api/v1/audit", params={"limit": 50})).json()["data"]
    kept = [one for one in entries if one["action"] == "attachment.quarantined_read"]
    assert len(kept) == 1
    assert REASON in str(kept)


async def test_no_other_door_gives_what_was_set_aside(town) -> None:
    trap = b"%PDF-1.7 un piege"
    given = {"name": "devis.pdf", "content_type": "application/pdf", "content": base64.b64encode(trap).decode()}
    ticket = await town.a_ticket(attachments=[given, {**given, "name": "autre.pdf", "content": "cmllbg=="}])
    thread = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    (message,) = [one for one in thread if one["direction"] == "in"]
    raw = f"/api/v1/messages/{message['id']}/raw"
    before = await town.http.get(raw)
    assert before.status_code == 200
    await set_aside(town, message["attachments"][0]["sha256"])

    refused = await town.http.get(raw)
    assert (refused.status_code, refused.json()["code"]) == (403, "piece-quarantined")
    reader = await town.key("tickets:read", "sve:read")
    assert (await town.http.get(raw, params={"reason": REASON}, headers=reader)).status_code == 403
    assert (await town.http.get(raw, params={"reason": REASON})).content == before.content

    (saisine,) = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/saisines")).json()["data"]
    evidence = f"/api/v1/saisines/{saisine['id']}/evidence"
    without = contents((await town.http.get(evidence, headers=reader)).content)
    assert not [one for one in without.values() if trap in one or base64.b64encode(trap) in one]
    assert b"rien" in without.values()
    missing = " ".join(json.loads(without["manifest.json"])["missing"])
    assert message["attachments"][0]["sha256"] in missing
    assert (await town.http.get(evidence, params={"reason": REASON}, headers=reader)).status_code == 403
    whole = contents((await town.http.get(evidence, params={"reason": REASON})).content)
    assert {trap, before.content} <= set(whole.values())
    entries = (await town.http.get("/api/v1/audit", params={"limit": 100})).json()["data"]
    kept = [one["action"] for one in entries if REASON in str(one)]
    assert sorted(kept) == ["evidence.exported", "message.raw_read"]

    officer = await someone(town, role="supervisor")
    _, path = await a_copy(town, ticket["contact"]["id"], officer.ask)
    document, _, names = opened((await officer.ask("GET", f"{path}/file")).content)
    pieces = document["requests"][0]["messages"][0]["pieces"]
    assert [(one["set_aside"], one["file"] is None) for one in pieces] == [(True, True), (False, False)]
    assert len([one for one in names if one.startswith("pieces/")]) == 1


def contents(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened_archive:
        return {name: opened_archive.read(name) for name in opened_archive.namelist()}
