"""Deliveries are handed to the child ahead of its answers; whatever one does to it is told of that one alone."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.channels.adapters.http.adapter import HttpConfig
from app.channels.contract import Delivery
from app.exchanges.reading import Asked, Failure, Outcome, Reader, ReadingFailed

ADAPTER = """
import os, time
from app.channels.adapters.http.adapter import HttpAdapter
from app.channels.contract import Meta

class Poisoned(HttpAdapter):
    meta = Meta(type="poisoned", name_fr="Empoisonné", name_en="Poisoned")

    def parse(self, delivery, config):
        match delivery.body:
            case b"die": os._exit(1)
            case b"hang": time.sleep(60)
            case b"raise": raise ValueError
            case b"eat": [bytearray(64 * 2**20) for _ in range(64)]
            case b"killed": os.kill(os.getpid(), 9)  # as the kernel does where a machine has no memory left
            case b"talk": os.write(1, b"\\x00" * 64)
        return super().parse(delivery, config)
"""
GOOD = b'{"external_id": "%d", "text": "Bonjour"}'


@pytest_asyncio.fixture
async def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reader]:
    """A reader whose child finds one more channel type installed, the worst."""
    (tmp_path / "poisoned.py").write_text(ADAPTER)
    described = tmp_path / "poisoned-1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: poisoned\nVersion: 1\n")
    (described / "entry_points.txt").write_text("[parvis.channels]\npoisoned = poisoned:Poisoned\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    reading = Reader(seconds=3, memory_mb=512)
    yield reading
    await reading.close()


def asked(*bodies: bytes) -> list[Asked]:
    return [Asked("poisoned", Delivery(body=body), HttpConfig(accept_unsigned=True)) for body in bodies]


def told(outcomes: list[Outcome]) -> list[str]:
    return [o.failure.value if isinstance(o, ReadingFailed) else o[0].external_id or "" for o in outcomes]


@pytest.mark.parametrize(
    ("poison", "failure"),
    [
        (b"die", Failure.CRASH),
        (b"hang", Failure.TIME),
        (b"raise", Failure.CRASH),
        (b"talk", Failure.CRASH),
        (b"eat", Failure.CRASH),
        (b"killed", Failure.CRASH),
        (b"{", Failure.UNREADABLE),
    ],
)
async def test_a_poison_is_blamed_alone(reader: Reader, poison: bytes, failure: Failure) -> None:
    outcomes = await reader.read_all(asked(GOOD % 1, GOOD % 2, poison, GOOD % 3, GOOD % 4))
    assert told(outcomes) == ["1", "2", failure.value, "3", "4"]


async def test_a_poison_at_the_head_of_a_thousand_costs_one_child_and_none_of_the_others(reader: Reader) -> None:
    """F21: the thousand are read by the one child that takes its place."""
    outcomes = await reader.read_all(asked(b"eat", *(GOOD % number for number in range(1000))))
    assert told(outcomes) == ["crash", *(str(number) for number in range(1000))]
    assert reader._reads == 1000


async def test_poisons_may_follow_each_other(reader: Reader) -> None:
    outcomes = await reader.read_all(asked(b"die", b"die", GOOD % 1, b"die"))
    assert told(outcomes) == ["crash", "crash", "1", "crash"]


async def test_what_is_larger_than_a_pipe_comes_through_both_ways(reader: Reader) -> None:
    large = b'{"external_id": "%d", "text": "' + b"x" * 300_000 + b'"}'
    outcomes = await reader.read_all(asked(*(large % number for number in range(20))))
    assert told(outcomes) == [str(number) for number in range(20)]
