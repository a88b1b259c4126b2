"""Presence: two minutes at a time, claimed by typing, known to every process and kept by none."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.ids import new_id
from app.live.bell import InProcessBell
from app.live.presence import LASTS, Doing, Presence, topic

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, TICKET = new_id(), new_id()


def seen(presence: Presence, at: datetime) -> list[tuple[str, bool]]:
    return [(one.who, one.writes(at)) for one in presence.on(TENANT, [TICKET], at=at)[TICKET]]


async def here(presence: Presence, who: str, doing: Doing, at: datetime) -> None:
    await presence.here(TENANT, TICKET, who=who, name="Camille Exemple", doing=doing, at=at)


async def test_who_writes_comes_first_and_looking_on_does_not_end_the_claim() -> None:
    presence = Presence(InProcessBell())
    try:
        await here(presence, "agent:1", Doing.VIEWING, AT)
        await here(presence, "agent:2", Doing.WRITING, AT)
        assert seen(presence, AT) == [("agent:2", True), ("agent:1", False)]
        later = AT + timedelta(seconds=90)
        await here(presence, "agent:2", Doing.VIEWING, later)
        assert seen(presence, later) == [("agent:2", True), ("agent:1", False)]
        (second,) = presence.on(TENANT, [TICKET], at=AT + LASTS)[TICKET]  # the first said nothing more
        assert (second.who, second.writes(AT + LASTS), second.since_at) == ("agent:2", False, AT)
        assert seen(presence, later + LASTS) == []
        assert presence.on(new_id(), [TICKET], at=AT)[TICKET] == []
    finally:
        await presence.close()


async def test_every_process_knows_and_only_what_is_new_is_told() -> None:
    bell = InProcessBell()
    one, other = Presence(bell), Presence(bell)
    heard = bell.listen(topic(TENANT))
    try:
        await anext(heard)
        seen(other, AT)  # listens from here on
        await asyncio.sleep(0)
        for number in range(3):
            await here(one, "agent:1", Doing.WRITING, AT + timedelta(seconds=number))
        await one.gone(TENANT, TICKET, who="agent:1", at=AT + timedelta(seconds=3))
        await here(one, "agent:2", Doing.VIEWING, AT + timedelta(seconds=4))
        told = [await anext(heard) for _ in range(3)]  # came, left, another came: renewing is told to nobody
        assert told == [str(TICKET)] * 3
        for _ in range(1000):
            await asyncio.sleep(0)
        assert seen(other, AT + timedelta(seconds=4)) == [("agent:2", False)]
        assert seen(one, AT + timedelta(seconds=4)) == [("agent:2", False)]
    finally:
        await heard.aclose()
        await one.close()
        await other.close()


async def test_an_older_word_brings_nobody_back() -> None:
    presence = Presence(InProcessBell())
    try:
        await here(presence, "agent:1", Doing.VIEWING, AT)
        await presence.gone(TENANT, TICKET, who="agent:1", at=AT + timedelta(seconds=5))
        await here(presence, "agent:1", Doing.VIEWING, AT + timedelta(seconds=1))
        assert seen(presence, AT + timedelta(seconds=6)) == []
    finally:
        await presence.close()
