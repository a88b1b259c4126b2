"""What WhatsApp tells of somebody's other addresses: kept as theirs, and never a reason to join two people who are known."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest_asyncio

from app.contacts import proposing, repository
from app.contacts.repository import Point
from app.contacts.values import Proof, ReasonCode
from tests.exchanges.test_social_channels import FAMILIES, Place, opened_place
from tests.harness.houses import MovableClock
from tests.simulators import meta, misery

NUMBER, OTHER, SCOPED = "33612345678", "33698765432", "FR.771"


@pytest_asyncio.fixture
async def place(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Place]:
    async with opened_place(FAMILIES["whatsapp"], database_url, tmp_path, clock) as opened:
        yield opened


def provider(place: Place) -> meta.MetaSimulator:
    return cast("meta.MetaSimulator", place.provider)


def said(number: int, *, person: str | None = NUMBER, scoped: str | None = None, words: str = "Bonjour") -> Any:
    message = {"id": f"wamid.{number}", "type": "text", "text": {"body": words}, "timestamp": "1772442000"}
    contact: dict[str, Any] = {"profile": {"name": "Claire"}}
    if person:
        message["from"] = contact["wa_id"] = person
    if scoped:
        message["from_user_id"] = contact["user_id"] = scoped
    return meta.whatsapp(contacts=[contact], messages=[message])


async def people(place: Place) -> list[list[Point]]:
    """The addresses of each person, one list a person, in the order they were known."""
    town = place.town
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await repository.page(session, town.tenant_id, q=None, after=None, limit=50)
        points = [await repository.points_of_contact(session, town.tenant_id, one.id) for one in found]
    return sorted(points, key=lambda one: str(one[0].id))


async def proposals(place: Place) -> list[Any]:
    town = place.town
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await proposing.page(session, town.tenant_id, contact_id=None, after=None, limit=50)


def shown(points: list[Point]) -> list[tuple[str, str, Proof | None]]:
    return [(one.kind, one.address, one.verified_how) for one in points]


async def test_an_answer_teaches_the_scoped_id_and_the_person_who_hides_the_number_is_known(place: Place) -> None:
    await place.take(said(1))
    provider(place).learnt = {"user_id": SCOPED}
    await place.answer()
    await place.deliver()
    (claire,) = await people(place)
    assert shown(claire)[-1] == ("whatsapp_user", SCOPED, Proof.LEARNT)
    # The same person writes again, and hides the number.
    await place.take(said(2, person=None, scoped=SCOPED, words="C'est encore moi"))
    assert len(await people(place)) == 1
    assert {ticket.contact_id for ticket in await place.town.tickets()} == {claire[0].contact_id}


async def test_what_stands_beside_a_message_is_learnt_once(place: Place) -> None:
    for number in (1, 2):
        await place.take(said(number, scoped=SCOPED))
    (claire,) = await people(place)
    assert [(kind, address) for kind, address, _ in shown(claire)] == [
        ("whatsapp", NUMBER),
        ("whatsapp_user", SCOPED),
    ]


async def test_a_number_read_otherwise_by_the_provider_is_theirs_too(place: Place) -> None:
    await place.take(said(1))
    provider(place).learnt = {"wa_id": OTHER}
    await place.answer()
    await place.deliver()
    (claire,) = await people(place)
    assert ("whatsapp", OTHER, Proof.LEARNT) in shown(claire)


async def test_two_people_who_are_known_are_proposed_and_not_joined(place: Place) -> None:
    await place.take(said(1))
    await place.answer()
    await place.deliver()
    await place.take(said(2, person=None, scoped=SCOPED))
    claire, scoped = await people(place)
    provider(place).learnt = {"user_id": SCOPED}
    for _ in range(2):
        async with place.town.house.database.transaction(tenant=place.town.tenant_id) as session:
            ticket = await place.town.house.tickets.get(
                session,
                place.town.tenant_id,
                next(t.id for t in await place.town.tickets() if t.point_id == claire[0].id),
            )
            from app.exchanges.freezing import Draft
            from tests.exchanges.test_social_channels import AGENT

            await place.town.house.composer.freeze(
                session, place.town.tenant_id, ticket, Draft(text="Encore."), actor=AGENT
            )
        await place.deliver()
    assert [[one.id for one in points] for points in await people(place)] == [
        [one.id for one in claire],
        [one.id for one in scoped],
    ]
    (proposed,) = await proposals(place)
    assert {proposed.one_id, proposed.other_id} == {claire[0].contact_id, scoped[0].contact_id}
    told = [reason for reason in proposed.reasons if reason.code is ReasonCode.PROVIDER_TOLD]
    assert [(reason.value, reason.weight) for reason in told] == [(SCOPED, 90)]


async def test_what_words_say_afterwards_takes_nothing_from_what_the_provider_told(place: Place) -> None:
    await place.take(said(1))
    await place.take(said(2, person=None, scoped=SCOPED))
    await place.take(said(3, scoped=SCOPED))  # number and id in one delivery: they are one, says Meta
    words = f"Bonjour, appelez-moi.\n-- \nClaire Exemple\nTél. +{NUMBER}"
    await place.take(said(4, person=None, scoped=SCOPED, words=words))
    (proposed,) = await proposals(place)
    codes = {reason.code for reason in proposed.reasons}
    assert ReasonCode.PROVIDER_TOLD in codes
    assert len(codes) > 1


async def test_who_refused_messages_refused_them_under_every_address(place: Place) -> None:
    await place.take(said(1))
    await place.answer()
    provider(place).learnt = {"user_id": SCOPED}
    (claire,) = await people(place)
    town = place.town
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await repository.opt_out(session, town.tenant_id, [claire[0].id], at=town.clock())
    await place.take(said(2, scoped=SCOPED))
    (claire,) = await people(place)
    assert all(point.opted_out_at is not None for point in claire)


async def test_a_failed_sending_teaches_nothing(place: Place) -> None:
    await place.take(said(1))
    await place.deliver()
    provider(place).learnt = {"user_id": SCOPED}
    provider(place).suffer(misery.lost_after_the_body)
    await place.answer()
    await place.deliver()
    (claire,) = await people(place)
    assert len(claire) == 1
