"""The providers' door: what is not signed, not ours or too large is not kept; what is, is kept once and answered."""

import asyncio
import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from app.api.hooks import kept
from app.channels.contract import Delivery
from app.channels.kit import webhooks
from app.exchanges import receptions
from app.ids import Prefix, parse_id
from app.rest.metrics import REGISTRY

BASE = "http://127.0.0.1:8000"
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two octets ok").decode()
BODY = b'{"external_id": "h-1", "text": "Bonjour", "sender": {"kind": "email", "address": "u@example.org"}}'


def signed(town, body=BODY, *, secret=SECRET, at=None, name="msg_1"):
    return webhooks.signed_headers(identifier=name, at=at or town.clock(), body=body, secrets=[SecretStr(secret)])


async def stored(town):
    return (await town.http.get("/api/v1/intake")).json()["data"]


async def original(town, line):
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await receptions.find(session, town.id, parse_id(Prefix.RECEPTION, line["receipt_id"]))
    assert found is not None
    return found


async def test_a_signed_delivery_is_kept_then_answered(town) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    answer = await town.http.post(f"/hooks/http/{channel.key}", content=BODY, headers=signed(town))
    assert (answer.status_code, answer.content) == (200, b"")
    (line,) = await stored(town)
    assert (line["door"], line["verified"], line["sha256"]) == ("hook", True, hashlib.sha256(BODY).hexdigest())


WRONG = ["secret", "body", "early", "late", "none"]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_delivery_wrongly_signed_leaves_nothing_but_a_count(town, wrong) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    other = "whsec_" + base64.b64encode(b"another secret of thirty-two oct").decode()
    from datetime import timedelta

    headers = {
        "secret": lambda: signed(town, secret=other),
        "body": lambda: signed(town, BODY + b" "),
        "early": lambda: signed(town, at=town.clock() + timedelta(minutes=6)),
        "late": lambda: signed(town, at=town.clock() - timedelta(minutes=6)),
        "none": dict,
    }[wrong]()

    def count():
        labels = {"channel": "http", "reason": "signature"}
        return REGISTRY.get_sample_value("parvis_refused_deliveries_total", labels) or 0

    before = count()
    answer = await town.http.post(f"/hooks/http/{channel.key}", content=BODY, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    assert count() == before + 1
    assert await stored(town) == []


async def test_no_door_tells_whether_another_exists(town) -> None:
    mail, http = await town.connect("email"), await town.connect()
    paths = [f"/hooks/http/{mail.key}", "/hooks/http/nobody", f"/hooks/email/{mail.address}", f"/hooks/fax/{http.key}"]
    answers = [await town.http.post(path, content=BODY) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_twilio_signs_the_address_as_set_and_gets_its_answer(town) -> None:
    channel = await town.connect("sms.twilio", auth_token="jeton")
    form = {"MessageSid": "SM1", "From": "+33612345678", "To": "+33199000000", "Body": "Bonjour"}
    url = f"{BASE}/hooks/sms.twilio/{channel.key}?a=1"
    words = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.new(b"jeton", words.encode(), "sha1").digest()).decode()
    headers = {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": "evil.example.org",
        "X-Forwarded-Host": "evil.example.org",
    }
    path = url.removeprefix(BASE)
    answer = await town.http.post(path, content=urlencode(form), headers=headers)
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    assert answer.headers["content-type"].startswith("text/xml")
    await town.read_all()
    (line,) = await stored(town)
    assert line["state"] == "done"


async def test_a_question_is_answered_and_kept_nowhere(town) -> None:
    channel = await town.connect("meta.messenger", app_secret="secret", verify_token="mot")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "mot", "hub.challenge": "1158201444"}
    answer = await town.http.get(f"/hooks/meta.messenger/{channel.key}", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    wrong = await town.http.get(f"/hooks/meta.messenger/{channel.key}", params={**asked, "hub.verify_token": "non"})
    assert wrong.status_code == 403
    assert await stored(town) == []


async def test_cloudevents_ask_before_they_post(town) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    path = f"/hooks/http/{channel.key}"
    granted = await town.http.options(path, headers={"WebHook-Request-Origin": "example.org"})
    assert (granted.status_code, granted.headers["webhook-allowed-origin"]) == (200, "example.org")
    assert (await town.http.options(path)).status_code == 405


async def test_what_proves_who_calls_is_not_kept(town) -> None:
    channel = await town.connect("sms.mtarget", token="jeton")
    path = f"/hooks/sms.mtarget/{channel.key}?token=jeton&x=1"
    headers = {"Authorization": "Bearer jeton", "Cookie": "parvis_session=x", "X-Kept": "oui"}
    answer = await town.http.post(path, content=b"Msisdn=%2B33612345678&Content=Bonjour", headers=headers)
    assert answer.status_code == 200, answer.text
    (line,) = await stored(town)
    found = await original(town, line)
    names = {name.lower() for name, _ in found.headers}
    assert "x-kept" in names
    assert not names & {"authorization", "cookie"}
    assert found.url == f"{BASE}/hooks/sms.mtarget/{channel.key}?x=1"


def test_of_a_signed_token_only_the_claims_are_kept() -> None:
    delivery = Delivery(body=b"", headers=[("Authorization", "Bearer a.b.c"), ("Authorization", "Basic x")])
    assert kept(delivery).headers == [("Authorization", "Bearer a.b.")]


async def test_the_same_delivery_twenty_times_at_once_is_one_message(town) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    path, headers = f"/hooks/http/{channel.key}", signed(town)
    answers = await asyncio.gather(*(town.http.post(path, content=BODY, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    await asyncio.gather(*(town.read_all() for _ in range(3)))
    assert sorted(line["state"] for line in await stored(town)) == ["done", *["duplicate"] * 19]
    assert len((await town.http.get("/api/v1/tickets")).json()["data"]) == 1


async def test_a_delivery_too_large_is_refused_before_it_is_read(town) -> None:
    channel = await town.connect("sms.twilio", auth_token="jeton")
    read = 0

    async def endless():
        nonlocal read
        for _ in range(1000):
            read += 2**16
            yield b"x" * 2**16

    answer = await town.http.post(f"/hooks/sms.twilio/{channel.key}", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert read < 2 * 2**20
    declared = {"Content-Length": str(2**40)}
    assert (await town.http.post(f"/hooks/sms.twilio/{channel.key}", content=b"", headers=declared)).status_code == 413
    assert await stored(town) == []


async def test_without_a_database_the_provider_must_come_back(town, monkeypatch) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    path = f"/hooks/http/{channel.key}"
    assert (await town.http.post(path, content=BODY, headers=signed(town))).status_code == 200

    from app.errors import Unavailable

    async def away(*_, **__):
        raise Unavailable("away")

    monkeypatch.setattr("app.exchanges.receptions.keep_alone", away)
    answer = await town.http.post(path, content=BODY, headers=signed(town))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


async def test_a_date_at_the_end_of_time_does_not_make_a_message_unreadable(town) -> None:
    channel = await town.connect()
    body = b'{"external_id": "h-9", "text": "Bonjour", "occurred_at": "9999-12-31T23:59:59Z"}'
    assert (await town.http.post(f"/hooks/http/{channel.key}", content=body)).status_code == 200
    await town.read_all()
    (line,) = await stored(town)
    (message,) = (await town.http.get(f"/api/v1/tickets/{line['ticket_id']}/messages")).json()["data"]
    assert message["claimed_at"] is None


async def test_a_hook_is_counted_by_its_template_and_answers_no_head(town) -> None:
    channel = await town.connect("http", secrets=[SECRET])
    labels = {"method": "POST", "route": "/hooks/{channel_type}/{channel_key}", "status": "2xx"}
    before = REGISTRY.get_sample_value("parvis_request_seconds_count", labels) or 0
    await town.http.post(f"/hooks/http/{channel.key}", content=BODY, headers=signed(town))
    assert REGISTRY.get_sample_value("parvis_request_seconds_count", labels) == before + 1
    assert (await town.http.head(f"/hooks/http/{channel.key}", headers=signed(town, b""))).status_code == 405
    assert len(await stored(town)) == 1
