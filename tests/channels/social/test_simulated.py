"""Each social channel against its provider, in its own wire format: what leaves, what is refused, what is doubtful."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest
from pydantic import SecretStr

from app.channels.adapters.bluesky import BlueskyAdapter, BlueskyConfig
from app.channels.adapters.mastodon import MastodonAdapter, MastodonConfig
from app.channels.adapters.meta.messenger import MessengerAdapter, MessengerConfig
from app.channels.adapters.meta.whatsapp import WhatsappAdapter, WhatsappConfig
from app.channels.adapters.telegram import TelegramAdapter, TelegramConfig
from app.channels.adapters.x import XAdapter, XConfig
from app.channels.contract import ChannelConfig, Delivery, Outcome, PointKind, Sender, Sent
from tests.channels.sending.provider import request
from tests.simulators import bluesky, mastodon, meta, misery, telegram, x
from tests.simulators.misery import Misery, Simulator

META = {"app_secret": SecretStr(meta.SECRET), "access_token": SecretStr(meta.TOKEN)}


@dataclass(frozen=True)
class Family:
    """A channel, its provider, and a person on it."""

    adapter: Callable[[], object]
    config: ChannelConfig
    simulator: Callable[[], Simulator]
    kind: PointKind
    person: str
    throttled: Misery
    wait_s: float


FAMILIES: Mapping[str, Family] = {
    "whatsapp": Family(
        WhatsappAdapter,
        WhatsappConfig(**META, phone_number_id=meta.NUMBER),
        meta.MetaSimulator,
        PointKind.WHATSAPP,
        "33612345678",
        meta.throttled,
        120,
    ),
    "messenger": Family(
        MessengerAdapter,
        MessengerConfig(**META, page_id=meta.PAGE),
        meta.MetaSimulator,
        PointKind.MESSENGER,
        "5001",
        meta.throttled,
        120,
    ),
    "telegram": Family(
        TelegramAdapter,
        TelegramConfig(secret_token=SecretStr(telegram.SECRET), bot_token=SecretStr(telegram.TOKEN)),
        telegram.TelegramSimulator,
        PointKind.TELEGRAM,
        "42",
        telegram.throttled,
        35,
    ),
    "mastodon": Family(
        MastodonAdapter,
        MastodonConfig(instance=mastodon.HOST, acct="ville@social.example.org", access_token=SecretStr(mastodon.TOKEN)),
        mastodon.MastodonSimulator,
        PointKind.MASTODON,
        "claire@autre.example.org",
        mastodon.throttled,
        180,
    ),
    "bluesky": Family(
        BlueskyAdapter,
        BlueskyConfig(did=bluesky.US, app_password=SecretStr(bluesky.PASSWORD)),
        bluesky.BlueskySimulator,
        PointKind.BLUESKY,
        bluesky.CLAIRE,
        bluesky.throttled,
        90,
    ),
    "x": Family(
        XAdapter,
        XConfig(
            consumer_key=x.CONSUMER[0],
            consumer_secret=SecretStr(x.CONSUMER[1]),
            access_token=SecretStr(x.TOKEN[0]),
            access_token_secret=SecretStr(x.TOKEN[1]),
            user_id=x.US,
            backfill=True,
        ),
        x.XSimulator,
        PointKind.X,
        x.CLAIRE,
        x.throttled,
        900,
    ),
}


async def sent_by(name: str, provider: Simulator, *, times: int = 1, **said: Any) -> list[Sent]:
    family = FAMILIES[name]
    adapter, context = cast("Sender", family.adapter()), provider.context()
    asked = request(**{"address": family.person, "kind": family.kind, "text": "Où en êtes-vous ? 🚮", **said})
    return [await adapter.send(asked, family.config, context) for _ in range(times)]


@pytest.mark.parametrize("name", FAMILIES)
async def test_an_answer_reaches_the_person_once_word_for_word(name: str):
    provider = FAMILIES[name].simulator()
    (sent,) = await sent_by(name, provider)
    assert sent.outcome is Outcome.OK
    assert sent.external_ids
    (words,) = provider.told
    assert words.removeprefix("@claire@autre.example.org ") == "Où en êtes-vous ? 🚮"


@pytest.mark.parametrize("name", FAMILIES)
async def test_a_provider_that_has_enough_says_for_how_long(name: str):
    provider = FAMILIES[name].simulator()
    provider.suffer(FAMILIES[name].throttled)
    (sent,) = await sent_by(name, provider)
    assert (sent.outcome, sent.retry_after_s, provider.told) == (Outcome.THROTTLED, FAMILIES[name].wait_s, [])


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(
    ("suffered", "outcome"),
    [
        (misery.no_connection, Outcome.RETRY),
        (misery.out_of_order, Outcome.RETRY),
        (misery.sent_elsewhere, Outcome.CONFIG),
    ],
)
async def test_what_did_not_leave_may_leave_later(name: str, suffered: Misery, outcome: Outcome):
    provider = FAMILIES[name].simulator()
    provider.suffer(suffered)
    (sent,) = await sent_by(name, provider)
    assert (sent.outcome, provider.told) == (outcome, [])


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - {"mastodon"}))
@pytest.mark.parametrize(
    "suffered", [misery.lost_before_the_body, misery.lost_after_the_body, misery.cut_short, misery.a_page_in_a_success]
)
async def test_a_lost_answer_is_a_doubt_and_is_not_repeated(name: str, suffered: Misery):
    provider = FAMILIES[name].simulator()
    provider.suffer(suffered)
    (sent,) = await sent_by(name, provider)
    assert sent.outcome is Outcome.UNKNOWN
    assert len([one for one in provider.requests if provider.speaks(one)]) == 1


@pytest.mark.parametrize(
    "suffered", [misery.lost_before_the_body, misery.lost_after_the_body, misery.cut_short, misery.a_page_in_a_success]
)
@pytest.mark.parametrize("public", [False, True])
async def test_mastodon_is_asked_again_under_the_same_key_and_shows_one_status(suffered: Misery, public: bool):
    provider = mastodon.MastodonSimulator()
    mention = provider.mention("Bonjour", visibility="unlisted")
    provider.suffer(suffered)
    (sent,) = await sent_by("mastodon", provider, in_reply_to=mention["id"], public=public)
    assert (sent.outcome, len(provider.told)) == (Outcome.OK, 1)


@pytest.mark.parametrize(
    ("shown", "public", "visibility"),
    [
        ("public", False, "direct"),
        ("direct", False, "direct"),
        ("public", True, "public"),
        ("unlisted", True, "unlisted"),
        ("private", True, "private"),
        ("direct", True, "direct"),
    ],
)
async def test_an_answer_on_mastodon_is_never_shown_wider_than_what_it_answers(
    shown: str, public: bool, visibility: str
):
    provider = mastodon.MastodonSimulator()
    mention = provider.mention("Bonjour", visibility=shown)
    (sent,) = await sent_by("mastodon", provider, in_reply_to=mention["id"], public=public)
    made = provider.statuses[sent.external_ids[0]]
    assert (made["visibility"], made["in_reply_to_id"]) == (visibility, mention["id"])


async def test_when_what_it_answers_is_gone_a_private_answer_leaves_alone_and_a_public_one_does_not():
    provider = mastodon.MastodonSimulator()
    (private,) = await sent_by("mastodon", provider, in_reply_to="404")
    (public,) = await sent_by("mastodon", provider, in_reply_to="404", public=True)
    assert (private.outcome, public.outcome, len(provider.told)) == (Outcome.OK, Outcome.PERMANENT, 1)


async def test_a_visibility_nobody_can_tell_lets_nothing_out():
    provider = mastodon.MastodonSimulator()
    mention = provider.mention("Bonjour", visibility="mutuals")
    (sent,) = await sent_by("mastodon", provider, in_reply_to=mention["id"], public=True)
    assert (sent.outcome, provider.told) == (Outcome.RETRY, [])


async def test_telegram_tells_who_blocked_the_bot():
    provider = telegram.TelegramSimulator()
    provider.suffer(telegram.blocked)
    (sent,) = await sent_by("telegram", provider)
    assert sent.outcome is Outcome.OPTED_OUT


async def test_telegram_answers_the_message_even_when_it_was_deleted():
    provider = telegram.TelegramSimulator()
    await sent_by("telegram", provider, in_reply_to="7")
    assert provider.sent[0]["reply_parameters"] == {"message_id": 7, "allow_sending_without_reply": True}
    assert "parse_mode" not in provider.sent[0]


async def test_the_address_of_the_webhook_is_told_to_telegram_with_its_secret():
    provider, family = telegram.TelegramSimulator(), FAMILIES["telegram"]
    adapter = TelegramAdapter()
    for _ in range(2):
        told = await adapter.on_enable(
            family.config, provider.context(), public_url="https://ville.example.fr/hooks/t/k"
        )
        assert told.ok
    assert provider.webhook is not None
    assert (provider.webhook["secret_token"], provider.webhook["drop_pending_updates"]) == (telegram.SECRET, False)
    await adapter.on_disable(family.config, provider.context())
    assert provider.webhook is None


async def test_whatsapp_refuses_words_after_the_window():
    provider = meta.MetaSimulator()
    provider.suffer(meta.window_closed)
    (sent,) = await sent_by("whatsapp", provider)
    assert (sent.outcome, sent.detail) == (Outcome.WINDOW_CLOSED, "Meta 131047/None: more than 24 hours")


# ------------------------------------------------------------------------------------------------------------ Bluesky


async def test_a_public_answer_on_bluesky_stands_in_the_thread_under_a_key_of_ours():
    provider = bluesky.BlueskySimulator()
    uri = provider.mention(1, "@ville la rue est coupée")
    words = "C'est réparé 🚧 : https://ville.example.fr/voirie #travaux."
    asked = {"in_reply_to": uri, "public": True, "text": words}
    first, again = await sent_by("bluesky", provider, times=2, **asked)
    assert first.external_ids == again.external_ids
    (record,) = provider.records.values()
    assert record["reply"] == {"root": {"uri": uri, "cid": "cid1"}, "parent": {"uri": uri, "cid": "cid1"}}
    raw = words.encode()
    shown = [raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in record["facets"]]
    assert shown == ["https://ville.example.fr/voirie", "#travaux"]


@pytest.mark.parametrize("suffered", [misery.lost_before_the_body, misery.lost_after_the_body, misery.cut_short])
async def test_a_post_whose_answer_was_lost_is_put_again_and_is_one_post(suffered: Misery):
    provider = bluesky.BlueskySimulator()
    uri = provider.mention(1, "@ville bonjour")
    provider.suffer(suffered)
    (sent,) = await sent_by("bluesky", provider, in_reply_to=uri, public=True)
    assert (sent.outcome, len(provider.records)) == (Outcome.OK, 1)


async def test_bluesky_is_asked_what_became_of_a_post():
    provider, family = bluesky.BlueskySimulator(), FAMILIES["bluesky"]
    adapter, context = BlueskyAdapter(), provider.context()
    uri = provider.mention(1, "@ville bonjour")
    asked = request(bluesky.CLAIRE, kind=PointKind.BLUESKY, in_reply_to=uri, public=True)
    before = await adapter.receipt(asked, family.config, context)
    sent = await adapter.send(asked, family.config, context)
    after = await adapter.receipt(asked, family.config, context)
    assert (before.known, after.known, list(after.external_ids)) == (False, True, list(sent.external_ids))
    private = await adapter.receipt(request(bluesky.CLAIRE, kind=PointKind.BLUESKY), family.config, context)
    assert private.known is None


async def test_a_public_answer_too_long_or_to_nothing_public_never_leaves():
    provider = bluesky.BlueskySimulator()
    uri = provider.mention(1, "@ville bonjour")
    (long,) = await sent_by("bluesky", provider, in_reply_to=uri, public=True, text="é" * 301)
    (nowhere,) = await sent_by("bluesky", provider, in_reply_to="msg1", public=True)
    assert (long.outcome, nowhere.outcome, provider.told) == (Outcome.PERMANENT, Outcome.PERMANENT, [])


async def test_an_answer_to_a_mention_is_private_unless_somebody_wanted_it_public():
    provider = bluesky.BlueskySimulator()
    uri = provider.mention(1, "@ville bonjour")
    (sent,) = await sent_by("bluesky", provider, in_reply_to=uri)
    assert (sent.outcome, len(provider.messages), provider.records) == (Outcome.OK, 1, {})


async def test_a_conversation_asked_for_is_accepted_before_it_is_answered():
    provider = bluesky.BlueskySimulator()
    provider.accepted = False
    (sent,) = await sent_by("bluesky", provider)
    assert (sent.outcome, provider.accepted) == (Outcome.OK, True)


async def test_a_person_who_takes_no_private_message_is_not_tried_again():
    provider = bluesky.BlueskySimulator()
    provider.closed_to_us = True
    (sent,) = await sent_by("bluesky", provider)
    assert (sent.outcome, sent.detail) == (Outcome.OPTED_OUT, "la personne n'accepte pas nos messages privés")


async def test_one_session_serves_many_messages_and_is_opened_again_when_refused():
    provider, family = bluesky.BlueskySimulator(), FAMILIES["bluesky"]
    adapter, context = BlueskyAdapter(), provider.context()
    asked = request(bluesky.CLAIRE, kind=PointKind.BLUESKY)
    for _ in range(3):
        assert (await adapter.send(asked, family.config, context)).outcome is Outcome.OK
    assert provider.sessions == 1
    provider.expire()
    assert (await adapter.send(asked, family.config, context)).outcome is Outcome.OK
    assert provider.sessions == 2


async def test_a_wrong_password_is_the_administrator_s_to_renew():
    provider = bluesky.BlueskySimulator()
    config = BlueskyConfig(did=bluesky.US, app_password=SecretStr("another-of-tests"))
    sent = await BlueskyAdapter().send(request(bluesky.CLAIRE), config, provider.context())
    assert (sent.outcome, "another" in repr(sent)) == (Outcome.AUTH, False)


async def test_an_account_held_elsewhere_is_named_before_any_credential_leaves_for_it():
    provider = bluesky.BlueskySimulator()
    provider.home = "champignon.us-west.host.example.org"
    (sent,) = await sent_by("bluesky", provider)
    assert sent.outcome is Outcome.CONFIG
    assert "champignon.us-west.host.example.org" in (sent.detail or "")
    assert {one.url.host for one in provider.requests} == {"bsky.social"}


# ------------------------------------------------------------------------------------------------------------------ X


async def test_x_answers_in_private_and_under_a_post_when_somebody_wanted_it():
    provider = x.XSimulator()
    await sent_by("x", provider)
    (sent,) = await sent_by("x", provider, in_reply_to="900", public=True)
    assert provider.sent[0]["to"] == x.CLAIRE
    assert provider.sent[1] == {"text": "Où en êtes-vous ? 🚮", "reply": {"in_reply_to_tweet_id": "900"}}
    assert list(sent.external_ids) == ["8002"]


async def test_x_tells_who_takes_no_private_message():
    provider = x.XSimulator()
    provider.suffer(x.closed_to_us)
    (sent,) = await sent_by("x", provider)
    assert sent.outcome is Outcome.OPTED_OUT


def test_the_same_direct_message_by_webhook_and_by_reading_is_one():
    provider, config = x.XSimulator(), FAMILIES["x"].config
    provider.said(80, "Bonjour", by=x.CLAIRE)
    body, _ = x.posted(80, "Bonjour")
    read = {"data": provider.events, "includes": {"users": []}}
    adapter = XAdapter()
    (posted,) = adapter.parse(Delivery(body=body), config)
    (listed,) = adapter.parse(Delivery(body=json.dumps(read).encode()), config)
    names = ("type", "event_key", "external_id", "account", "thread_key", "text")
    assert [getattr(posted, name) for name in names] == [getattr(listed, name) for name in names]
    assert posted.sender is not None
    assert listed.sender is not None
    assert posted.sender.address == listed.sender.address
