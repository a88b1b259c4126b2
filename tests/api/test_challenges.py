"""An address proved by a code sent to it: what leaves, what is shown, and everything that proves nothing."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges.codes_out import MASK
from app.ids import new_id

SMS = {"account_sid": "AC1", "auth_token": "token", "sender": "+33700000000"}
EVERY_ROW = text(
    "SELECT CAST(m.* AS text) FROM messages m UNION ALL SELECT CAST(o.* AS text) FROM outbound o "
    "UNION ALL SELECT CAST(a.* AS text) FROM outbound_attempts a UNION ALL SELECT CAST(e.* AS text) FROM events e "
    "UNION ALL SELECT CAST(j.* AS text) FROM audit_entries j UNION ALL SELECT CAST(c.* AS text) FROM contact_challenges c"
)


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


@dataclass
class Provider:
    """Carries everything, and keeps what a person would read; it repeats the text in what it answers."""

    outcome: Outcome = Outcome.OK
    gone: list[tuple[str, SendRequest]] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.gone.append((channel.type, request))
        return Sent(outcome=self.outcome, detail=f"refused: {request.text}")

    @property
    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.gone[-1][1].text)
        assert found, self.gone[-1]
        return found[0]


@dataclass
class Asked:
    """A person with a request, one of their addresses, and what leaves for it."""

    town: Any
    path: str
    provider: Provider

    async def send(self) -> Any:
        return await self.town.http.post(f"{self.path}/challenges", headers=once())

    async def leave(self) -> None:
        channels = (await self.town.http.get("/api/v1/channels")).json()["data"]
        await self.town.house.dispatcher.sweep(self.town.id)
        for one in channels:
            from app.ids import Prefix, parse_id

            while (await self.town.house.dispatcher.depart(self.town.id, parse_id(Prefix.CHANNEL, one["id"]))).count:
                pass

    async def code(self) -> str:
        sent = await self.send()
        assert sent.status_code == 201, sent.text
        await self.leave()
        return self.provider.code

    async def answer(self, code: str) -> bool:
        told = await self.town.http.post(f"{self.path}/answers", json={"code": code}, headers=once())
        assert told.status_code == 201, told.text
        return bool(told.json()["proven"])


async def asked(town: Any, *, kind: str = "email", address: str = "autre@example.org") -> Asked:
    provider = Provider()
    town.house.deliverer._carrier = town.house.composer._carrier = provider
    ticket = await town.a_ticket()
    contact = f"/api/v1/contacts/{ticket['contact']['id']}"
    person = (await town.http.get(contact)).json()
    head = {**once(), "If-Match": f'"{person["version"]}"'}
    added = await town.http.post(f"{contact}/points", json={"kind": kind, "address": address}, headers=head)
    assert added.status_code == 201, added.text
    (point,) = (
        one["id"] for one in added.json()["points"] if one["kind"] == kind and one["address"] != "usager@example.org"
    )
    made = Asked(town, f"{contact}/points/{point}", provider)
    await made.leave()
    provider.gone.clear()
    return made


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_who_reads_the_code_out_holds_the_address_and_nobody_else_ever_sees_it(town: Any) -> None:
    one = await asked(town)
    sent = (await one.send()).json()
    await one.leave()
    (kind, request) = one.provider.gone[-1]
    assert (kind, request.to.address, request.subject) == ("email", "autre@example.org", "Votre code de vérification")
    assert (request.reply_to, request.in_reply_to, request.human, request.automatic) == (None, None, False, True)
    code = one.provider.code
    shown = await town.http.get(f"/api/v1/outbound/{sent['outbound_id']}")
    assert (shown.json()["purpose"], shown.json()["state"], MASK in shown.json()["preview"]["body"]) == (
        "code",
        "accepted",
        True,
    )
    told = await town.http.post(f"{one.path}/answers", json={"code": f" {code[:3]} {code[3:]}"}, headers=once())
    (point,) = (p for p in told.json()["contact"]["points"] if p["address"] == "autre@example.org")
    assert (told.json()["proven"], point["verified_how"], point["verified_at"] is None) == (True, "code", False)
    assert not await one.answer(code), "a code is used once"
    changes = [fact["data"]["change"] for fact in await town.facts("contact.updated")]
    assert changes[-3:] == ["code_sent", "point_verified", "code_refused"]
    async with town.house.database.transaction(tenant=town.id) as session:
        rows = list((await session.execute(EVERY_ROW)).scalars())
    assert rows
    assert not [row for row in rows if re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", row)]


async def test_a_wrong_a_late_a_superseded_and_an_exhausted_code_are_refused_in_one_word(town: Any) -> None:
    one = await asked(town)
    never = await town.http.post(f"{one.path}/answers", json={"code": "123456"}, headers=once())
    first = await one.code()
    second = await one.code()
    assert (never.json()["proven"], await one.answer(first) and first != second) == (False, False)
    town.clock.move(minutes=10)
    assert not await one.answer(second), "ten minutes, not one more"
    third = await one.code()
    for guess in (wrong(third), "12", "pas un code", wrong(third), wrong(third)):
        assert not await one.answer(guess)
    assert not await one.answer(third), "five tries, right or wrong"


async def test_an_address_is_sent_three_codes_a_day(town: Any) -> None:
    one = await asked(town)
    left = [(await one.send()).json()["left"] for _ in range(3)]
    refused = await one.send()
    assert (left, refused.status_code, refused.json()["code"]) == ([2, 1, 0], 429, "too-many-codes")
    assert 0 < int(refused.headers["retry-after"]) <= 86_401
    town.clock.move(hours=24, seconds=1)
    assert (await one.send()).status_code == 201


async def test_a_code_that_could_not_leave_in_its_ten_minutes_never_leaves(town: Any) -> None:
    one = await asked(town)
    one.provider.outcome = Outcome.RETRY
    sent = (await one.send()).json()
    await one.leave()
    code = one.provider.code
    detail = (await town.http.get(f"/api/v1/outbound/{sent['outbound_id']}")).text
    assert (code in detail, MASK in detail) == (False, True), "not even in what the provider repeats of it"
    one.provider.gone.clear()
    for _ in range(4):
        town.clock.move(minutes=6)
        await one.leave()
    after = (await town.http.get(f"/api/v1/outbound/{sent['outbound_id']}")).json()
    assert after["state"] == "failed"
    assert all(request.text.find(code) >= 0 for _, request in one.provider.gone), "what left, left in time"
    resolved = {"decision": "resend", "reason": "La personne n'a rien reçu."}
    await town.http.post(f"/api/v1/outbound/{sent['outbound_id']}/resolutions", json=resolved, headers=once())
    one.provider.gone.clear()
    await one.leave()
    assert one.provider.gone == []


async def test_a_number_is_sent_its_code_by_sms_and_without_one_it_says_so(town: Any) -> None:
    one = await asked(town, kind="phone", address="06 12 34 56 78")
    refused = await one.send()
    assert (refused.status_code, refused.json()["code"]) == (409, "no-outgoing-channel")
    await town.connect("sms.twilio", **SMS)
    code = await one.code()
    (kind, request) = one.provider.gone[-1]
    assert (kind, request.to.address, len(request.text) <= 160) == ("sms.twilio", "+33612345678", True)
    assert await one.answer(code)


async def test_the_same_asking_twice_is_one_code(town: Any) -> None:
    one = await asked(town)
    head = once()
    answers = [await town.http.post(f"{one.path}/challenges", headers=head) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    await one.leave()
    assert len(one.provider.gone) == 1


async def test_nobody_without_a_request_nor_of_another_town_is_sent_a_code(new_town: Any) -> None:
    town, other = await new_town(), await new_town()
    body = {"display_name": "U. Exemple", "points": [{"kind": "email", "address": "seul@example.org"}]}
    made = (await town.http.post("/api/v1/contacts", json=body, headers=once())).json()
    path = f"/api/v1/contacts/{made['id']}/points/{made['points'][0]['id']}"
    alone = await town.http.post(f"{path}/challenges", headers=once())
    assert (alone.status_code, alone.json()["code"]) == (409, "no-request-yet")
    for ending, words in (("challenges", None), ("answers", {"code": "123456"})):
        stranger = await other.http.post(f"{path}/{ending}", json=words, headers=once())
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not-found")
    reader = await town.key("tickets:read")
    forbidden = await town.http.post(f"{path}/challenges", headers={**once(), **reader})
    assert forbidden.status_code == 403


@pytest.mark.parametrize("refusing", ["opted_out"])
async def test_who_refused_messages_is_sent_no_code(town: Any, refusing: str) -> None:
    one = await asked(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text("UPDATE contact_points SET opted_out_at = now() WHERE address = 'autre@example.org'")
        )
    answer = await one.send()
    assert (answer.status_code, answer.json()["code"], refusing) == (409, "opted-out", "opted_out")
