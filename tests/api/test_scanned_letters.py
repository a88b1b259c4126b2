"""A letter written down with its scans over HTTP: kept byte for byte, at the mail room's day, and judged by its bytes."""

import base64

from app.ids import new_id

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


async def written(town, scan, **said):
    body = {"channel": "post", "subject": "Terrasse", "text": "Voir le scan.", "received_on": "2026-03-01", **said}
    body["scans"] = [{"name": "1.pdf", "content": base64.b64encode(scan).decode()}]
    return await town.http.post("/api/v1/tickets", json=body, headers={"Idempotency-Key": new_id().hex})


async def test_the_scans_of_a_letter_are_kept_with_it(town) -> None:
    answer = await written(town, PDF, post_kind="lrar", tracking_number="1A 000 000 0000 0")
    assert answer.status_code == 201, answer.text
    thread = (await town.http.get(f"/api/v1/tickets/{answer.json()['id']}/messages")).json()["data"]
    (piece,) = thread[0]["attachments"]
    assert (piece["name"], piece["content_type"], piece["size"]) == ("1.pdf", "application/pdf", len(PDF))


async def test_what_no_scanner_makes_and_a_scan_of_a_call_are_refused(town) -> None:
    assert (await written(town, b"MZ\x90\x00")).json()["errors"][0]["pointer"] == "/scans"
    assert (await written(town, PDF, channel="phone")).status_code == 422
