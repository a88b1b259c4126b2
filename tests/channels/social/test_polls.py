"""What is asked for: nothing skipped, nothing brought for ever, and an absence caught up page after page."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from pydantic import SecretStr

from app.channels.adapters.bluesky import BlueskyAdapter
from app.channels.adapters.mastodon import MastodonAdapter
from app.channels.adapters.telegram import TelegramAdapter, TelegramConfig
from app.channels.adapters.x import XAdapter
from app.channels.contract import ChannelConfig, Context, Delivery, Event, EventType, Poller, Webhook
from app.channels.errors import Unreadable
from tests.channels.signing import NOON
from tests.channels.social.test_simulated import FAMILIES
from tests.simulators import bluesky, mastodon, misery, telegram, x
from tests.simulators.misery import Misery, Simulator

ASKED = TelegramConfig(receive="poll", bot_token=SecretStr(telegram.TOKEN))


class Reader:
    """Polls as the platform does: the cursor goes on from where the last poll left it."""

    def __init__(self, adapter: object, config: ChannelConfig, provider: Simulator) -> None:
        self.adapter, self.config, self.context = adapter, config, provider.context()
        self.cursor: Mapping[str, object] = {}
        self.polls = 0

    async def read(self) -> list[Event]:
        found: list[Event] = []
        more = True
        while more:
            polled = await cast("Poller", self.adapter).poll(self.config, self.context, cursor=self.cursor)
            self.cursor, more = polled.cursor, polled.more
            self.polls += 1
            assert self.polls < 50
            for delivery in polled.deliveries:
                found += cast("Webhook", self.adapter).parse(delivery, self.config)
        return found

    async def received(self) -> list[str]:
        return [event.text or "" for event in await self.read() if event.type is EventType.MESSAGE_RECEIVED]


def _mastodon() -> tuple[mastodon.MastodonSimulator, Reader]:
    provider = mastodon.MastodonSimulator()
    return provider, Reader(MastodonAdapter(), FAMILIES["mastodon"].config, provider)


def _bluesky() -> tuple[bluesky.BlueskySimulator, Reader]:
    provider = bluesky.BlueskySimulator()
    return provider, Reader(BlueskyAdapter(), FAMILIES["bluesky"].config, provider)


async def test_telegram_lets_go_of_an_update_only_once_its_delivery_is_kept():
    provider = telegram.TelegramSimulator()
    provider.waiting = [telegram.update(n, f"mot {n}") for n in range(1, 251)]
    reader = Reader(TelegramAdapter(), ASKED, provider)
    first = await TelegramAdapter().poll(ASKED, reader.context, cursor={})
    assert (len(first.deliveries), len(provider.waiting)) == (100, 250)  # nothing is confirmed by the reading itself
    assert await reader.received() == [f"mot {n}" for n in range(1, 251)]
    assert (await reader.received(), len(provider.waiting)) == ([], 0)


async def test_an_update_read_and_the_same_posted_are_one():
    update = telegram.update(7, "Bonjour")
    provider = telegram.TelegramSimulator()
    provider.waiting = [update]
    (read,) = await Reader(TelegramAdapter(), ASKED, provider).read()
    body, _ = telegram.posted(update)
    (posted,) = TelegramAdapter().parse(Delivery(body=body), FAMILIES["telegram"].config)
    assert read == posted


async def test_a_bot_with_a_webhook_says_why_it_cannot_be_read():
    provider = telegram.TelegramSimulator()
    provider.webhook = {"url": "https://ville.example.fr/"}
    with pytest.raises(Unreadable, match="webhook"):
        await Reader(TelegramAdapter(), ASKED, provider).read()


async def test_the_door_of_a_bot_that_is_read_stays_shut():
    body, headers = telegram.posted(telegram.update(7, "Bonjour"))
    delivery = Delivery(body=body, headers=list(headers.items()))
    assert TelegramAdapter().verify(delivery, ASKED, now=NOON).verified is False


async def test_mastodon_is_caught_up_after_an_absence():
    provider, reader = _mastodon()
    provider.mention("avant")
    assert await reader.received() == ["avant"]
    for n in range(95):
        provider.mention(f"mot {n}")
    assert sorted(await reader.received()) == sorted(f"mot {n}" for n in range(95))
    assert await reader.received() == []


async def test_what_a_colleague_answers_on_mastodon_is_told_and_what_they_publish_is_not():
    provider, reader = _mastodon()
    mention = provider.mention("Bonjour")
    provider.ours("un vieux mot", answering=mention["id"])
    await reader.read()
    provider.ours("La ville fête la musique")
    answer = provider.ours("@claire@autre.example.org C'est fait.", answering=mention["id"])
    (echo,) = await reader.read()
    assert (echo.type, echo.external_id, list(echo.in_reply_to)) == (
        EventType.OWN_ECHO,
        answer["id"],
        [mention["id"]],
    )


async def test_a_notification_ends_the_wait_and_a_heartbeat_does_not():
    provider, reader = _mastodon()
    adapter = cast("MastodonAdapter", reader.adapter)
    provider.stream.append(":thump\n\n")
    assert await adapter.wait(reader.config, reader.context, timeout_s=5) is False
    provider.event("notification", {"id": "1"})
    assert await adapter.wait(reader.config, reader.context, timeout_s=5) is True


async def test_the_stream_tells_what_was_edited_and_deleted():
    provider, reader = _mastodon()
    mention = provider.mention("Bonjour")
    provider.event("update", mention)
    provider.event("status.update", {**mention, "content": "Bonsoir", "edited_at": "2026-03-02T10:00:00Z"})
    provider.event("delete", mention["id"])
    adapter = cast("MastodonAdapter", reader.adapter)
    told = [
        event
        async for delivery in adapter.listen(reader.config, reader.context)
        for event in adapter.parse(delivery, reader.config)
    ]
    assert [event.type for event in told] == [EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED]
    assert {event.reports_on for event in told} == {mention["id"]}


async def test_bluesky_is_caught_up_after_an_absence_and_brings_nothing_twice():
    provider, reader = _bluesky()
    provider.mention(1, "avant")
    provider.said(1, "privé avant")
    assert sorted(await reader.received()) == ["avant", "privé avant"]
    for n in range(2, 300):
        provider.mention(n, f"mot {n}")
    for n in range(2, 5):
        provider.said(n, f"privé {n}")
    found = await reader.received()
    assert len(found) == len(set(found)) == 298 + 3
    assert await reader.received() == []


async def test_two_mentions_of_one_instant_are_both_brought_even_when_one_comes_late():
    provider, reader = _bluesky()
    instant = "2026-03-02T09:00:00.000Z"
    provider.mention(1, "une", at=instant)
    await reader.read()
    provider.mention(2, "deux", at=instant)
    assert await reader.received() == ["deux"]
    assert await reader.received() == []


async def test_our_own_private_message_comes_back_as_an_echo():
    provider, reader = _bluesky()
    provider.said(1, "Nous regardons.", by=bluesky.US)
    (echo,) = await reader.read()
    assert (echo.type, echo.thread_key) == (EventType.OWN_ECHO, "convo1")


async def test_x_is_read_every_five_minutes_and_caught_up():
    provider = x.XSimulator()
    reader = Reader(XAdapter(), FAMILIES["x"].config, provider)
    provider.said(1, "avant")
    assert await reader.received() == ["avant"]
    for n in range(2, 250):
        provider.said(n, f"mot {n}")
    asked = len(provider.requests)
    assert (await reader.received(), len(provider.requests)) == ([], asked)  # each reading is counted, and paid for
    reader.context = _later(reader.context, minutes=6)
    assert sorted(await reader.received()) == sorted(f"mot {n}" for n in range(2, 250))
    reader.context = _later(reader.context, minutes=6)
    assert await reader.received() == []


POLLED: Mapping[str, tuple[type, Any]] = {
    "mastodon": (MastodonAdapter, FAMILIES["mastodon"].config),
    "bluesky": (BlueskyAdapter, FAMILIES["bluesky"].config),
    "telegram": (TelegramAdapter, ASKED),
    "x": (XAdapter, FAMILIES["x"].config),
}


@pytest.mark.parametrize("name", POLLED)
@pytest.mark.parametrize(
    "suffered",
    [
        misery.no_connection,
        misery.lost_after_the_body,
        misery.cut_short,
        misery.a_page_in_a_success,
        misery.sent_elsewhere,
        misery.out_of_order,
    ],
)
async def test_a_poll_that_fails_loses_nothing(name: str, suffered: Misery):
    adapter, config = POLLED[name]
    provider = FAMILIES[name].simulator()
    match provider:
        case mastodon.MastodonSimulator():
            provider.mention("Bonjour")
        case bluesky.BlueskySimulator():
            provider.mention(1, "Bonjour")
        case telegram.TelegramSimulator():
            provider.waiting = [telegram.update(1, "Bonjour")]
        case x.XSimulator():
            provider.said(1, "Bonjour")
    reader = Reader(adapter(), config, provider)
    provider.suffer(suffered)
    with pytest.raises(Unreadable):
        await reader.read()
    assert await reader.received() == ["Bonjour"]


def _later(context: Context, *, minutes: float) -> Context:
    at = context.now() + timedelta(minutes=minutes)
    return replace(context, now=lambda: at)


async def test_a_wait_that_nothing_ends_ends_by_itself():
    class _Silent(mastodon.MastodonSimulator):
        pass

    provider = _Silent()
    context = provider.context()

    async def hang(*_: object, **__: object) -> Any:
        await asyncio.sleep(60)

    context.http.send = hang  # type: ignore[method-assign]
    adapter = MastodonAdapter()
    assert await adapter.wait(FAMILIES["mastodon"].config, context, timeout_s=0.05) is False
