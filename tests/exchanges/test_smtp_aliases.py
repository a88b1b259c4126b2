"""Whom the SMTP door knows: a mailbox's other addresses, tagged or not, and the whole of a domain for one that takes it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.channels.values import Channel
from app.errors import Conflict
from app.exchanges.smtp import SmtpDoor
from tests.exchanges.smtp_client import Client
from tests.exchanges.test_smtp import a_door
from tests.harness.towns import TownHouse

NOT_HERE, OK = ["550 5.1.1 No such recipient here"], ["250 2.1.5 Recipient ok"]


@pytest_asyncio.fixture
async def door(town: TownHouse) -> AsyncIterator[SmtpDoor]:
    async with a_door(town) as opened:
        yield opened


async def settle(town: TownHouse, **config: object) -> Channel:
    """Changes the town's mailbox."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = await town.house.channels.get(session, town.tenant_id, town.mailbox.id)
        return await town.house.channels.change(
            session, present, version=present.version, name=None, state=None, config=config
        )


def beside(town: TownHouse, name: str) -> str:
    """Another address of the town's own domain, as unique as its mailbox."""
    local, _, domain = town.address.partition("@")
    return f"{name}.{local}@{domain}"


async def asked(door: SmtpDoor, recipient: str) -> list[str]:
    async with Client(door.smtp_port) as client:
        return await client.open(recipient)


async def test_other_addresses_reach_the_mailbox_whatever_their_tag_and_case(town: TownHouse, door: SmtpDoor) -> None:
    alias = beside(town, "mairie")
    assert await asked(door, alias) == NOT_HERE
    await settle(town, aliases=[alias])
    local, _, domain = alias.partition("@")
    for recipient in (alias, alias.upper(), f"{local}+voirie@{domain}"):
        assert await asked(door, recipient) == OK
    assert await asked(door, beside(town, "inconnu")) == NOT_HERE


async def test_an_address_taken_out_of_the_list_is_nobody_s_again(town: TownHouse, door: SmtpDoor) -> None:
    alias = beside(town, "mairie")
    await settle(town, aliases=[alias])
    await settle(town, aliases=[])
    assert await asked(door, alias) == NOT_HERE


async def test_a_mailbox_may_take_all_of_its_domain_and_leaves_the_others_theirs(
    town: TownHouse, other_town: TownHouse, door: SmtpDoor
) -> None:
    domain = f"{town.tenant_id.hex}.example.fr"
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        whole = await town.house.channels.connect(
            session,
            town.tenant_id,
            type="email",
            name="Tout le domaine",
            address=f"contact@{domain}",
            config={"address": f"contact@{domain}", "catch_all": True},
        )
    assert await asked(door, f"n-importe-qui@{domain}") == OK
    assert (await town.house.channels.at_door(f"n-importe-qui@{domain}")).id == whole.id
    assert (await town.house.channels.at_door(other_town.address)).id == other_town.mailbox.id


async def test_an_address_has_one_owner_in_the_whole_installation(town: TownHouse, other_town: TownHouse) -> None:
    with pytest.raises(Conflict):
        await settle(town, aliases=[other_town.address])
    shared = beside(town, "partage")
    await settle(town, aliases=[shared])
    with pytest.raises(Conflict):
        await settle(other_town, aliases=[shared])
    with pytest.raises(Conflict):
        await other_town.connect("email", {"address": shared}, address=shared)
