"""What each provider reports of one of ours, posted twice, shuffled and side by side: one message, a status that only rises."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from app.channels.contract import DeliveryStatus, Outcome, Sent
from app.exchanges import departures, outbox
from app.exchanges.course import RANK
from app.exchanges.outbox import OutState
from app.ids import new_id
from app.main import create_app
from tests.harness.towns import TownHouse, mail
from tests.simulators import meta

Posted = tuple[bytes, Mapping[str, str]]
JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}
NAME = "1234567890"
ME = "33612345678"


def form(**fields: object) -> Posted:
    return urlencode(fields).encode(), FORM


def document(value: object) -> Posted:
    return json.dumps(value).encode(), JSON


@dataclass(frozen=True)
class Provider:
    """A type, its settings, its words for a message that goes on to arrive, least first, and how it posts one."""

    config: Mapping[str, Any]
    words: Sequence[str]
    posts: Callable[[str], Posted]
    last: DeliveryStatus = DeliveryStatus.DELIVERED


UNSIGNED = {"accept_unsigned": True}
META = {"app_secret": meta.SECRET}
PROVIDERS: Mapping[str, Provider] = {
    "sms.twilio": Provider(
        UNSIGNED,
        ("queued", "sent", "delivered"),
        lambda word: form(MessageSid=NAME, MessageStatus=word, To=f"+{ME}", From="+33700000000"),
    ),
    "sms.vonage": Provider(
        UNSIGNED,
        ("accepted", "buffered", "delivered"),
        lambda word: form(msisdn=ME, to="337", messageId=NAME, status=word),
    ),
    "sms.mtarget": Provider(
        {}, ("0", "3"), lambda word: form(MsgId=NAME, Msisdn=f"+{ME}", Status=word, StatusText="Received")
    ),
    "sms.brevo": Provider(
        {},
        ("accepted", "softbounce", "delivered"),
        lambda word: document({"msg_status": word, "messageId": int(NAME), "to": ME, "ts_event": 1_772_442_000}),
    ),
    "sms.smsmode": Provider(
        {},
        ("SCHEDULED", "ENROUTE", "DELIVERED"),
        lambda word: document(
            {"messageId": NAME, "status": {"value": word, "deliveryDate": "2026-03-02T10:00:00+01:00"}}
        ),
    ),
    "sms.ovh": Provider(
        {}, ("0", "8", "1"), lambda word: form(id=NAME, ptt="1", date="20260302100000", description=word)
    ),
    "sms.highconnection": Provider({}, ("4", "6"), lambda word: form(ret_id=NAME, status=word)),
    "email.brevo": Provider(
        {},
        ("request", "deferred", "delivered"),
        lambda word: document(
            {"event": word, "message-id": NAME, "email": "usager@example.org", "ts_epoch": 1_772_442_000_000}
        ),
    ),
    "meta.whatsapp": Provider(
        META, ("sent", "delivered", "read"), lambda word: meta.whatsapp_status(NAME, word), DeliveryStatus.READ
    ),
    "meta.messenger": Provider(
        META, ("delivered",), lambda _: meta.messenger_delivered(NAME), DeliveryStatus.DELIVERED
    ),
}


@pytest.mark.parametrize("kind", PROVIDERS)
async def test_reports_twice_shuffled_and_side_by_side_leave_one_message_at_its_highest(
    town: TownHouse, kind: str
) -> None:
    provider = PROVIDERS[kind]
    channel = await town.connect(kind, provider.config)
    sent = await an_answer(town, channel.id)
    posted = [provider.posts(word) for word in provider.words] * 2
    random.Random(11).shuffle(posted)
    transport = httpx.ASGITransport(app=create_app(town.house))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        path = f"/hooks/{kind}/{channel.key}"
        answers = await asyncio.gather(*(http.post(path, content=body, headers=head) for body, head in posted))
    assert {answer.status_code for answer in answers} <= {200, 204}
    ranks = []
    for _ in range(3):
        await asyncio.gather(*(town.house.inbound.drain(str(town.tenant_id)) for _ in range(2)))
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            found = await outbox.find(session, town.tenant_id, sent)
        assert found is not None
        ranks.append(found.status_rank)
    assert (found.state, ranks) == (OutState.DELIVERED, [RANK[provider.last]] * 3)


async def an_answer(town: TownHouse, channel_id: Any) -> Any:
    """An answer that its provider took under `NAME`, by that channel."""
    await town.receive(mail())
    (ticket,) = await town.tickets()
    (aee,) = await town.sent(ticket.id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        row = {name: getattr(aee, name) for name in ("ticket_id", "message_id", "recipient_address", "digest")}
        again = {
            **row,
            "tenant_id": town.tenant_id,
            "id": (new := new_id()),
            "channel_id": channel_id,
            "purpose": "reply",
            "priority": 1,
            "recipient": {**aee.recipient, "kind": "phone", "address": f"+{ME}"},
            "request": {**aee.request, "message_id": None},
            "state": "sending",
            "status_rank": 0,
            "parts_sent": 0,
            "attempts": 1,
            "asked": 0,
            "frozen_at": town.clock(),
            "give_up_at": town.clock(),
            "version": 1,
        }
        await outbox.freeze(session, [again])
        frozen = await outbox.find(session, town.tenant_id, new)
        assert frozen is not None
        attempt = await outbox.begin_attempt(session, frozen, at=town.clock())
        await departures.accept(
            session,
            town.tenant_id,
            [(frozen, attempt, Sent(outcome=Outcome.OK, external_ids=[NAME]))],
            at=town.clock(),
        )
    return new
