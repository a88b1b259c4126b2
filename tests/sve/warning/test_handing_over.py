"""An acceptance whose request went to the wrong authority: no clock runs, so the watch says that it must be handed over."""

from datetime import UTC, datetime

from app.ids import Prefix, public_id
from app.sve.values import Alert
from tests.harness.towns import TownHouse
from tests.sve.warning.told import AGENT, CHIEF, a_request, alerts_of, choose, notices_of, round_


async def tell(town: TownHouse, ticket_id, *events) -> None:
    for event in events:
        (saisine,) = (await town.law(ticket_id)).saisines
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.legal.record(
                session, town.tenant_id, saisine.id, event, version=saisine.version, actor=AGENT
            )


async def unsent(town: TownHouse) -> list[Alert]:
    return [alert for alert in await alerts_of(town) if alert.threshold.startswith("hand_over")]


async def test_what_an_incompetent_authority_keeps_is_told_until_it_is_handed_over(town: TownHouse) -> None:
    await choose(town, digest_to=[])
    saisine = await a_request(town)
    (own,) = [one for one in (await town.law(saisine.ticket_id)).events[saisine.id] if one.type == "received"]
    wrong = {**own.payload, "authority": "incompetent"}
    annulled = {"type": "corrected", "event_id": public_id(Prefix.LEGAL_EVENT, own.id), "reason": "hors compétence"}
    await tell(town, saisine.ticket_id, wrong, annulled)
    (kept,) = (await town.law(saisine.ticket_id)).saisines
    assert (kept.alert_on, kept.closed_at, kept.reading["values"]["not_handed_over_since"]) == (
        None,
        None,
        "2026-03-02",
    )

    town.clock.at = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    await round_(town)
    (alert,) = await unsent(town)
    assert (alert.threshold, alert.late) == ("hand_over_J+1", False)
    assert "la transmettre et en aviser l'usager" in alert.because
    town.clock.at = datetime(
        2026, 4, 10, 8, 0, tzinfo=UTC
    )  # nobody watched for a month: the nearest step alone is told
    await round_(town)
    assert [one.threshold for one in await unsent(town)] == ["hand_over_J+1", "hand_over_J+30"]
    assert any("CRPA L114-2" in one.text for one in await notices_of(town, "escalation") if one.recipient == CHIEF)

    received = {"type": "transferred", "at": "2026-04-13T08:00:00Z", "to": "competent"}
    town.clock.at = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
    await tell(town, saisine.ticket_id, received)
    town.clock.at = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)
    await round_(town)
    assert len(await unsent(town)) == 2
    (running,) = (await town.law(saisine.ticket_id)).saisines
    assert running.alert_on is not None
