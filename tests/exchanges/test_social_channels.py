"""A social channel through the whole house: the real door, the intake, the answer, what its provider tells of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import Door, State
from app.facts import Actor
from app.main import create_app
from app.tickets.values import AuthorKind, Direction
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town
from tests.simulators import bluesky, mastodon, meta, misery, telegram, x
from tests.simulators.misery import Simulator

AGENT = Actor("agent", None, "Accueil")
ANSWER = "Nos équipes passent demain."
Posted = tuple[bytes, Mapping[str, str]]


@dataclass(frozen=True)
class Family:
    """A channel, its configuration, its provider, and how that one posts a message."""

    type: str
    config: Mapping[str, Any]
    simulator: Callable[[], Simulator]
    posts: Callable[[int, str], Posted]


APP = {"app_secret": meta.SECRET, "verify_token": "v", "access_token": meta.TOKEN}
FAMILIES = {
    "whatsapp": Family(
        "meta.whatsapp", {**APP, "phone_number_id": meta.NUMBER}, meta.MetaSimulator, meta.whatsapp_message
    ),
    "messenger": Family("meta.messenger", {**APP, "page_id": meta.PAGE}, meta.MetaSimulator, meta.messenger_message),
    "telegram": Family(
        "telegram",
        {"secret_token": telegram.SECRET, "bot_token": telegram.TOKEN},
        telegram.TelegramSimulator,
        lambda number, words: telegram.posted(telegram.update(number, words)),
    ),
    "x": Family(
        "x",
        {
            "consumer_key": x.CONSUMER[0],
            "consumer_secret": x.CONSUMER[1],
            "access_token": x.TOKEN[0],
            "access_token_secret": x.TOKEN[1],
            "user_id": x.US,
        },
        x.XSimulator,
        x.posted,
    ),
}


@dataclass(frozen=True)
class Place:
    """A town, one channel of it, its provider, and a client at the public door."""

    town: TownHouse
    channel: Channel
    provider: Simulator
    http: httpx.AsyncClient

    async def post(self, *deliveries: Posted) -> list[int]:
        """Posts webhooks side by side; returns what each was answered."""
        path = f"/hooks/{self.channel.type}/{self.channel.key}"
        answers = await asyncio.gather(*(self.http.post(path, content=b, headers=h) for b, h in deliveries))
        return [answer.status_code for answer in answers]

    async def read(self) -> None:
        await self.town.house.inbound.drain(str(self.town.tenant_id))

    async def take(self, *deliveries: Posted) -> None:
        assert set(await self.post(*deliveries)) == {200}
        await self.read()

    async def deliver(self) -> None:
        """Lets everything leave, at the pace the provider allows."""
        for _ in range(4):
            await self.town.deliver()
            self.town.clock.move(seconds=61)

    async def answer(self, text: str = ANSWER, **said: Any) -> Outbound:
        """An agent answers the only request; returns what was frozen."""
        (ticket,) = await self.town.tickets()
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            draft = Draft(text=text, **said)
            await self.town.house.composer.freeze(session, self.town.tenant_id, ticket, draft, actor=AGENT)
        return (await self.sendings())[-1]

    async def sendings(self) -> list[Outbound]:
        (ticket,) = await self.town.tickets()
        return [one for one in await self.town.sent(ticket.id) if one.purpose == "reply"]

    async def said(self) -> list[tuple[str, str]]:
        (ticket,) = await self.town.tickets()
        thread = await self.town.thread(ticket.id)
        return [(m.direction.value, m.text) for m in thread if m.author_kind is not AuthorKind.AUTOMATION]


@pytest_asyncio.fixture
async def place(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: MovableClock
) -> AsyncIterator[Place]:
    family = FAMILIES[request.param]
    async with opened_place(family, database_url, tmp_path, clock) as opened:
        yield opened


def opened_place(family: Family, database_url: str, folder: Path, clock: MovableClock) -> Any:
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def opening() -> AsyncIterator[Place]:
        provider = family.simulator()
        async with (
            provider.client() as carried,
            opened_town(
                database_url, folder, clock=clock, carried=carried, outgoing="send", worker_inside=False
            ) as town,
        ):
            channel = await town.connect(family.type, family.config)
            transport = httpx.ASGITransport(app=create_app(town.house))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
                yield Place(town, channel, provider, http)

    return opening()


everywhere = pytest.mark.parametrize("place", FAMILIES, indirect=True)


@everywhere
async def test_fifty_webhooks_twice_and_shuffled_give_each_message_once(place: Place, request: Any):
    family = FAMILIES[request.node.callspec.params["place"]]
    posted = [family.posts(number, f"message {number}") for number in range(1, 26)] * 2
    random.Random(7).shuffle(posted)
    assert set(await place.post(*posted)) == {200}
    await place.read()
    said = [text for direction, text in await place.said() if direction == "in"]
    assert sorted(said) == sorted(f"message {number}" for number in range(1, 26))


@everywhere
async def test_an_answer_leaves_once_and_is_the_provider_s_own(place: Place, request: Any):
    family = FAMILIES[request.node.callspec.params["place"]]
    await place.take(family.posts(1, "Bonjour"))
    await place.answer()
    for _ in range(3):
        await place.deliver()
    (sending,) = await place.sendings()
    assert (sending.state, ANSWER in place.provider.told) == (OutState.ACCEPTED, True)
    assert place.provider.told.count(ANSWER) == 1


@everywhere
@pytest.mark.parametrize("suffered", [misery.lost_before_the_body, misery.lost_after_the_body, misery.cut_short])
async def test_a_lost_answer_is_shown_as_a_doubt_and_never_sent_again_by_itself(
    place: Place, suffered: misery.Misery, request: Any
):
    family = FAMILIES[request.node.callspec.params["place"]]
    await place.take(family.posts(1, "Bonjour"))
    await place.deliver()  # the acknowledgement
    place.provider.suffer(suffered)
    await place.answer()
    for _ in range(6):
        await place.deliver()
        place.town.clock.move(hours=7)
    (sending,) = await place.sendings()
    assert sending.state is OutState.UNKNOWN
    assert place.provider.told.count(ANSWER) <= 1
    # One call for it alone: whatever was lost with it, the person does not read it twice.
    assert (
        sum(
            ANSWER in one.content.decode("utf-8") or "demain" in one.content.decode() for one in place.provider.requests
        )
        == 1
    )


@pytest.mark.parametrize("place", ["whatsapp"], indirect=True)
async def test_receipts_in_any_order_and_twice_never_go_back(place: Place):
    await place.take(meta.whatsapp_message(1, "Bonjour"))
    await place.answer()
    await place.deliver()
    (sending,) = await place.sendings()
    assert sending.external_id
    reports = [meta.whatsapp_status(sending.external_id, one) for one in ("read", "delivered", "sent", "read")]
    await place.take(*reports)
    (after,) = await place.sendings()
    assert (after.state, after.status_rank) == (OutState.DELIVERED, 4)


@pytest.mark.parametrize("place", ["whatsapp"], indirect=True)
async def test_a_receipt_with_our_reference_ends_the_doubt(place: Place):
    await place.take(meta.whatsapp_message(1, "Bonjour"))
    await place.deliver()
    place.provider.suffer(misery.lost_after_the_body)
    frozen = await place.answer()
    await place.deliver()
    assert [one.state for one in await place.sendings()] == [OutState.UNKNOWN]
    await place.take(meta.whatsapp_status("wamid.late", "delivered", ref=frozen.request["ref"]))
    (after,) = await place.sendings()
    assert (after.state, after.external_id) == (OutState.DELIVERED, "wamid.late")


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_the_echo_of_our_own_message_ends_a_doubt_and_adds_nothing(place: Place):
    await place.take(meta.messenger_message(1, "Bonjour"))
    await place.deliver()
    place.provider.suffer(misery.lost_after_the_body)
    frozen = await place.answer()
    await place.deliver()
    echo = meta.messenger_echo("m_late", ANSWER, ref=frozen.request["ref"])
    await place.take(echo, echo)
    (after,) = await place.sendings()
    assert (after.state, after.external_id) == (OutState.ACCEPTED, "m_late")
    assert await place.said() == [("in", "Bonjour"), ("out", ANSWER)]


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_the_echo_that_comes_before_the_provider_s_answer_adds_nothing(place: Place):
    await place.take(meta.messenger_message(1, "Bonjour"))
    await place.answer()
    # No reference of ours in it, as when another of our tools sent it.
    await place.take(meta.messenger_echo("m_early", ANSWER))
    await place.deliver()
    place.town.clock.move(seconds=20)
    await place.read()
    assert await place.said() == [("in", "Bonjour"), ("out", ANSWER)]


@pytest.mark.parametrize("place", ["whatsapp", "messenger", "x"], indirect=True)
async def test_what_a_colleague_typed_elsewhere_stands_in_the_request_once(place: Place, request: Any):
    name = request.node.callspec.params["place"]
    echo = {
        "whatsapp": lambda: meta.whatsapp_echo("wamid.app", "Je vous rappelle."),
        "messenger": lambda: meta.messenger_echo("m_app", "Je vous rappelle."),
        "x": lambda: x.posted(90, "Je vous rappelle.", sender=x.US, recipient=x.CLAIRE),
    }[name]()
    await place.take(FAMILIES[name].posts(1, "Bonjour"))
    await place.take(echo, echo)
    await place.take(echo)
    assert await place.said() == [("in", "Bonjour"), ("out", "Je vous rappelle.")]
    (ticket,) = await place.town.tickets()
    written = next(m for m in await place.town.thread(ticket.id) if m.text == "Je vous rappelle.")
    assert (written.direction, written.author_kind) == (Direction.OUT, AuthorKind.AGENT)
    assert written.author_name.startswith("Hors de Parvis")


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_an_echo_that_answers_no_request_opens_none(place: Place):
    await place.take(meta.messenger_echo("m_first", "Bonjour, la mairie vous informe.", to="5009"))
    assert await place.town.tickets() == []


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_a_watermark_reads_all_that_stands_before_it(place: Place):
    await place.take(meta.messenger_message(1, "Bonjour"))
    await place.answer()
    await place.deliver()
    until = int(place.town.clock().timestamp() * 1000) + 60_000
    await place.take(meta.messenger_read(until), meta.messenger_read(until - 120_000))
    (after,) = await place.sendings()
    assert (after.state, after.status_rank) == (OutState.DELIVERED, 4)


@pytest.mark.parametrize("place", ["whatsapp", "telegram"], indirect=True)
async def test_an_album_of_someone_new_is_one_person_one_request_ten_messages(place: Place, request: Any):
    pictures: dict[str, Sequence[Posted]] = {
        "whatsapp": [meta.whatsapp_picture(number) for number in range(10)],
        "telegram": [
            telegram.posted(
                telegram.update(
                    number, media_group_id="g1", photo=[{"file_id": f"f{number}", "width": 90, "height": 90}]
                )
            )
            for number in range(10)
        ],
    }
    await place.take(*pictures[request.node.callspec.params["place"]])
    (ticket,) = await place.town.tickets()
    thread = [m for m in await place.town.thread(ticket.id) if m.direction is Direction.IN]
    assert (len(thread), len({m.point_id for m in thread})) == (10, 1)
    assert all(len(m.pieces) == 1 for m in thread)


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_a_comment_is_answered_in_public_only_when_somebody_wanted_it(place: Place):
    await place.take(meta.page_comment(12, "La rue est coupée ?"))
    await place.answer("En privé.")
    await place.answer("Rouverte ce soir.", public=True)
    await place.deliver()
    (ticket,) = await place.town.tickets()
    shown = {message.text: message.public for message in await place.town.thread(ticket.id)}
    assert (shown["En privé."], shown["Rouverte ce soir."]) == (False, True)
    sent = {one["_path"]: one for one in cast("meta.MetaSimulator", place.provider).sent}
    assert sent["/v25.0/1001/messages"]["recipient"] == {"comment_id": "900_12"}
    assert sent["/v25.0/900_12/comments"] == {"message": "Rouverte ce soir.", "_path": "/v25.0/900_12/comments"}


@pytest.mark.parametrize("place", ["messenger"], indirect=True)
async def test_a_private_message_is_never_answered_in_public(place: Place):
    from app.exchanges.composing import NotPublic

    await place.take(meta.messenger_message(1, "Bonjour"))
    with pytest.raises(NotPublic):
        await place.answer(public=True)


# ----------------------------------------------------------------------------------------- what is asked for

POLLED = {
    "mastodon": Family(
        "mastodon",
        {"instance": mastodon.HOST, "acct": "ville@social.example.org", "access_token": mastodon.TOKEN},
        mastodon.MastodonSimulator,
        lambda _, __: (b"", {}),
    ),
    "bluesky": Family(
        "bluesky",
        {"did": bluesky.US, "app_password": bluesky.PASSWORD},
        bluesky.BlueskySimulator,
        lambda _, __: (b"", {}),
    ),
}


async def _polled(place: Place) -> None:
    await place.town.house.rounds._polling.poll(str(place.town.tenant_id), str(place.channel.id))
    await place.read()


async def test_a_mention_on_mastodon_is_answered_where_it_was_made(
    database_url: str, tmp_path: Path, clock: MovableClock
):
    async with opened_place(POLLED["mastodon"], database_url, tmp_path, clock) as place:
        provider = cast("mastodon.MastodonSimulator", place.provider)
        mention = provider.mention("Bonjour, la rue est coupée ?", visibility="public")
        for _ in range(3):
            await _polled(place)
        await place.answer()
        await place.deliver()
        (answered,) = [one for one in provider.statuses.values() if ANSWER in one["content"]]
        assert (answered["in_reply_to_id"], answered["visibility"]) == (mention["id"], "direct")
        provider.ours("@claire@autre.example.org C'est rouvert.", answering=mention["id"])
        for _ in range(2):
            await _polled(place)
        assert await place.said() == [
            ("in", "Bonjour, la rue est coupée ?"),
            ("out", ANSWER),
            ("out", "@claire@autre.example.org C'est rouvert."),
        ]


async def test_a_private_word_on_bluesky_is_answered_and_its_echo_adds_nothing(
    database_url: str, tmp_path: Path, clock: MovableClock
):
    async with opened_place(POLLED["bluesky"], database_url, tmp_path, clock) as place:
        provider = cast("bluesky.BlueskySimulator", place.provider)
        provider.said(1, "Bonjour")
        await _polled(place)
        await place.answer()
        await place.deliver()
        for _ in range(2):
            await _polled(place)
        assert (provider.told.count(ANSWER), await place.said()) == (1, [("in", "Bonjour"), ("out", ANSWER)])
        provider.said(600, "Et un mot de plus.", by=bluesky.US)
        await _polled(place)
        assert (await place.said())[-1] == ("out", "Et un mot de plus.")


async def test_the_stream_s_word_on_somebody_else_s_status_troubles_nobody(
    database_url: str, tmp_path: Path, clock: MovableClock
):
    async with opened_place(POLLED["mastodon"], database_url, tmp_path, clock) as place:
        told = Delivery(body=b'{"event": "delete", "payload": "31415"}')
        receipt = await place.town.house.inbound.accept(place.channel, told, door=Door.API)
        clock.move(minutes=11)
        await place.read()
        kept = await place.town.reception(receipt.id)
        assert (kept.state, await place.town.tickets()) == (State.DONE, [])
