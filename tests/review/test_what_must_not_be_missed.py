"""Clocks and mailboxes that something else could have silenced."""

from datetime import UTC, datetime

from app.channels.values import ChannelState
from app.sve.law import Regime
from tests.harness.towns import TownHouse, mail
from tests.sve.test_watch import qualify, record, risk_of

IMAP = {
    "imap_host": "imap.example.org",
    "imap_username": "contact",
    "imap_password": "secret",
}


async def warned_of(town: TownHouse) -> set[str]:
    """Sweeps, and returns the thresholds of all alerts raised so far."""
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        alerts = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=200)
    return {alert.threshold for alert in alerts}


async def test_a_sweep_over_midnight_misses_neither_day(town: TownHouse) -> None:
    kept = await town.receive(mail())
    await qualify(town, (await town.law(kept.ticket_id)).saisines[0], Regime.SVA)
    # The first look of the sweep is on 1 May just before midnight in Paris, what follows is on 2 May, the term.
    before, after = datetime(2026, 5, 1, 21, 59, 59, tzinfo=UTC), datetime(2026, 5, 1, 22, 0, 1, tzinfo=UTC)
    town.clock.at = after
    asked: list[datetime] = []

    def ticking() -> datetime:
        asked.append(before if not asked else after)
        return asked[-1]

    watch = town.house.watch
    kept_clock, watch._clock = watch._clock, ticking
    await watch.sweep(town.tenant_id)
    watch._clock = kept_clock
    assert "term" in await warned_of(town)


async def test_a_mailbox_that_may_not_send_is_still_relieved(town: TownHouse) -> None:
    """What a channel receives goes on being kept, whatever became of its sending."""
    address = "autre@villebourg.example.fr"
    channel = await town.connect("email", {"address": address, **IMAP}, address=address)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.channels.trouble(session, channel, state=ChannelState.NEEDS_REAUTH, reason="535 5.7.8")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert channel.id in await town.house.channels.to_poll(session, town.tenant_id)


async def test_an_earlier_reception_learnt_after_the_decision_opens_the_clock_again(town: TownHouse) -> None:
    """CRPA L114-2: the delay had run from there, and the decision came after the term."""
    kept = await town.receive(mail())
    saisine = await qualify(town, (await town.law(kept.ticket_id)).saisines[0], Regime.SVA)
    town.clock.move(days=60)
    decision = {"type": "express_decision", "sense": "refusal", "notified_at": "2026-04-30T09:00:00Z"}
    decided = await record(town, saisine, decision)
    assert decided.closed_at is not None
    earlier = {"type": "received", "at": "2026-02-01T10:00:00Z", "authority": "competent", "channel": "email"}
    reopened = await record(town, decided, earlier)
    assert reopened.closed_at is None
    assert (await risk_of(town, saisine.ticket_id))[0] == "born"
    assert "born" in await warned_of(town)
