"""A report handed over to a partner's server: once, without a word of the citizen, and followed to its end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from app.channels.adapters import open311_partner
from app.channels.kit.photos import position
from app.channels.values import Channel
from app.errors import Invalid, NotFound, Stale
from app.exchanges.forwarding import ForwardedAlready, Handing, NoPartner
from app.exchanges.forwards import Forward
from app.exchanges.outbox import OutState
from app.facts import SYSTEM, Actor
from app.tickets.values import Ticket
from tests.channels import signing
from tests.harness.houses import MovableClock, a_town
from tests.harness.pictures import a_jpeg, exif
from tests.harness.towns import TownHouse, opened_town
from tests.simulators import misery
from tests.simulators.open311 import ENDPOINT, KEY, Open311Simulator

FORM = "application/x-www-form-urlencoded"
AGENT = Actor("agent", name="Agent d'essai")
CITIZEN = {
    "service_code": "LAMP",
    "lat": "48.11",
    "long": "-1.68",
    "description": "Devant chez moi, Claire",
    "email": "claire@example.fr",
    "first_name": "Claire",
    "api_key": "k",
}


@dataclass
class Place:
    """A town that takes reports, and a partner it hands them over to."""

    town: TownHouse
    partner: Open311Simulator
    reports: Channel
    channel: Channel
    clock: MovableClock

    async def a_report(self, **changes: str) -> Ticket:
        body = signing.form({**CITIZEN, **changes}).encode()
        await self.town.receive(body, channel=self.reports, headers=[("Content-Type", FORM)])
        return max(await self.town.tickets(), key=lambda one: one.reference)

    async def hand_over(self, ticket: Ticket, text: str = "Lampadaire éteint", **said: object) -> Forward:
        house, tenant_id = self.town.house, self.town.tenant_id
        async with house.database.transaction(tenant=tenant_id) as session:
            present = await house.tickets.get(session, tenant_id, ticket.id)
            handing = Handing(channel_id=self.channel.id, text=text, **said)  # type: ignore[arg-type]
            return await house.forwarding.hand_over(
                session, tenant_id, ticket.id, handing, version=present.version, actor=AGENT
            )

    async def forward(self, ticket: Ticket) -> Forward:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            return (await self.town.house.forwarding.of_ticket(session, self.town.tenant_id, ticket.id))[-1]

    async def follow(self) -> None:
        """Asks the partner and reads what it says, as the worker would."""
        await self.town.house.forwarding.follow(self.town.tenant_id)
        await self.town.house.inbound.drain(str(self.town.tenant_id))

    async def poll(self) -> None:
        await self.town.house.rounds._polling.poll(str(self.town.tenant_id), str(self.channel.id))
        await self.town.house.inbound.drain(str(self.town.tenant_id))


@pytest_asyncio.fixture
async def place(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(open311_partner, "_TOKEN_PAUSE_S", 0)
    clock, partner = MovableClock(signing.NOON), Open311Simulator()
    async with (
        partner.client() as carried,
        opened_town(database_url, tmp_path, clock=clock, carried=carried, outgoing="send") as town,
    ):
        reports = await town.connect("open311", {"api_keys": ["k"]}, address=f"{town.tenant_id}.example.fr")
        settings = {
            "partner_endpoint": ENDPOINT,
            "partner_key": KEY,
            "partner_services": {"LAMP": "STREETLIGHT"},
            "partner_files": True,
            "partner_receives": True,
        }
        yield Place(town, partner, reports, await town.connect("open311", settings), clock)


async def test_a_report_handed_over_has_its_number_then_the_status_the_partner_tells(place: Place) -> None:
    ticket = await place.a_report()
    made = await place.hand_over(ticket)
    assert (made.state, made.number, made.status) == (OutState.FROZEN, None, None)
    await place.town.deliver()
    assert (await place.forward(ticket)).number == "SR-1000"
    (posted,) = place.partner.posted
    assert (posted["service_code"], posted["lat"], posted["long"]) == ("STREETLIGHT", "48.1100000", "-1.6800000")
    assert not any(word in str(posted) for word in ("Claire", "claire", "chez moi"))
    for status, notes in (("open", "Équipe prévue mardi"), ("closed", "Ampoule changée")):
        place.partner.moved("SR-1000", status, notes)
        place.clock.move(hours=2)
        await place.follow()
        told = await place.forward(ticket)
        assert (told.status, told.notes) == (status, notes)
    asked = len(place.partner.requests)
    place.clock.move(hours=2)
    await place.follow()
    assert len(place.partner.requests) == asked, "what is over is asked for no more"
    law = await place.town.law(ticket.id)
    assert [one.closed_at for one in law.saisines] == [None], "no partner's word stops a clock"


async def test_the_same_word_told_twice_and_an_older_one_told_late_change_nothing(place: Place) -> None:
    ticket = await place.a_report()
    await place.hand_over(ticket)
    await place.town.deliver()
    place.partner.moved("SR-1000", "in_progress", "Commandé")
    place.clock.move(hours=2)
    await place.follow()
    place.partner.reports[0] |= {
        "status": "open",
        "status_notes": "ancien",
        "updated_datetime": signing.NOON.isoformat(),
    }
    place.clock.move(hours=1)
    await place.follow()
    told = await place.forward(ticket)
    assert (told.status, told.notes) == ("in_progress", "Commandé")


async def test_a_lost_answer_is_in_doubt_never_sent_again_and_known_from_the_partners_list(place: Place) -> None:
    ticket = await place.a_report()
    await place.hand_over(ticket)
    place.partner.suffer(misery.lost_after_the_body)
    await place.town.deliver()
    assert (await place.forward(ticket)).state is OutState.UNKNOWN
    with pytest.raises(ForwardedAlready):
        await place.hand_over(ticket)
    await place.poll()
    found = await place.forward(ticket)
    assert (found.state, found.number, found.status) == (OutState.DELIVERED, "SR-1000", "open")
    assert len(place.partner.posted) == 1
    assert len(await place.town.tickets()) == 1, "our own report, told back, is no new one"


async def test_a_report_made_there_becomes_a_ticket_once(place: Place) -> None:
    place.partner.reported("Un banc cassé")
    await place.poll()
    place.clock.move(minutes=5)
    await place.poll()
    (ticket,) = await place.town.tickets()
    (message,) = await place.town.thread(ticket.id)
    assert (message.text, message.external_id, message.geo) == (
        "Un banc cassé",
        "SR-1000",
        {"lat": 48.11, "lon": -1.68},
    )


async def test_a_server_that_hides_descriptions_still_does_not_give_us_ours_back_as_new(place: Place) -> None:
    ticket = await place.a_report()
    await place.hand_over(ticket)
    await place.town.deliver()
    place.partner.reports[0]["description"] = None
    await place.poll()
    assert [one.id for one in await place.town.tickets()] == [ticket.id]


async def test_a_token_becomes_a_number_by_following_it(place: Place) -> None:
    place.partner.batch, place.partner.waits = True, 10
    ticket = await place.a_report()
    await place.hand_over(ticket)
    await place.town.deliver()
    assert (await place.forward(ticket)).number == "token:t-1"
    place.partner.waits = 0
    await place.follow()
    assert (await place.forward(ticket)).number == "SR-1000"
    place.partner.moved("SR-1000", "closed", "Réparé")
    place.clock.move(hours=2)
    await place.follow()
    assert (await place.forward(ticket)).status == "closed"


async def test_photographs_leave_without_what_their_camera_wrote(place: Place) -> None:
    photo = a_jpeg(exif(lat=(48, 6, 36.0, "N"), lon=(1, 40, 48.0, "W")))
    boundary = "b"
    fields = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in CITIZEN.items()]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="chez-claire.jpg"\r\n'
    body = "".join(fields).encode() + head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n--b--\r\n"
    headers = [("Content-Type", f"multipart/form-data; boundary={boundary}")]
    await place.town.receive(body, channel=place.reports, headers=headers)
    (ticket,) = await place.town.tickets()
    (message,) = await place.town.thread(ticket.id)
    ((piece_id, _),) = message.pieces
    await place.hand_over(ticket, photos=[piece_id])
    await place.town.deliver()
    ((name, content),) = place.partner.files
    assert position(photo) is not None
    assert (name, position(content), b"Appareil" in content) == ("photo-1.jpeg", None, False)


async def test_refusals_name_the_fact(place: Place) -> None:
    ticket = await place.a_report()
    house, tenant_id = place.town.house, place.town.tenant_id
    async with house.database.transaction(tenant=tenant_id) as session:
        present = await house.tickets.get(session, tenant_id, ticket.id)

        async def refused(kind: type[Exception], *, version: int = present.version, **said: object) -> None:
            handing = Handing(**{"channel_id": place.channel.id, "text": "Éteint", **said})  # type: ignore[arg-type]
            with pytest.raises(kind):
                await house.forwarding.hand_over(session, tenant_id, ticket.id, handing, version=version, actor=SYSTEM)

        await refused(NoPartner, channel_id=place.reports.id)
        await refused(Stale, version=present.version + 1)
        await refused(Invalid, photos=[ticket.id])
        await refused(NotFound, channel_id=ticket.id)


async def test_another_administration_neither_sees_nor_follows_it(place: Place) -> None:
    ticket = await place.a_report()
    await place.hand_over(ticket)
    await place.town.deliver()
    other: UUID = await a_town(place.town.house, slug=f"autre-{ticket.id.hex[-8:]}")
    async with place.town.house.database.transaction(tenant=other) as session:
        assert not await place.town.house.forwarding.of_ticket(session, other, ticket.id)
    asked = len(place.partner.requests)
    await place.town.house.forwarding.follow(other)
    assert len(place.partner.requests) == asked
