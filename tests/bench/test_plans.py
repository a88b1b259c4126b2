"""What the screens ask stays on its indexes under the row policies, whoever looks."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import pytest_asyncio
from sqlalchemy import event

from app.db.embedded import Dsns
from bench.explained import explained
from bench.filled_town import Filled, fill
from bench.scenarios.plans import everybody, looks
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town

# What leads each look, whoever looks.
LED_BY = {
    "inbox activite": {"ix_tickets_activity"},
    "inbox by activity, next page": {"ix_tickets_activity"},
    "inbox by term, next page": {"ix_tickets_term"},
    "inbox, a value of a field": {"ix_ticket_fields_match"},
    "inbox, a range of a field": {"pk_ticket_fields", "ix_tickets_activity"},
    "watch list": {"ix_saisines_alert"},
    "watch list, one risk": {"ix_saisines_risk"},
    "search, one in four": {"ix_tickets_activity"},
    "contacts": {"ix_contacts_beginning"},
    "contacts by a name": {"ix_contacts_beginning"},
    "contacts by an address": {"ix_contact_points_address_key"},
    "one request": {"ix_messages_ticket"},
    "events": {"ix_events_order"},
    "events, next page": {"ix_events_order"},
    "deliveries": {"pk_receptions"},
    "outbox": {"pk_outbound"},
    "closed long enough ago": {"ix_tickets_closed"},
    "requests a duration would move": {"ix_tickets_closed"},
    "satisfaction": {"ix_satisfaction_questions_asked"},
    "satisfaction, figures": {"ix_satisfaction_questions_asked"},
}


@pytest_asyncio.fixture(scope="module")
async def filled(dsns: Dsns, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[TownHouse, Filled]]:
    async with opened_town(dsns.app, tmp_path_factory.mktemp("plans"), clock=MovableClock()) as town:
        superuser = urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))
        engine = town.house.database.engine.sync_engine

        @event.listens_for(engine, "connect")
        def _prefer_indexes(connection: Any, _record: Any) -> None:
            # Of a few hundred rows a walk is the cheapest plan: what is asked is whether an index can lead.
            connection.execute("SET enable_seqscan = off")
            connection.execute("SET enable_sort = off")
            connection.commit()

        await town.house.database.engine.dispose()
        yield town, fill(superuser, town.tenant_id, town.mailbox.id, slug="plans", count=300)


@pytest.mark.parametrize("whose", ["house", "teams", "stand-in"])
async def test_lists_are_led_by_their_indexes(filled: tuple[TownHouse, Filled], whose: str) -> None:
    town, written = filled
    eyes, asked = everybody(written)[whose], looks(town.house, written)
    for name, indexes in LED_BY.items():
        found = await explained(town.house.database, town.tenant_id, eyes, asked[name], times=1)
        assert indexes <= found.indexes, (name, found.indexes)
        assert not found.whole, name


async def test_who_sees_only_their_own_is_led_by_what_is_theirs(filled: tuple[TownHouse, Filled]) -> None:
    town, written = filled
    eyes, asked = everybody(written)["assigned"], looks(town.house, written)
    for name in ("inbox activite", "inbox by activity, next page", "search, one in four"):
        found = await explained(town.house.database, town.tenant_id, eyes, asked[name], times=1)
        assert "ix_tickets_assignee" in found.indexes, (name, found.indexes)


async def test_no_list_reads_every_request_to_hide_some(filled: tuple[TownHouse, Filled]) -> None:
    """A hash of all requests would be made anew for each page of fifty."""
    town, written = filled
    eyes, asked = everybody(written)["teams"], looks(town.house, written)
    for name in ("watch list", "events", "deliveries", "outbox", "counts, one by one"):
        found = await explained(town.house.database, town.tenant_id, eyes, asked[name], times=1)
        assert not any("hashed" in condition for plan in found.plans for condition in _conditions(plan["Plan"])), name


def _conditions(plan: Mapping[str, Any]) -> list[str]:
    below = [condition for one in plan.get("Plans", ()) for condition in _conditions(one)]
    return [str(value) for key, value in plan.items() if key in {"Filter", "Join Filter"}] + below
