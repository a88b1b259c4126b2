"""SMS that leave, to simulated providers over real connections: none read twice, none lost, doubts asked about."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from app.channels.values import Channel
from app.exchanges.carrying import Providers
from app.exchanges.composing import OptedOut
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import Decision
from app.facts import Actor
from tests.harness.towns import TownHouse
from tests.simulators.sms import TAKEN, Misery, SmsProvider, mtarget, open_to, ovh, vonage

AGENT = Actor("agent", None, "Accueil")
JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
OVH = {
    "service_name": "sms-ab12345-1",
    "application_key": "application",
    "application_secret": "secret",
    "consumer_key": "consumer",
}
VONAGE = {"accept_unsigned": True, "api_key": "key", "api_secret": "secret", "sender": "33700000000"}
MTARGET = {"username": "ville", "password": "secret", "service_id": "42"}
REFUSED = {Misery.REFUSED_IN_A_SUCCESS: OutState.FAILED}


@dataclass(frozen=True)
class Line:
    """A telephone line of the town, its provider, and the request of somebody who wrote by it."""

    town: TownHouse
    channel: Channel
    provider: SmsProvider
    ticket_id: UUID

    async def reply(self, text: str = "Bonjour, c'est fait.", *, purpose: str = "reply") -> UUID:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            ticket = await self.town.house.tickets.get(session, self.town.tenant_id, self.ticket_id)
            draft = Draft(text=text, purpose=purpose)
            return await self.town.house.composer.freeze(session, self.town.tenant_id, ticket, draft, actor=AGENT)

    async def now(self, outbound_id: UUID) -> Outbound:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            return await self.town.house.resolver.get(session, self.town.tenant_id, outbound_id)

    async def depart(self) -> None:
        while (await self.town.house.dispatcher.depart(self.town.tenant_id, self.channel.id)).count:
            pass

    async def resolve(self, outbound_id: UUID, decision: Decision) -> None:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            await self.town.house.resolver.resolve(
                session, self.town.tenant_id, outbound_id, decision=decision, reason="vérifié", actor=AGENT
            )


def said(kind: str, number: int, text: str) -> tuple[bytes, Any]:
    """What the provider posts of an SMS somebody wrote."""
    if kind == "sms.ovh":
        body = {
            "id": number,
            "sender": "0033612345678",
            "message": text,
            "creationDatetime": "2026-03-02T10:00:00+01:00",
        }
        return json.dumps(body).encode(), JSON
    if kind == "sms.vonage":
        return json.dumps(
            {"msisdn": "33612345678", "to": "337", "messageId": f"m{number}", "text": text}
        ).encode(), JSON
    return f"Msisdn=33612345678&Content={text}&MsgId=m{number}&Keyword=Default".encode(), FORM


@asynccontextmanager
async def a_line(town: TownHouse, kind: str, config: dict[str, Any], provider: SmsProvider) -> AsyncIterator[Line]:
    """Connects a line; somebody writes by it, and what answers them by itself has left."""
    channel = await town.connect(kind, config)
    async with open_to(provider, town.clock) as context:
        town.house.deliverer._carrier = Providers(context)
        town.house.composer._carrier = Providers(context)
        body, headers = said(kind, 1, "Bonjour")
        kept = await town.receive(body, channel=channel, headers=headers)
        assert kept.ticket_id, kept.reason
        line = Line(town, channel, provider, kept.ticket_id)
        await line.depart()
        provider.taken.clear()
        yield line


@pytest.mark.parametrize("misery", list(Misery))
@pytest.mark.parametrize(
    ("kind", "config", "provider"),
    [("sms.ovh", OVH, ovh), ("sms.vonage", VONAGE, vonage), ("sms.mtarget", MTARGET, mtarget)],
)
async def test_whatever_befalls_an_sms_it_is_never_read_twice_nor_lost_in_silence(
    town: TownHouse, kind: str, config: dict[str, Any], provider: Callable[[], SmsProvider], misery: Misery
) -> None:
    """F14, F15: a week of looks; at most one copy, and an end that somebody sees."""
    async with a_line(town, kind, config, provider()) as line:
        line.provider.miseries = [misery]
        sent = await line.reply()
        for _ in range(14):
            await line.depart()
            town.clock.move(hours=2)
        after = await line.now(sent)
        assert len(line.provider.taken) <= 1
        if misery in REFUSED:
            assert after.state is OutState.FAILED
        elif misery in TAKEN and kind != "sms.ovh":
            assert (after.state, len(line.provider.taken)) == (OutState.UNKNOWN, 1)
        elif misery is Misery.RESET_BEFORE_BODY:
            assert (after.state, line.provider.taken) == (OutState.UNKNOWN, [])
        else:  # tried again later; or, where the provider can be asked, found to have been taken
            assert (after.state, len(line.provider.taken)) == (OutState.ACCEPTED, 1)


async def test_a_hint_of_the_provider_is_kept(town: TownHouse) -> None:
    async with a_line(town, "sms.ovh", OVH, ovh()) as line:
        line.provider.miseries = [Misery.THROTTLED]
        await line.reply()
        await line.depart()
        town.clock.move(seconds=119)
        await line.depart()
        assert line.provider.taken == []
        town.clock.move(minutes=3)
        await line.depart()
        assert len(line.provider.taken) == 1


async def test_a_lost_answer_is_asked_about_before_a_person_is(town: TownHouse) -> None:
    async with a_line(town, "sms.ovh", OVH, ovh()) as line:
        line.provider.miseries = [Misery.TAKEN_THEN_RESET]
        sent = await line.reply()
        await line.depart()
        assert (await line.now(sent)).state is OutState.UNKNOWN
        town.clock.move(minutes=2)
        await line.depart()
        after = await line.now(sent)
        assert (after.state, after.external_id, len(line.provider.taken)) == (OutState.ACCEPTED, "1", 1)


async def test_a_long_answer_leaves_in_parts_and_stops_at_the_one_in_doubt(town: TownHouse) -> None:
    text = "Votre dossier est complet. " * 120
    config = {
        "send_url": "https://sms.example.org/send",
        "body": '{"text": "{text}", "ref": "{ref}"}',
        "from_field": "Msisdn",
        "text_field": "Content",
        "id_field": "MsgId",
    }

    def answers(provider: SmsProvider, asked: Any) -> tuple[int, object]:
        return 200, {}

    async with a_line(town, "sms.http", {**config, "max_segments": 20}, SmsProvider(answers)) as line:
        capabilities = town.house.registry.get("sms.http").capabilities
        town.house.registry.get("sms.http").capabilities = lambda given: replace(  # type: ignore[method-assign]
            capabilities(given), max_parts=4, text_max=10
        )
        try:
            sent = await line.reply(text)
            line.provider.miseries = []
            first = await line.now(sent)
            assert len(first.parts) == 3
            await town.house.dispatcher.depart(town.tenant_id, line.channel.id)
            assert (await line.now(sent)).parts_sent == 1
            line.provider.miseries = [Misery.TAKEN_THEN_RESET]
            await line.depart()
            doubtful = await line.now(sent)
            assert (doubtful.state, doubtful.parts_sent, len(line.provider.taken)) == (OutState.UNKNOWN, 1, 2)
            await line.resolve(sent, Decision.MARK_SENT)
            await line.depart()
            after = await line.now(sent)
            assert (after.state, after.parts_sent, len(line.provider.taken)) == (OutState.ACCEPTED, 3, 3)
            texts = [json.loads(one.body)["text"] for one in line.provider.taken]
            assert [one[:6] for one in texts] == ["(1/3) ", "(2/3) ", "(3/3) "]
        finally:
            del town.house.registry.get("sms.http").capabilities


async def test_a_report_by_our_reference_ends_a_doubt(town: TownHouse) -> None:
    async with a_line(town, "sms.vonage", VONAGE, vonage()) as line:
        line.provider.miseries = [Misery.TAKEN_THEN_RESET]
        sent = await line.reply()
        await line.depart()
        report = {"msisdn": "33612345678", "messageId": "v9", "status": "delivered", "client-ref": str(sent)}
        body = json.dumps({**report, "message-timestamp": "2026-03-02 09:00:10"}).encode()
        await town.receive(body, channel=line.channel, headers=JSON)
        after = await line.now(sent)
        assert (after.state, after.external_id) == (OutState.DELIVERED, "v9")


@pytest.mark.parametrize("order", [("accepted", "delivered"), ("delivered", "accepted"), ("delivered", "buffered")])
async def test_reports_never_go_back(town: TownHouse, order: tuple[str, ...]) -> None:
    async with a_line(town, "sms.vonage", VONAGE, vonage()) as line:
        sent = await line.reply()
        await line.depart()
        name = (await line.now(sent)).external_id
        for status in order:
            body = json.dumps({"msisdn": "33612345678", "messageId": name, "status": status}).encode()
            await town.receive(body, channel=line.channel, headers=JSON)
        assert (await line.now(sent)).state is OutState.DELIVERED


async def test_stop_is_obeyed_and_start_undoes_it(town: TownHouse) -> None:
    async with a_line(town, "sms.mtarget", MTARGET, mtarget()) as line:
        waiting = await line.reply()
        for number, text in ((2, "Stop!"), (3, "le bus stop est casse")):
            body, headers = said("sms.mtarget", number, text)
            await town.receive(body, channel=line.channel, headers=headers)
        assert (await line.now(waiting)).state is OutState.ABANDONED
        with pytest.raises(OptedOut):
            await line.reply()
        body, headers = said("sms.mtarget", 4, "START")
        await town.receive(body, channel=line.channel, headers=headers)
        await line.reply()


async def test_a_sentence_with_stop_in_it_refuses_nothing(town: TownHouse) -> None:
    async with a_line(town, "sms.mtarget", MTARGET, mtarget()) as line:
        body, headers = said("sms.mtarget", 2, "le panneau stop de la rue est tombe")
        await town.receive(body, channel=line.channel, headers=headers)
        await line.reply()


async def test_information_waits_for_its_hours_and_an_answer_does_not(town: TownHouse) -> None:
    async with a_line(town, "sms.mtarget", MTARGET, mtarget()) as line:
        town.clock.move(hours=13)  # 23:00 in Paris
        information = await line.reply("La piscine rouvre.", purpose="information")
        answer = await line.reply()
        await line.depart()
        assert (await line.now(answer)).state is OutState.ACCEPTED
        held = await line.now(information)
        assert (held.state, "heures d'envoi" in (held.detail or "")) == (OutState.FROZEN, True)
        town.clock.move(hours=9)
        await line.depart()
        assert (await line.now(information)).state is OutState.ACCEPTED
