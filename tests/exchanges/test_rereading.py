"""F25: a byte flips in what was kept; it is found and told, what is beside it goes on, and nothing turns in circles."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from app.audit import journal
from app.exchanges.receptions import State
from app.exchanges.rereading import Rereading
from app.rest.metrics import DAMAGED
from tests.harness.towns import TownHouse, mail

Sql = Callable[..., Awaitable[None]]
ORIGINAL = "UPDATE receptions SET raw = set_byte(raw, 60, get_byte(raw, 60) # 1) WHERE id = %s"
ENTRY = "UPDATE audit_entries SET actor = %s WHERE id = (SELECT entry_id FROM audit_seals WHERE number = 1)"
FIRST = text(
    "SELECT e.actor FROM audit_entries e JOIN audit_seals s ON s.tenant_id = e.tenant_id AND s.entry_id = e.id "
    "WHERE s.tenant_id = :tenant AND s.number = 1"
)
CLOCK = "UPDATE saisines SET alert_on = alert_on + %s WHERE id = %s"


def damaged() -> dict[str, float]:
    return {sample.labels["kind"]: sample.value for family in DAMAGED.collect() for sample in family.samples}


@pytest.fixture
def rereading(town: TownHouse) -> Rereading:
    house = town.house
    return Rereading(house.database, house.tenants, house.clock, chance=lambda _: 0)


async def sealed(town: TownHouse) -> str:
    """Seals the journal; a transaction open elsewhere on the server holds back its newest entries. Names its first actor."""
    for _ in range(600):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await journal.seal(session, town.tenant_id, now=town.clock())
            if await journal.length(session, town.tenant_id):
                return str((await session.execute(FIRST, {"tenant": town.tenant_id})).scalar_one())
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was sealed")


async def test_what_a_flipped_byte_altered_is_found_each_hour_until_it_is_put_back(
    town: TownHouse, rereading: Rereading, owner_sql: Sql
) -> None:
    kept = await town.receive(mail(text="Une demande"))
    (saisine,) = (await town.law(kept.ticket_id)).saisines
    actor = await sealed(town)
    await rereading.round()
    assert damaged() == {"original": 0, "journal": 0, "clock": 0}

    for statement, values in ((ORIGINAL, (kept.id,)), (ENTRY, ("nobody",)), (CLOCK, (1, saisine.id))):
        await owner_sql(statement, *values, tenant=town.tenant_id)
    for _ in range(2):
        await rereading.round()
        assert damaged() == {"original": 1, "journal": 1, "clock": 1}

    for statement, values in ((ORIGINAL, (kept.id,)), (ENTRY, (actor,)), (CLOCK, (-1, saisine.id))):
        await owner_sql(statement, *values, tenant=town.tenant_id)
    await rereading.round()
    assert damaged() == {"original": 0, "journal": 0, "clock": 0}


async def test_a_delivery_altered_before_it_was_read_is_held_and_no_other_is(town: TownHouse, owner_sql: Sql) -> None:
    altered, sound = [await town.accept(mail(message_id=f"<{n}@example.org>", text=str(n))) for n in range(2)]
    await owner_sql(ORIGINAL, altered, tenant=town.tenant_id)
    await town.house.inbound.drain(str(town.tenant_id))
    held = await town.reception(altered)
    assert (held.state, held.reason) == (
        State.HELD,
        "octets altérés depuis leur réception : à restaurer depuis une sauvegarde",
    )
    assert (await town.reception(sound)).state is State.DONE
    await owner_sql(ORIGINAL, altered, tenant=town.tenant_id)  # put back, for whoever counts what is altered here
