"""Tickets over HTTP: listed, read, changed, answered, written down, and told as one story."""

import pytest

from app.exchanges import outbox
from app.ids import Prefix, new_id, parse_id, public_id


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def pages(town, path, **params):
    """Walks a list to its end by its cursors."""
    found, cursor = [], None
    while True:
        query = {**params, **({"cursor": cursor} if cursor else {})}
        page = (await town.http.get(path, params=query)).json()
        found.append([row.get("id") for row in page["data"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def test_the_list_is_walked_newest_first_and_by_term(town) -> None:
    channel = await town.connect()
    made = []
    for _ in range(5):
        town.clock.move(minutes=1)
        made.append((await town.hand_over(channel))["ticket_id"])
    assert await pages(town, "/api/v1/tickets", limit=2) == [made[4:2:-1], made[2:0:-1], made[:1]]
    by_term = await pages(town, "/api/v1/tickets", limit=3, sort="term_on")
    assert by_term == [made[:3], made[3:]]


FILTERS = [
    ({"status": "new,open"}, True),
    ({"status": "closed"}, False),
    ({"risk": "unqualified"}, True),
    ({"risk": "born"}, False),
    ({"channel": "email"}, True),
    ({"channel": "sms.twilio"}, False),
    ({"q": "lampadaires"}, True),
    ({"q": "piscine"}, False),
    ({"q": "* & | ! ( <-> :* '"}, False),
    ({"term_before": "9999-12-31"}, True),
    ({"term_before": "0001-01-01"}, False),
    ({"team_id": public_id(Prefix.TEAM, new_id())}, False),
    ({"unassigned": "true"}, True),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
async def test_the_list_is_narrowed(town, wanted, found) -> None:
    await town.a_ticket()
    answer = await town.http.get("/api/v1/tickets", params=wanted)
    assert answer.status_code == 200, answer.text
    assert bool(answer.json()["data"]) == found


async def test_a_list_is_counted_without_being_walked(town) -> None:
    """Only up to a thousand, and never words: an index gives neither the exact number of many nor of a search."""
    for _ in range(2):
        await town.a_ticket()

    async def counted(**wanted):
        return (await town.http.get("/api/v1/tickets/count", params=wanted)).json()

    assert await counted() == {"count": 2, "more": False}
    assert await counted(status="new", unassigned="true", sort="term_on") == {"count": 2, "more": False}
    assert await counted(risk="born") == {"count": 0, "more": False}
    refused = await town.http.get("/api/v1/tickets/count", params={"q": "lampadaires"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


EXTREMES = [
    {"limit": "0"},
    {"limit": "201"},
    {"limit": "9" * 30},
    {"limit": "NaN"},
    {"status": "lost"},
    {"risk": "new,none,"},
    {"term_before": "31/12/2026"},
    {"term_before": "10000-01-01"},
    {"team_id": "tkt_1"},
    {"q": "x" * 201},
    {"sort": "id"},
    {"cursor": "abc"},
]


@pytest.mark.parametrize("wanted", EXTREMES)
async def test_extremes_are_refused_with_their_place(town, wanted) -> None:
    answer = await town.http.get("/api/v1/tickets", params=wanted)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == f"query/{next(iter(wanted))}"


async def test_a_cursor_of_other_filters_is_refused(town) -> None:
    for _ in range(2):
        await town.a_ticket()
    cursor = (await town.http.get("/api/v1/tickets", params={"limit": 1})).json()["next_cursor"]
    moved = await town.http.get("/api/v1/tickets", params={"limit": 1, "cursor": cursor, "status": "new"})
    assert (moved.status_code, moved.json()["code"]) == (422, "cursor-refused")


async def test_a_change_takes_the_version_that_was_read(town) -> None:
    ticket = await town.a_ticket()
    url = f"/api/v1/tickets/{ticket['id']}"
    read = await town.http.get(url)
    assert (await town.http.get(url, headers={"If-None-Match": read.headers["etag"]})).status_code == 304
    assert (await town.http.patch(url, json={"status": "open"})).status_code == 428
    changed = await town.http.patch(url, json={"status": "open"}, headers={"If-Match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["status"]) == (200, "open")
    stale = await town.http.patch(url, json={"status": "waiting"}, headers={"If-Match": read.headers["etag"]})
    assert (stale.status_code, stale.headers["etag"]) == (412, changed.headers["etag"])


@pytest.mark.parametrize("change", [{}, {"tenant_id": "x"}, {"risk": "none"}, {"status": None}, {"status": "lost"}])
async def test_nothing_but_what_may_change_changes(town, change) -> None:
    ticket = await town.a_ticket()
    head = {"If-Match": f'"{ticket["version"]}"'}
    assert (await town.http.patch(f"/api/v1/tickets/{ticket['id']}", json=change, headers=head)).status_code == 422


async def test_nothing_closes_under_a_live_term(town) -> None:
    ticket = await town.a_ticket()
    url, head = f"/api/v1/tickets/{ticket['id']}", {"If-Match": f'"{ticket["version"]}"'}
    refused = await town.http.patch(url, json={"status": "closed"}, headers=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "clock-running")
    saisine = (await town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}")).json()
    qualified = await town.http.post(
        f"/api/v1/saisines/{saisine['id']}/qualifications",
        json={"regime": "none", "reason": "Simple remerciement."},
        headers={"If-Match": f'"{saisine["version"]}"'},
    )
    assert qualified.status_code == 201, qualified.text
    head = {"If-Match": (await town.http.get(url)).headers["etag"]}
    assert (await town.http.patch(url, json={"status": "closed"}, headers=head)).json()["status"] == "closed"


async def test_an_answer_is_frozen_once_and_followed(town) -> None:
    ticket = await town.a_ticket()
    url, named = f"/api/v1/tickets/{ticket['id']}/replies", once()
    words = {"text": "Bonjour, c'est réparé."}
    frozen = await town.http.post(url, json=words, headers=named)
    assert (frozen.status_code, frozen.json()["state"]) == (202, "frozen"), frozen.text
    assert (await town.http.post(url, json=words, headers=named)).headers["idempotent-replayed"] == "true"
    assert (await town.http.post(url, json={"text": "Autre"}, headers=named)).status_code == 422
    assert (await town.http.post(url, json=words)).status_code == 400
    detail = (await town.http.get(frozen.headers["location"])).json()
    assert (detail["tries"], detail["purpose"]) == ([], "reply")
    assert "Message-ID" in detail["preview"]["body"]
    assert (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "waiting"


async def test_an_answer_to_what_was_not_the_last_word_does_not_leave(town) -> None:
    channel = await town.connect()
    first = await town.hand_over(channel, sender={"kind": "email", "address": "u@example.org"}, conversation_ref="f")
    town.clock.move(minutes=1)
    await town.hand_over(channel, sender={"kind": "email", "address": "u@example.org"}, conversation_ref="f")
    words = {"text": "Bonjour", "expected_last_message_id": first["message_id"]}
    late = await town.http.post(f"/api/v1/tickets/{first['ticket_id']}/replies", json=words, headers=once())
    assert (late.status_code, late.json()["code"]) == (409, "newer-message")


async def test_an_answer_never_goes_to_somebody_else(town, new_town) -> None:
    ticket, other = await town.a_ticket(), await town.a_ticket(sender={"kind": "email", "address": "autre@example.org"})
    stranger = await (await new_town()).a_ticket()
    for point, status in ((other["contact_point_id"], 422), (stranger["contact_point_id"], 404)):
        words = {"text": "Bonjour", "to_contact_point_id": point}
        answer = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json=words, headers=once())
        assert answer.status_code == status
    sent = (await town.http.get("/api/v1/outbound")).json()["data"]
    assert {one["purpose"] for one in sent} == {"AEE"}


@pytest.mark.parametrize("kind", ["phone", "counter", "post"])
async def test_what_is_said_at_a_desk_is_written_down(town, kind) -> None:
    words = {
        "channel": kind,
        "subject": "Carte de stationnement",
        "text": "Demande une carte.",
        "contact": {"display_name": "Usager Exemple", "phone": "01 99 00 00 01"},
    }
    named = once()
    made = await town.http.post("/api/v1/tickets", json=words, headers=named)
    assert made.status_code == 201, made.text
    ticket = made.json()
    assert (ticket["channel"], ticket["contact"]["display_name"]) == (kind, "Usager Exemple")
    assert ticket["saisines"][0]["regime"] == "UNKNOWN"
    assert (await town.http.post("/api/v1/tickets", json=words, headers=named)).json()["id"] == ticket["id"]
    assert (await town.http.get(made.headers["location"])).headers["etag"] == made.headers["etag"]
    assert (await town.http.get("/api/v1/sve/duties")).json()["data"] == []


async def test_a_letter_counts_from_its_stamp(town) -> None:
    words = {"channel": "post", "subject": "Terrasse", "text": "Lettre.", "received_on": "2026-02-20"}
    made = (await town.http.post("/api/v1/tickets", json=words, headers=once())).json()
    saisine = (await town.http.get(f"/api/v1/saisines/{made['saisines'][0]['id']}")).json()
    assert saisine["received_on"] == "2026-02-20"
    for day in ("2030-01-01", "1999-01-01"):
        answer = await town.http.post("/api/v1/tickets", json={**words, "received_on": day}, headers=once())
        assert answer.json()["errors"][0]["pointer"] == "/received_on"


async def test_a_visit_cannot_be_given_to_another_towns_contact(town, new_town) -> None:
    stranger = (await (await new_town()).a_ticket())["contact"]["id"]
    for contact in (stranger, public_id(Prefix.CONTACT, new_id())):
        words = {"channel": "phone", "subject": "s", "text": "t", "contact": {"id": contact}}
        answer = await town.http.post("/api/v1/tickets", json=words, headers=once())
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/contact/id")
    assert (await town.http.get("/api/v1/tickets")).json()["data"] == []


async def test_the_story_is_one_ordered_list(town) -> None:
    ticket = await town.a_ticket()
    town.clock.move(minutes=1)
    base = f"/api/v1/tickets/{ticket['id']}"
    assert (await town.http.post(f"{base}/notes", json={"text": "Vu."}, headers=once())).status_code == 201
    town.clock.move(minutes=1)
    await town.http.post(f"{base}/replies", json={"text": "Réparé."}, headers=once())

    async def read(**more):
        found, cursor = [], None
        while True:
            query = {"limit": 2, **more, **({"cursor": cursor} if cursor else {})}
            page = (await town.http.get(f"{base}/timeline", params=query)).json()
            found += page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    moments = await read()
    assert await read(order="newest") == moments[::-1]
    assert [m["at"] for m in moments] == sorted(m["at"] for m in moments)
    kinds = [m["kind"] for m in moments]
    assert (kinds.count("message"), kinds.count("legal_event"), kinds.count("outbound")) == (4, 1, 2)
    thread = (await town.http.get(f"{base}/messages")).json()["data"]
    assert [m["direction"] for m in thread if not m["automatic"]] == ["in", "note", "out"]


async def test_a_request_is_handed_over_to_whoever_is_competent(town) -> None:
    ticket = await town.a_ticket()
    base = f"/api/v1/tickets/{ticket['id']}"
    town.clock.move(days=3)
    moved = await town.http.post(f"{base}/transfers", json={"to": "Département"}, headers=once())
    assert moved.status_code == 201, moved.text
    (saisine,) = moved.json()["data"]
    assert [event["type"] for event in saisine["events"]] == ["received", "transferred"]
    thread = (await town.http.get(f"{base}/messages")).json()["data"]
    assert thread[-1]["text"] == "Transmis à Département."


async def test_pieces_and_originals_are_served_without_harm_and_leave_a_trace(town) -> None:
    page = b"<html><script>alert(1)</script></html>"
    piece = {
        "name": "x\r\nSet-Cookie: a=b.html",
        "content_type": "text/html",
        "content": "PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PjwvaHRtbD4=",
    }
    ticket = await town.a_ticket(attachments=[piece])
    (message,) = [
        m
        for m in (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
        if m["direction"] == "in"
    ]
    served = await town.http.get(message["attachments"][0]["url"])
    assert served.content == page
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in served.headers["content-security-policy"]
    assert "set-cookie" not in served.headers
    raw = await town.http.get(f"/api/v1/messages/{message['id']}/raw")
    assert b'"attachments"' in raw.content
    assert raw.headers["content-disposition"].startswith("attachment")


async def test_a_doubt_is_closed_by_a_person(town) -> None:
    ticket = await town.a_ticket()
    frozen = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Bonjour"}, headers=once())
    url = f"{frozen.headers['location']}/resolutions"
    decided = {"decision": "mark_sent", "reason": "Vu chez le fournisseur."}
    assert (await town.http.post(url, json=decided, headers=once())).status_code == 409
    outbound_id = parse_id(Prefix.OUTBOUND, frozen.json()["id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await outbox.find(session, town.id, outbound_id)
        assert found is not None
        await outbox.move(session, found, {"state": "unknown", "next_attempt_at": None})
    (waiting,) = (await town.http.get("/api/v1/outbound", params={"state": "unknown,failed"})).json()["data"]
    assert waiting["id"] == frozen.json()["id"]
    for decision, state in (("resend", "frozen"),):
        answer = await town.http.post(url, json={**decided, "decision": decision}, headers=once())
        assert (answer.status_code, answer.json()["state"]) == (201, state)
