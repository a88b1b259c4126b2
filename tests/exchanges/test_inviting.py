"""Links to choose a password by mail: sealed until they leave, once, in their time; and nobody learns who has an account."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, text

from app.channels.contract import Outcome, SendRequest, Sent
from app.errors import TooManyRequests
from app.exchanges.inviting import RESET, Inviting
from app.exchanges.noticing import Noticing
from app.facts import SYSTEM
from app.identity.accounts import Wanted
from app.identity.refusals import InvitationOver
from app.identity.roles import Role
from app.ids import new_id
from tests.harness.houses import MovableClock, a_town, house

PASSWORD = "quatre chevaux au trot"
LINK = re.compile(r"/invitation/(parvis_i_[\w-]+)")


class Post:
    """A carrier that keeps what leaves, and may refuse it quoting its text."""

    def __init__(self) -> None:
        self.sent: list[SendRequest] = []
        self.refuses = False

    def can(self, channel: Any, adapter: Any) -> bool:
        return True

    async def carry(self, channel: Any, adapter: Any, request: SendRequest) -> Sent:
        self.sent.append(request)
        if self.refuses:
            return Sent(outcome=Outcome.PERMANENT, detail=f"550 refused: {request.text}")
        return Sent(outcome=Outcome.OK)


class Town:
    def __init__(self, opened: Any, clock: MovableClock, tenant_id: Any) -> None:
        self.house, self.clock, self.id, self.post = opened, clock, tenant_id, Post()
        self.noticing = Noticing(opened.database, opened.channels, self.post, opened.keys, opened.book, clock)
        self.inviting = Inviting(
            opened.database,
            opened.tenants,
            opened.accounts,
            opened.channels,
            self.noticing,
            opened.keys,
            opened.book,
            clock,
            base_url=opened.base_url,
            leaves=True,
        )

    async def account(self, email: str, *, by_mail: bool = False) -> str:
        async with self.house.database.transaction(tenant=self.id) as session:
            wanted = Wanted(name="Camille Exemple", role=Role.AGENT)
            word, person = await self.house.accounts.invite(session, self.id, email=email, wanted=wanted, actor=SYSTEM)
            if by_mail:
                await self.inviting.invite(session, self.id, person, word)
        return word

    async def jobs(self) -> list[dict[str, str]]:
        query = text(
            "DELETE FROM procrastinate_jobs WHERE task_name = :task AND args ->> 'tenant' = :tenant RETURNING args"
        )
        async with self.house.database.transaction() as session:
            rows = await session.execute(query, {"task": RESET, "tenant": str(self.id)})
            return [row.args for row in rows]

    async def forgotten(self, email: str, address: str = "198.51.100.7") -> str | None:
        """Asks, does what the worker would, and returns the word that was mailed."""
        await self.inviting.ask(self.id, email, address=address)
        before = len(self.post.sent)
        for args in await self.jobs():
            assert email not in str(args)
            await self.inviting.reset(**args)
        await self.noticing.send(str(self.id))
        found = [LINK.search(one.text) for one in self.post.sent[before:]]
        return found[0][1] if found and found[0] else None

    async def kept(self) -> str:
        async with self.house.database.transaction(tenant=self.id) as session:
            rows = await session.execute(
                text("SELECT text, detail::text, last_error FROM notices WHERE tenant_id = :t"), {"t": self.id}
            )
            return str(rows.all())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def a_house(database_url: str, tmp_path_factory: Any) -> AsyncIterator[Any]:
    clock = MovableClock()
    async with house(database_url, tmp_path_factory.mktemp("inviting"), clock=clock, worker_inside=False) as opened:
        yield opened, clock


@pytest_asyncio.fixture
async def town(a_house: Any) -> Town:
    opened, clock = a_house
    word = new_id().hex[-10:]
    found = Town(opened, clock, await a_town(opened, slug=f"v{word}"))
    address = f"contact.{word}@villebourg.example.fr"
    async with opened.database.transaction(tenant=found.id) as session:
        await opened.channels.connect(
            session, found.id, type="email", name="Courriel", address=address, config={"address": address}
        )
    return found


async def test_an_invitation_leaves_by_mail_and_its_link_is_kept_nowhere(town: Town) -> None:
    word = await town.account("ada@agents.example.fr", by_mail=True)
    assert word not in await town.kept()
    await town.noticing.send(str(town.id))
    (mail,) = town.post.sent
    assert (mail.to.address, mail.automatic, LINK.search(mail.text)[1]) == ("ada@agents.example.fr", True, word)
    kept = await town.kept()
    assert word not in kept
    assert '"link"' not in kept
    assert (await town.house.accounts.accept(word, password=PASSWORD)).email == "ada@agents.example.fr"


async def test_a_server_that_quotes_what_it_refuses_betrays_no_link(town: Town) -> None:
    town.post.refuses = True
    word = await town.account("ada@agents.example.fr", by_mail=True)
    await town.noticing.send(str(town.id))
    kept = await town.kept()
    assert "550 refused" in kept
    assert word not in kept
    assert '"link"' not in kept


async def test_a_forgotten_password_is_chosen_once_within_half_an_hour_and_ends_every_session(town: Town) -> None:
    first = await town.account("ada@agents.example.fr")
    assert await town.forgotten("ada@agents.example.fr") is None  # nothing was ever chosen: an invitation is due
    person = await town.house.accounts.accept(first, password=PASSWORD)
    async with town.house.database.transaction(tenant=town.id) as session:
        session_word = await town.house.sessions.open(session, town.id, holder=person, strength="password")
        invited = await town.house.accounts.invite_again(session, town.id, person.id, actor=SYSTEM)
    word = await town.forgotten(" ADA@agents.example.fr ")
    assert word
    # Whoever asked took nothing from an invitation under way.
    assert (await town.house.accounts.invited(invited)).id == person.id
    second = await town.forgotten("ada@agents.example.fr")
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(word, password="autre phrase bien longue")
    await town.house.accounts.accept(second, password="autre phrase bien longue")
    for over in (second, invited):
        with pytest.raises(InvitationOver):
            await town.house.accounts.accept(over, password=PASSWORD)
    with pytest.raises(Exception, match="sign in again"):
        await town.house.sessions.identify(session_word)
    late = await town.forgotten("ada@agents.example.fr")
    town.clock.move(minutes=31)
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(late, password=PASSWORD)


async def test_asking_does_the_same_work_whoever_is_named(town: Town) -> None:
    """No account is looked for, no hash is computed: counted, and not timed, so that a busy machine says the same."""
    word = await town.account("ada@agents.example.fr")
    await town.house.accounts.accept(word, password=PASSWORD)
    asked: list[str] = []
    event.listen(
        town.house.database.engine.sync_engine,
        "before_cursor_execute",
        lambda *said: asked.append(str(said[2])),
    )
    work: dict[str, set[tuple[str, ...]]] = {"known": set(), "unknown": set()}
    for number in range(3):
        for kind, email in (("known", "ada@agents.example.fr"), ("unknown", f"nobody{number}@agents.example.fr")):
            asked.clear()
            await town.inviting.ask(town.id, email, address=f"198.51.100.{number}")
            work[kind].add(tuple(asked))
            assert not any("users" in one for one in asked)
    assert work["known"] == work["unknown"]
    assert len(work["known"]) == 1
    await town.jobs()
    assert await town.forgotten("nobody@agents.example.fr") is None
    for _ in range(2):  # three were counted above
        await town.inviting.ask(town.id, "ada@agents.example.fr", address="203.0.113.4")
    with pytest.raises(TooManyRequests):
        await town.inviting.ask(town.id, "ada@agents.example.fr", address="203.0.113.4")
