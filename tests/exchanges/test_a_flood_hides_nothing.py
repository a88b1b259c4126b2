"""T121: many requests at once, from one person, hide none.

Two hundred stand for ten thousand: each is taken in, computed and ordered by the same statements whatever their number, over an
index on the day (`ix_tickets_term`).
"""

from app.tickets.repository import Filter
from tests.harness.towns import TownHouse, mail

FLOOD = 200


async def test_every_request_of_a_flood_has_its_clock_and_the_nearest_term_comes_first(town: TownHouse) -> None:
    hidden = await town.receive(mail(subject="Demande de terrasse", message_id="<hidden@example.org>"))
    town.clock.move(days=5)
    for number in range(FLOOD):
        await town.accept(mail(subject=f"Demande {number}", message_id=f"<{number}@example.org>"))
    await town.house.inbound.drain(str(town.tenant_id))
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        counts = await town.house.legal.counts(session, town.tenant_id)
        nearest = await town.house.tickets.page(
            session, town.tenant_id, Filter(), by_term=True, after=None, limit=FLOOD + 10
        )
        latest = await town.house.tickets.page(session, town.tenant_id, Filter(), by_term=False, after=None, limit=1)
    assert sum(counts.values()) == FLOOD + 1
    assert nearest[0].id == hidden.ticket_id
    assert len(nearest) == FLOOD + 1
    assert [one.alert_on for one in nearest] == sorted(one.alert_on for one in nearest if one.alert_on)
    assert latest[0].id != hidden.ticket_id
