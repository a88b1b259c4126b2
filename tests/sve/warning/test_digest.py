"""The mail of each working day: at its hour, once, and never a citizen's word in it."""

import asyncio
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.sve import repository
from app.sve.values import Raised
from app.sve.warning.digest import due
from app.tenants.values import Tenant, TenantKind
from tests.harness.towns import TownHouse
from tests.sve.warning.told import AGENT, DESK, a_request, choose, notices_of, round_


def a_town_in(territory: str, zone: str) -> Tenant:
    return Tenant(
        id=None,  # type: ignore[arg-type] — a digest's hour depends on the territory alone
        slug="v",
        name="Commune de Villebourg",
        kind=TenantKind.COMMUNE,
        territory=territory,
        time_zone=zone,
        service_name="",
        postal_address="",
        email="",
        phone="",
        terms=(),
    )


METRO = a_town_in("METRO", "Europe/Paris")
MIQUELON = a_town_in("SAINT_PIERRE_ET_MIQUELON", "America/Miquelon")


@pytest.mark.parametrize(
    ("now", "town", "hour", "expected"),
    [
        ("2026-03-02T06:59:59", METRO, 8, None),
        ("2026-03-02T07:00:00", METRO, 8, "2026-03-02T07:00:00"),
        ("2026-03-30T06:00:00", METRO, 8, "2026-03-30T06:00:00"),  # the Monday after clocks went forward
        ("2026-10-26T06:59:59", METRO, 8, None),  # the Monday after they went back
        ("2026-10-26T07:00:00", METRO, 8, "2026-10-26T07:00:00"),
        ("2026-03-07T12:00:00", METRO, 8, None),  # Saturday
        ("2026-05-14T12:00:00", METRO, 8, None),  # Ascension
        ("2026-05-15T12:00:00", METRO, 8, "2026-05-15T06:00:00"),  # its bridge is worked
        ("2028-02-29T07:30:00", METRO, 8, "2028-02-29T07:00:00"),  # a leap day
        ("2026-03-09T09:59:59", MIQUELON, 8, None),  # already in summer time, three weeks before Paris
        ("2026-03-09T10:00:00", MIQUELON, 8, "2026-03-09T10:00:00"),
        ("2026-03-10T01:00:00", MIQUELON, 8, "2026-03-09T10:00:00"),  # still Monday there
    ],
)
def test_the_hour_is_that_of_the_town(now: str, town: Tenant, hour: int, expected: str | None) -> None:
    found = due(datetime.fromisoformat(now).replace(tzinfo=UTC), town, hour=hour)
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


async def test_the_digest_goes_once_at_its_hour_with_references_and_dates_alone(town: TownHouse) -> None:
    await choose(town)
    saisine = await a_request(town, subject="Terrasse de Camille Exemple", text="Mon numéro est le 01 99 00 00 00")
    town.clock.at = datetime(2026, 4, 30, 5, 59, tzinfo=UTC)
    await round_(town)
    assert await notices_of(town, "digest") == []
    town.clock.move(minutes=1)
    for _ in range(3):
        await round_(town)
    (notice,) = await notices_of(town, "digest")
    (ticket,) = await town.tickets()
    assert (notice.recipient, notice.day) == (DESK, date(2026, 4, 30))
    assert notice.title.startswith("Échéances du 30 avril 2026 : 1 urgente")
    assert "TERME DANS TROIS JOURS OU MOINS (1)" in notice.text
    assert f"- {ticket.reference} : terme le 2 mai 2026 à minuit" in notice.text
    assert f"{town.house.base_url}/demandes/tkt_" in notice.text
    assert "ALERTES NOUVELLES" in notice.text
    assert saisine.term_on == date(2026, 5, 2)
    for private in ("Camille", "Terrasse", "01 99", "usager@example.org", "Usager"):
        assert private not in notice.title + notice.text


async def test_no_digest_on_a_holiday_and_one_after_an_outage_of_days(town: TownHouse) -> None:
    await choose(town)
    await a_request(town, regime=None)
    for day in ("2026-05-13", "2026-05-14", "2026-05-16", "2026-05-17"):  # Ascension is the 14th
        town.clock.at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        await round_(town)
    town.clock.at = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)  # nobody watched since Sunday
    await round_(town)
    assert [notice.day.day for notice in await notices_of(town, "digest")] == [13, 20]


async def test_two_schedulers_send_one_digest(town: TownHouse) -> None:
    await choose(town)
    await a_request(town, regime=None)
    town.clock.move(days=1)
    await asyncio.gather(*(round_(town) for _ in range(4)))
    assert len(await notices_of(town, "digest")) == 1


async def test_nothing_to_tell_is_told_once_a_week_so_that_silence_means_a_failure(town: TownHouse) -> None:
    """Monday 6 April 2026 is Easter Monday: the week's word goes on Tuesday."""
    await choose(town)
    for day in range(1, 12):
        town.clock.at = datetime(2026, 4, day, 12, 0, tzinfo=UTC)
        await round_(town)
    (notice,) = await notices_of(town, "digest")
    assert notice.day == date(2026, 4, 7)
    assert notice.title == "Échéances du 7 avril 2026 : tout est calme"
    assert "panne" in notice.text


async def test_an_alert_is_new_in_one_digest_only(town: TownHouse) -> None:
    await choose(town)
    await a_request(town)
    town.clock.at = datetime(2026, 4, 17, 12, 0, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    await round_(town)  # Friday: J-15
    town.clock.move(days=3)
    await round_(town)
    friday, monday = await notices_of(town, "digest")
    assert "J-15" in friday.text
    assert "ALERTES NOUVELLES" not in monday.text
    assert "TERME DANS QUINZE JOURS OU MOINS (1)" in monday.text


async def test_an_alert_written_late_is_told_by_the_next_digest_and_once(town: TownHouse) -> None:
    """Its transaction began before the digest and ended after it: its instant says nothing of who has read it."""
    await choose(town)
    saisine = await a_request(town)
    town.clock.at = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    await round_(town)
    slow = Raised(
        saisine_id=saisine.id,
        ticket_id=saisine.ticket_id,
        threshold="unreadable:2026-03-10",
        alert_on=date(2026, 3, 10),
        due_on=date(2026, 3, 10),
        late=False,
        because="écrite tard",
    )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await repository.raise_alerts(session, town.tenant_id, [slow], at=datetime(2026, 3, 10, 6, 59, tzinfo=UTC))
    for _ in range(2):
        town.clock.move(days=1)
        await round_(town)
    told = [notice.day.day for notice in await notices_of(town, "digest") if "écrite tard" in notice.text]
    assert told == [11]


async def test_an_alert_that_holds_again_is_told_then(town: TownHouse) -> None:
    await choose(town)
    saisine = await a_request(town)
    town.clock.at = datetime(2026, 4, 16, 22, 30, tzinfo=UTC)
    await round_(town)  # the 17th in Paris, before the hour: J-15 is raised
    town.clock.move(minutes=1)
    for act in ({"type": "dismissed", "reason": "spam"}, {"type": "reopened", "reason": "écartée par erreur"}):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            present = await town.house.legal.get(session, town.tenant_id, saisine.id)
            await town.house.legal.record(
                session, town.tenant_id, saisine.id, act, version=present.version, actor=AGENT
            )
        town.clock.move(**({"days": 3, "hours": 10} if act["type"] == "dismissed" else {"days": 1}))
        await round_(town)
    told = [notice.day.day for notice in await notices_of(town, "digest") if "J-15" in notice.text]
    assert told == [21]


async def test_who_is_not_told_gets_no_mail(town: TownHouse) -> None:
    await a_request(town)
    town.clock.move(days=70)
    await round_(town)
    assert await notices_of(town) == []


async def test_an_hour_moved_after_the_digest_left_loses_no_alert(town: TownHouse) -> None:
    await choose(town)
    saisine = await a_request(town)
    town.clock.at = datetime(2026, 4, 15, 6, 0, tzinfo=UTC)
    await round_(town)
    earlier = {"type": "received", "at": "2026-02-25T09:00:00Z", "authority": "competent", "channel": "email"}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.record(
            session, town.tenant_id, saisine.id, earlier, version=saisine.version, actor=AGENT
        )
    town.clock.move(hours=2)
    await round_(town)  # the term is ten days away: told at once, after the digest
    await choose(town, digest_hour=14)
    for hours in (5, 24):
        town.clock.move(hours=hours)
        await round_(town)
    assert "ALERTES NOUVELLES" in (await notices_of(town, "digest"))[-1].text
