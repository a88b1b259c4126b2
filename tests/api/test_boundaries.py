"""F34: what expires does so at its instant: open the second before, closed at the instant itself and after.

Each is used the second before its end, so that whatever remembers it for some seconds is put to the test too.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.chat import sessions as chat
from app.errors import NotFound, ParvisError
from app.exchanges import follow_access
from app.identity.accounts import INVITED_FOR, RESET_FOR
from app.identity.sessions import IDLE, LASTS
from app.ids import Prefix, new_id, parse_id
from app.rest.idempotency import KEPT_FOR
from app.sealing import KeyRing
from app.webhooks import signing
from tests.api.conftest import Town
from tests.api.test_people import PASSWORD, invited
from tests.api.test_personal_data import a_copy, by_key
from tests.api.test_sight import someone

SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
Open = Callable[[], Awaitable[bool]]


async def around(town: Town, end: datetime, is_open: Open) -> list[bool]:
    """Says whether it is open the second before, at, and the second after."""
    found = []
    for shift in (-1, 0, 1):
        town.clock.at = end + shift * SECOND
        found.append(await is_open())
    return found


async def test_a_key_ends_at_its_instant_though_it_was_used_the_second_before(town: Town) -> None:
    end = town.clock() + timedelta(days=2)
    body = {"name": "Site", "scopes": ["tickets:read"], "expires_at": end.isoformat()}
    made = (await town.http.post("/api/v1/keys", json=body)).json()

    async def is_open() -> bool:
        head = {"Authorization": f"Bearer {made['key']}"}
        return (await town.http.get("/api/v1/tickets", headers=head)).status_code == 200

    assert await around(town, end, is_open) == [True, False, False]


@pytest.mark.parametrize("idle", [True, False])
async def test_a_session_ends_at_its_instant(town: Town, idle: bool) -> None:
    person = await someone(town)
    opened_at = town.clock()

    async def is_open() -> bool:
        return (await person.ask("GET", "/tickets")).status_code == 200

    if idle:
        assert await is_open()
        # What is asked in the last second prolongs it: the idle end is looked at by itself.
        town.clock.at = opened_at + IDLE
        assert not await is_open()
        return
    while town.clock() < opened_at + LASTS - IDLE:
        town.clock.move(minutes=25)
        assert await is_open()
    town.clock.at = opened_at + LASTS - timedelta(minutes=5)
    assert await is_open()
    assert await around(town, opened_at + LASTS, is_open) == [True, False, False]


@pytest.mark.parametrize("kind", ["invitation", "reset"])
async def test_a_link_for_a_password_ends_at_its_instant(town: Town, kind: str) -> None:
    email = f"{new_id().hex}@agents.example.fr"
    body = {"email": email, "name": "Camille Exemple", "role": "agent"}
    made = (await town.http.post("/api/v1/users", json=body)).json()
    word, lasts = invited(made["invitation_url"]), INVITED_FOR
    if kind == "reset":
        await town.house.accounts.accept(word, password=PASSWORD)
        async with town.house.database.transaction(tenant=town.id) as session:
            link = await town.house.accounts.reset_link(session, town.id, email=email)
        assert link
        word, lasts = link[0], RESET_FOR

    async def is_open() -> bool:
        try:
            await town.house.accounts.opened_by(word)
        except ParvisError:
            return False
        return True

    assert await around(town, town.clock() + lasts, is_open) == [True, False, False]


async def test_an_answer_kept_for_a_repeated_request_is_forgotten_at_its_instant(town: Town) -> None:
    head = {"Idempotency-Key": new_id().hex}
    end = town.clock() + KEPT_FOR

    async def replayed() -> bool:
        words = {"name": f"Équipe {end:%d}"}
        made: httpx.Response = await town.http.post("/api/v1/teams", json=words, headers=head)
        return bool(made.headers.get("Idempotent-Replayed") == "true")

    assert not await replayed()
    # Forgotten at its instant, the request is carried out anew: its own new answer is then repeated.
    found = await around(town, end, replayed)
    assert found[:2] == [True, False]


async def test_a_former_secret_of_webhooks_signs_no_more_at_its_instant(town: Town) -> None:
    made = (
        await town.http.post(
            "/api/v1/webhook-endpoints",
            json={"name": "Portail", "url": "http://127.0.0.1:9/parvis", "types": ["ticket.created"]},
        )
    ).json()
    await town.http.post(f"/api/v1/webhook-endpoints/{made['id']}/secrets", json={"overlap_hours": 1})

    async def both_sign() -> bool:
        async with town.house.database.transaction(tenant=town.id) as session:
            found = await signing.secrets_of(
                session, town.house.courier._vault, town.id, parse_id(Prefix.WEBHOOK, made["id"]), now=town.clock()
            )
        return len(found) == 2

    assert await around(town, town.clock() + timedelta(hours=1), both_sign) == [True, False, False]


async def test_a_copy_of_what_is_held_of_a_person_is_given_until_its_instant(town: Town) -> None:
    ticket = await town.a_ticket()
    made, path = await a_copy(town, ticket["contact"]["id"], by_key(town))

    async def is_open() -> bool:
        return (await town.http.get(f"/api/v1{path}/file")).status_code == 200

    assert await around(town, datetime.fromisoformat(made["expires_at"]), is_open) == [True, False, False]


@pytest.mark.parametrize("part_of_a_second", [0, 999_999])
def test_the_word_of_a_visitor_of_the_chat_ends_at_its_instant(part_of_a_second: int) -> None:
    ring, channel_id = KeyRing(["thirty-two characters, or more of them"]), new_id()
    begun_at = datetime(2026, 3, 2, 9, 0, 0, part_of_a_second, tzinfo=UTC)
    visitor = chat.begun(channel_id, identifier=None, name="", site="https://www.example.fr", now=begun_at)
    word = chat.written(ring, visitor)
    # A word counts whole seconds: never one more than was said.
    end = (begun_at + chat.LASTS).replace(microsecond=0)
    assert chat.read(ring, word, channel_id=channel_id, now=end - TICK).identifier is None
    for late in (end, end + SECOND):
        with pytest.raises(chat.SessionOver):
            chat.read(ring, word, channel_id=channel_id, now=late)


def test_the_word_that_opens_a_followed_request_ends_at_its_instant() -> None:
    ring, named = KeyRing(["thirty-two characters, or more of them"]), (new_id(), new_id(), new_id())
    given_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    word = follow_access.written(ring, *named, now=given_at)
    end = given_at + follow_access.OPEN_FOR
    assert follow_access.read(ring, word, now=end - TICK) == named
    for late in (end, end + SECOND):
        with pytest.raises(NotFound):
            follow_access.read(ring, word, now=late)
