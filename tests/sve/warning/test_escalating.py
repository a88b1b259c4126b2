"""What nobody takes in charge goes higher: in its time, again each working day, and only while it still holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.ids import new_id
from app.sve.law import Regime
from app.sve.warning import notices
from app.sve.warning.escalating import raised_before
from app.sve.warning.pulse import Pulse
from app.sve.warning.values import Letter, NoticeKind
from tests.harness.towns import TownHouse
from tests.sve.warning.test_digest import METRO
from tests.sve.warning.told import AGENT, CHIEF, DESK, a_request, alerts_of, choose, notices_of, round_, take


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        ("2026-03-05T12:00+01:00", 1, "2026-03-04T00:00+01:00"),  # Thursday: raised on Tuesday at the latest
        ("2026-03-09T12:00+01:00", 1, "2026-03-06T00:00+01:00"),  # Monday: what Friday raised has Monday
        ("2026-04-07T00:00+02:00", 1, "2026-04-03T00:00+02:00"),  # after Easter Monday, Friday's has Tuesday
        ("2026-03-31T00:00+02:00", 1, "2026-03-30T00:00+02:00"),  # over the night of summer time
        ("2026-03-09T12:00+01:00", 3, "2026-03-04T00:00+01:00"),
    ],
)
def test_working_days_are_those_after_the_day_it_was_raised(now: str, days: int, expected: str) -> None:
    assert raised_before(at(now), METRO, working_days=days) == at(expected)


async def test_an_alert_nobody_took_goes_higher_after_a_working_day(town: TownHouse) -> None:
    await choose(town, digest_to=[])
    await a_request(town)
    town.clock.at = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)  # Friday: J-15
    await round_(town)
    before = {alert.id for alert in await alerts_of(town) if alert.escalated_at}
    town.clock.at = datetime(2026, 4, 20, 20, 0, tzinfo=UTC)  # Monday evening: its working day is not over
    await round_(town)
    assert {alert.id for alert in await alerts_of(town) if alert.escalated_at} == before
    town.clock.at = datetime(2026, 4, 20, 22, 1, tzinfo=UTC)  # Tuesday, local time
    for _ in range(3):
        await round_(town)
    (alert,) = [alert for alert in await alerts_of(town) if alert.threshold == "J-15"]
    assert alert.escalated_at == town.clock()
    notice = (await notices_of(town, "escalation"))[-1]
    assert notice.recipient == CHIEF
    assert "J-15 : le silence peut accorder le 2 mai 2026 à minuit" in notice.text
    assert len([one for one in await notices_of(town, "escalation") if "J-15" in one.text]) == 1


async def test_what_somebody_took_in_charge_stays_there(town: TownHouse) -> None:
    await choose(town)
    await a_request(town)
    town.clock.at = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)
    await round_(town)
    for alert in await alerts_of(town):
        await take(town, alert.id)
    town.clock.move(days=5)
    await round_(town)
    assert all(alert.escalated_at is None for alert in await alerts_of(town) if alert.threshold == "J-15")


async def test_a_tacit_decision_that_may_be_born_waits_for_nobody(town: TownHouse) -> None:
    await choose(town, escalate_after=10)
    await a_request(town)
    town.clock.at = datetime(2026, 5, 2, 22, 0, 30, tzinfo=UTC)  # Sunday 3 May, half a minute old
    await round_(town)
    (notice,) = await notices_of(town, "escalation")
    assert "la décision tacite est née, ou peut l'être" in notice.text


async def test_an_alert_that_no_longer_holds_is_not_sent_higher(town: TownHouse) -> None:
    """Pieces asked for in time stop the clock; the acknowledgement left."""
    await choose(town, digest_to=[])
    saisine = await a_request(town)
    town.clock.at = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
    await round_(town)  # J-30, raised; and the acknowledgement, late
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        asked = {"type": "pieces_requested", "at": "2026-04-02T08:00:00Z", "deadline_date": "2026-05-30"}
        (current,) = await town.house.legal.of_tickets(session, town.tenant_id, [saisine.ticket_id])
        await town.house.legal.record(session, town.tenant_id, saisine.id, asked, version=current.version, actor=AGENT)
    town.clock.move(days=10)
    await round_(town)
    assert [alert.escalated_at for alert in await alerts_of(town) if alert.threshold == "J-30"] == [None]


async def test_a_request_that_asks_for_nothing_is_not_sent_higher(town: TownHouse) -> None:
    await choose(town)
    await a_request(town, Regime.NONE)
    town.clock.move(days=90)
    await round_(town)
    assert await notices_of(town, "escalation") == []


async def test_what_nobody_takes_is_sent_again_each_working_day_and_shown_on_health(town: TownHouse) -> None:
    """T124."""
    await choose(town, digest_to=[])
    await a_request(town)
    town.clock.at = datetime(2026, 4, 30, 8, 0, tzinfo=UTC)  # Thursday; the next day is a holiday, then a week-end
    await round_(town)
    town.clock.at = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)  # Monday: the decision may be born
    for _ in range(2):
        await round_(town)
    sent = [one for one in await notices_of(town, "escalation") if "née" in one.text]
    assert len(sent) == 1
    town.clock.at = datetime(2026, 5, 6, 8, 0, tzinfo=UTC)
    await round_(town)
    assert len([one for one in await notices_of(town, "escalation") if "née" in one.text]) == 2
    beat = await Pulse(town.house.database, town.clock).take()
    assert beat.unheard >= 1
    for alert in await alerts_of(town):
        await take(town, alert.id)
    town.clock.move(days=2)
    await round_(town)
    assert len([one for one in await notices_of(town, "escalation") if "née" in one.text]) == 2
    quiet = await Pulse(town.house.database, town.clock).take()
    assert quiet.unheard < beat.unheard


async def refuses(town: TownHouse, address: str) -> None:
    """An address to which our last mail could not be delivered."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        day = town.clock().date()
        letter = Letter(kind=NoticeKind.LATE_WATCH, subject_key=address, day=day, title="x", text="x", detail={})
        await notices.freeze(session, town.tenant_id, letter, [address], at=town.clock())
        for notice in await notices.lease(
            session, town.tenant_id, now=town.clock(), until=town.clock() + timedelta(hours=1), limit=50
        ):
            if notice.recipient == address:
                await notices.give_up(session, notice, because="5.1.1")


async def test_an_alert_whose_recipients_cannot_be_told_goes_at_once_to_those_who_can(town: TownHouse) -> None:
    """T124: the desk's address refuses our mail, then the chief's too: nothing waits, and an administrator is told."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        made = text(
            "INSERT INTO users (tenant_id, id, email, email_key, name, role, created_at, version) "
            "VALUES (:tenant, :id, 'admin@agents.example.fr', 'admin@agents.example.fr', 'Administration', "
            "'administrator', :at, 1)"
        )
        await session.execute(made, {"tenant": town.tenant_id, "id": new_id(), "at": town.clock()})
    await choose(town, escalate_after=10)
    await a_request(town)
    town.clock.at = datetime(2026, 4, 17, 8, 0, tzinfo=UTC)
    await refuses(town, DESK)
    await round_(town)
    assert {one.recipient for one in await notices_of(town, "escalation")} == {CHIEF}
    await refuses(town, CHIEF)
    town.clock.at = datetime(2026, 4, 21, 8, 0, tzinfo=UTC)
    await round_(town)
    assert (await notices_of(town, "escalation"))[-1].recipient == "admin@agents.example.fr"
