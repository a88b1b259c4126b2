"""A piece the antivirus set aside: refused at every door, taken by whoever may and says why, kept in the journal."""

import base64

from app.files.antivirus import ScanState, Verdict
from app.ids import new_id
from app.tickets import scans

REASON = "Analyse par le responsable de la sécurité"


async def an_infected_piece(town) -> dict:
    body = {"channel": "post", "subject": "Devis", "text": "Voir la pièce."}
    body["scans"] = [{"name": "devis.pdf", "content": base64.b64encode(b"%PDF-1.7 un devis").decode()}]
    made = await town.http.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": new_id().hex})
    thread = f"/api/v1/tickets/{made.json()['id']}/messages"
    (piece,) = (await town.http.get(thread)).json()["data"][0]["attachments"]
    assert piece["scan"] is None
    now = town.clock()
    async with town.house.database.transaction(tenant=town.id) as session:
        await scans.ask(session, town.id, [piece["sha256"]], now=now)
        claimed = await scans.claim(session, town.id, now=now, lease=now)
        assert claimed is not None
        verdict = Verdict(state=ScanState.INFECTED, virus="Parvis.Test.Signature")
        await scans.settle(session, town.id, claimed, verdict, now=now)
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
