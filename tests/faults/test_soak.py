"""The soak's own parts: a plan that can be had again, an oracle that notices, a proxy that cuts commits, a short run."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import psycopg.conninfo
import pytest
import pytest_asyncio

from app.db.embedded import Dsns
from app.errors import Unavailable
from app.ids import Prefix, public_id
from tests.faults.leases import inside
from tests.faults.soak.account import Account, Act, Sent
from tests.faults.soak.faults import besides
from tests.faults.soak.letters import Letter, Letters, Way
from tests.faults.soak.looking import Look
from tests.faults.soak.oracle import DOUBLED, LOST, MISDIRECTED, UNEXPLAINED, Evidence, judged
from tests.faults.soak.plan import Beside, Kill, rounds
from tests.faults.soak.proxy import Proxy
from tests.faults.soak.sink import Taken
from tests.faults.soak.town import Town
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town


def test_a_seed_says_what_happens_and_a_longer_run_begins_alike() -> None:
    drawn = rounds(7, 600)
    assert drawn[:100] == rounds(7, 100)
    assert drawn != rounds(8, 600)
    kills = Counter(one.kill for one in drawn)
    assert min(kills[kind] for kind in Kill) > 90
    assert {one.beside for one in drawn} == set(Beside)
    assert set(besides(Mock(), Mock(), drawn[0])) == set(Beside)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def passage(dsns: Dsns, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Proxy]:
    """A proxy in front of the module's database."""
    host = psycopg.conninfo.conninfo_to_dict(dsns.app)["host"]
    proxy = Proxy(tmp_path_factory.mktemp("p") / "p", to=Path(str(host)), seed=7)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(dsns: Dsns, passage: Proxy, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TownHouse]:
    """A town whose every statement goes through the proxy."""
    url = psycopg.conninfo.conninfo_to_dict(dsns.app)
    behind = f"postgresql://{url['user']}@/{url['dbname']}?host={passage.folder}"
    async with opened_town(behind, tmp_path_factory.mktemp("soak"), clock=MovableClock()) as opened:
        yield opened


def known(town: TownHouse) -> Town:
    return Town(0, town.tenant_id, town.address, mails="", messages="", hook="", key="")


async def hand_over(town: TownHouse, account: Account, letter: Letter, *, times: int = 1) -> None:
    """Gives a letter in until it was acknowledged so many times."""
    while letter.sent.told < times:
        account.sends(letter.sent)
        try:
            receipt = await town.accept(letter.body)
        except Unavailable:
            continue
        account.was_told(letter.sent, begun=0.0, receipt=public_id(Prefix.RECEPTION, receipt))


async def read(town: TownHouse) -> None:
    """Reads all there is and lets its answers leave, through cut connections, as the sweeps of some minutes would."""
    for _ in range(6):
        with contextlib.suppress(Unavailable):
            await town.house.inbound.drain(str(town.tenant_id))
            await town.deliver()
        town.clock.move(seconds=200)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def evidence(
    town: TownHouse, passage: Proxy, dsns: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Evidence]:
    """F4: eight letters, one of them twice, while one commit after the other is cut; then what left, as a sink saw it."""
    letters = Letters(7, [known(town)])
    account = Account(tmp_path_factory.mktemp("account") / "account.jsonl")
    for number in range(8):
        passage.cut_next(1)
        await hand_over(town, account, letters.next(way=Way.SMTP), times=2 if number == 3 else 1)
    passage.cut_next(3)
    await read(town)
    passage.cut_next(0)
    await read(town)
    look = Look(inside(dsns.admin, dsns.app))
    rows = await look.rows("SELECT external_id, recipient_address, request ->> 'about' FROM outbound")
    names = dict(await look.rows("SELECT id::text, external_id FROM messages"))
    taken = tuple(Taken(str(name), recipient, names[about]) for name, recipient, about in rows)
    yield Evidence(look, account, [known(town)], taken, town.clock().date())
    account.close()
    await look.close()


async def test_a_commit_cut_half_way_is_resolved_by_asking_again(evidence: Evidence, passage: Proxy) -> None:
    assert passage.cuts >= 8
    assert evidence.account.acknowledged == 8
    assert len(evidence.taken) == 8
    assert await judged(evidence) == []


async def promises_broken(evidence: Evidence) -> set[str]:
    return {finding.promise for finding in await judged(evidence)}


async def test_the_oracle_misses_what_was_acknowledged_and_is_not_there(evidence: Evidence) -> None:
    account = Account(evidence.account.file.with_name("lost"))
    account.sent = {**evidence.account.sent, "never": Sent("never", 0, "hook", "0" * 64, ("never",), None, 1, 1)}
    assert await promises_broken(replace(evidence, account=account)) == {LOST}
    account.sent = dict(evidence.account.sent)
    account.acts = {"answer": Act("answer", 0, "reply", "tkt_0", told=1)}
    assert await promises_broken(replace(evidence, account=account)) == {LOST}
    account.close()


async def test_the_oracle_sees_what_nobody_sent_what_came_too_often_and_what_went_astray(evidence: Evidence) -> None:
    account = Account(evidence.account.file.with_name("astray"))
    first, *others = evidence.account.sent.values()
    account.sent = {one.key: one for one in others}
    assert await promises_broken(replace(evidence, account=account)) == {UNEXPLAINED}
    account.sent = {**evidence.account.sent, first.key: replace(first, sender="autre@example.org")}
    assert await promises_broken(replace(evidence, account=account)) == {MISDIRECTED}
    account.sent = {**evidence.account.sent, first.key: replace(first, tries=0, told=0, receipts=[])}
    assert await promises_broken(replace(evidence, account=account)) == {DOUBLED}
    account.close()
    one, *rest = evidence.taken
    assert await promises_broken(replace(evidence, taken=rest)) == {LOST}
    assert await promises_broken(replace(evidence, taken=[one] * 9 + rest)) == {DOUBLED}
    assert await promises_broken(replace(evidence, taken=[replace(one, recipient="autre@example.org"), *rest])) == {
        MISDIRECTED
    }
