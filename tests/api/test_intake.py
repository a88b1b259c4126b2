"""Handing messages over: kept as sent, once, read like those of every door, and followed."""

import asyncio
import hashlib

import pytest

from app.ids import Prefix, new_id, public_id

MAIL = (
    b"From: Usager Exemple <usager@example.org>\r\nTo: contact@villebourg.example.fr\r\n"
    b"Subject: Demande de terrasse\r\nMessage-ID: <m1@example.org>\r\n\r\nBonjour, une terrasse.\r\n"
)


def at(channel, what):
    return f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/{what}"


async def test_a_message_handed_over_is_kept_as_sent_and_becomes_a_ticket(town) -> None:
    channel = await town.connect()
    body = '{"external_id": "a-1",  "text": "Une terrasse.", "sender": {"kind": "email", "address": "u@example.org"}}'
    answer = await town.http.post(at(channel, "messages"), content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["sha256"] == hashlib.sha256(body.encode()).hexdigest()
    assert answer.headers["location"] == receipt["status_url"]
    before = (await town.http.get(receipt["status_url"])).json()
    assert (before["state"], before["ticket_id"]) == ("queued", None)
    await town.read_all()
    after = (await town.http.get(receipt["status_url"])).json()
    assert after["state"] == "done", after
    ticket = (await town.http.get(f"/api/v1/tickets/{after['ticket_id']}")).json()
    assert (ticket["subject"], ticket["risk"], ticket["saisines"][0]["regime"]) == (
        "Une terrasse.",
        "unqualified",
        "UNKNOWN",
    )


async def test_the_same_external_id_is_one_message(town) -> None:
    channel = await town.connect()
    first = await town.hand_over(channel, external_id="b-1")
    again = await town.hand_over(channel, external_id="b-1")
    assert (again["state"], again["message_id"]) == ("duplicate", first["message_id"])
    other = await town.hand_over(channel, external_id="b-1", text="Autre chose.")
    assert other["state"] == "held"


async def test_the_same_delivery_twenty_times_at_once_makes_one_message(town) -> None:
    channel = await town.connect()
    words = {"external_id": "c-1", "text": "Bonjour"}
    answers = await asyncio.gather(*(town.http.post(at(channel, "messages"), json=words) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [202] * 20
    await asyncio.gather(*(town.read_all() for _ in range(3)))
    states = [(await town.http.get(answer.json()["status_url"])).json()["state"] for answer in answers]
    assert sorted(states) == ["done", *["duplicate"] * 19]
    assert len((await town.http.get("/api/v1/tickets")).json()["data"]) == 1


async def test_any_channel_takes_the_generic_vocabulary(town) -> None:
    channel = await town.connect("sms.twilio", auth_token="jeton")
    kept = await town.hand_over(channel, sender={"kind": "phone", "address": "0612345678"})
    assert kept["state"] == "done"
    ticket = (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()
    assert (ticket["channel"], ticket["contact"]["display_name"]) == ("sms.twilio", "+33612345678")


async def test_a_whole_mail_is_taken_by_a_mail_channel(town) -> None:
    mail = {"Content-Type": "message/rfc822"}
    answer = await town.http.post(at(await town.connect("email"), "raw"), content=MAIL, headers=mail)
    assert answer.status_code == 202
    await town.read_all()
    kept = (await town.http.get(answer.json()["status_url"])).json()
    assert (kept["state"], kept["door"]) == ("done", "api")
    refused = await town.http.post(at(await town.connect(), "raw"), content=MAIL, headers=mail)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


async def test_a_mail_under_another_name_or_too_large_is_refused(town) -> None:
    channel = await town.connect("email")
    wrong = await town.http.post(at(channel, "raw"), content=MAIL, headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 415
    head = {"Content-Type": "message/rfc822", "Content-Length": str(41 * 2**20)}
    large = await town.http.post(at(channel, "raw"), content=MAIL, headers=head)
    assert large.status_code == 413


REFUSED = [
    ({"text": "sans identifiant"}, "/external_id"),
    ({"external_id": "d", "text": "t", "tenant_id": "x"}, "/tenant_id"),
    ({"external_id": "d", "text": "t", "received_at": "2020-01-01T00:00:00Z"}, "/received_at"),
    ({"external_id": "d"}, ""),
    ({"external_id": "d", "text": "t", "sender": {"kind": "fax"}}, "/sender/kind"),
    ({"external_id": "d", "text": "t", "location": {"lat": 91, "lon": 0}}, "/location/lat"),
    ({"external_id": "d", "text": "t", "occurred_at": "2026-03-02T09:00:00"}, "/occurred_at"),
]


@pytest.mark.parametrize(("body", "pointer"), REFUSED)
async def test_what_is_not_understood_is_refused_with_its_place(town, body, pointer) -> None:
    answer = await town.http.post(at(await town.connect(), "messages"), json=body)
    assert answer.status_code == 422
    assert pointer in {flaw["pointer"] for flaw in answer.json()["errors"]}, answer.text


MALFORMED = [
    b'{"external_id": "a", "external_id": "b", "text": "t"}',
    b'{"external_id": "a", "text": "t", "location": {"lat": NaN}}',
    b'{"external_id": "a\\u0000", "text": "t"}',
    b'{"external_id": "a\\ud800", "text": "t"}',
    b'{"external_id": "a", "fields": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"external_id": "a", "text": "t", "fields": {"n": 1' + b"0" * 400 + b"}}",
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", MALFORMED)
async def test_what_is_not_json_is_malformed(town, body) -> None:
    channel = await town.connect()
    answer = await town.http.post(at(channel, "messages"), content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_an_unreadable_delivery_waits_for_a_person_who_gives_it_back(town) -> None:
    channel = await town.connect()
    hook = await town.http.post(f"/hooks/http/{channel.key}", content=b"pas du JSON")
    assert hook.status_code == 200
    await town.read_all()
    (held,) = (await town.http.get("/api/v1/intake", params={"state": "held"})).json()["data"]
    assert held["reason"]
    url = f"/api/v1/intake/{held['receipt_id']}/releases"
    name = {"Idempotency-Key": new_id().hex}
    released = await town.http.post(url, json={"reason": "Relue."}, headers=name)
    assert (released.status_code, released.json()["state"]) == (202, "queued")
    repeated = await town.http.post(url, json={"reason": "Relue."}, headers=name)
    assert repeated.headers["idempotent-replayed"] == "true"
    again = await town.http.post(url, json={"reason": "Relue."}, headers={"Idempotency-Key": new_id().hex})
    assert again.status_code == 409
