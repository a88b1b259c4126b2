"""Who wraps data keys: the settings' secret, or a program that asks a key service."""

import sys
from pathlib import Path

import pytest

from app.errors import Misconfigured, Unavailable
from app.sealing import KeyRing
from app.vault.masters import CommandMaster, Masters, RingMaster

OLD, NEW = (
    KeyRing(["the old secret key, long enough to be one"]),
    KeyRing(["the new secret key, long enough to be one"]),
)
# A key service in ten lines: it answers what it was told turned round, as base64.
SERVICE = """
import base64, sys
verb, line = sys.argv[1], base64.b64decode(sys.stdin.readline())
print(base64.b64encode(line[::-1]).decode())
"""


def service(tmp_path: Path, source: str = SERVICE) -> list[str]:
    (tmp_path / "service.py").write_text(source)
    return [sys.executable, str(tmp_path / "service.py")]


async def test_a_program_wraps_and_unwraps(tmp_path: Path) -> None:
    master = CommandMaster(service(tmp_path))
    wrapped = await master.wrap(b"k" * 32, bound_to="data-key/one")
    assert b"k" * 32 not in wrapped
    assert await master.unwrap(wrapped, bound_to="data-key/one") == b"k" * 32


async def test_a_key_moved_to_another_row_is_refused_whoever_wraps(tmp_path: Path) -> None:
    for master in (CommandMaster(service(tmp_path)), RingMaster(NEW)):
        wrapped = await master.wrap(b"k" * 32, bound_to="data-key/one")
        with pytest.raises(Misconfigured):
            await master.unwrap(wrapped, bound_to="data-key/two")


@pytest.mark.parametrize(
    "source",
    ["import sys; sys.exit(3)", "print()", "print('not base64, é')", "print('A' * 100_000)"],
    ids=["fails", "says nothing", "says nonsense", "says too much"],
)
async def test_a_program_in_trouble_is_an_absence_and_tells_no_key(tmp_path: Path, source: str) -> None:
    with pytest.raises((Unavailable, Misconfigured)) as refused:
        await CommandMaster(service(tmp_path, source)).unwrap(b"wrapped-canary", bound_to="data-key/one")
    assert "canary" not in str(refused.value)


async def test_a_program_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    master = CommandMaster(service(tmp_path, "import time; time.sleep(600)"), patience_s=0.3)
    with pytest.raises(Unavailable, match="did not answer"):
        await master.wrap(b"k" * 32, bound_to="data-key/one")


async def test_what_the_former_master_wrapped_is_still_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    wrapped = await RingMaster(OLD).wrap(b"k" * 32, bound_to="one")
    both = Masters(CommandMaster(service(tmp_path)), RingMaster(OLD))
    assert await both.unwrap(wrapped, name=OLD.name, bound_to="one") == b"k" * 32
    with pytest.raises(Misconfigured, match=f"{OLD.name} is missing.*PARVIS_PREVIOUS_SECRET_KEYS"):
        await Masters(RingMaster(NEW)).unwrap(wrapped, name=OLD.name, bound_to="one")
    with pytest.raises(Misconfigured, match="PARVIS_KEY_COMMAND"):
        await Masters(RingMaster(NEW)).unwrap(wrapped, name="command", bound_to="one")
