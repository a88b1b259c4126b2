"""The page of what leaves says which channel waits, since when and why."""

from datetime import timedelta

from app.exchanges import gates, outbox
from app.exchanges.breaker import Lane, LaneState
from tests.web.conftest import Town, parsed


async def test_a_suspended_channel_is_said_with_its_reason(town: Town) -> None:
    await town.a_ticket()
    await town.sign_in()
    assert not parsed(await town.browser.get("/envois")).css(".notice")
    async with town.house.database.transaction(tenant=town.id) as session:
        (sent, *_) = await outbox.in_states(session, town.id, [], after=None, limit=1)
        await gates.lane(session, town.id, sent.channel_id)
        until = town.clock() + timedelta(minutes=5)
        lane = Lane(state=LaneState.SUSPENDED, failures=5, held_until=until, reason="<b>503</b>")
        await gates.keep(session, town.id, sent.channel_id, lane)
    page = parsed(await town.browser.get("/envois"))
    said = page.css_first(".notice").text()
    assert "envois suspendus" in said
    assert "<b>503</b>" in said
