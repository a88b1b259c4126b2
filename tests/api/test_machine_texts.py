"""What a machine read in a scan, over HTTP: asked for, taken apart from the message, shown folded under its piece."""

import base64

from app.files.ocr import Outcome, State
from app.ids import new_id
from app.tickets import machine_texts
from tests.harness.pictures import a_logo


async def test_a_scan_is_read_apart_from_its_message(town) -> None:
    body = {"channel": "post", "subject": "Terrasse", "text": "Voir le scan."}
    body["scans"] = [{"name": "1.png", "content": base64.b64encode(a_logo()).decode()}]
    made = await town.http.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": new_id().hex})
    thread = f"/api/v1/tickets/{made.json()['id']}/messages"
    (piece,) = (await town.http.get(thread)).json()["data"][0]["attachments"]
    assert piece["machine_text"] is None
    assert (await town.http.get(f"{piece['url']}/text")).status_code == 404
    refused = await town.http.post(f"{piece['url']}/readings", headers={"Idempotency-Key": new_id().hex})
    assert (refused.status_code, refused.json()["code"]) == (409, "no-machine-reading")
    now = town.clock()
    async with town.house.database.transaction(tenant=town.id) as session:
        await machine_texts.ask(session, town.id, [piece["sha256"]], now=now)
        claimed = await machine_texts.claim(session, town.id, now=now, lease=now, most=3)
        assert claimed is not None
        read = Outcome(state=State.READ, text="Je demande une terrasse", confidence=91, pages=1)
        await machine_texts.settle(session, town.id, claimed, read, now=now)
    (message,) = (await town.http.get(thread)).json()["data"]
    assert (message["text"], message["attachments"][0]["machine_text"]) == ("Voir le scan.", "read")
    told = (await town.http.get(f"{piece['url']}/text")).json()
    assert (told["state"], told["text"], told["confidence"]) == ("read", "Je demande une terrasse", 91)
