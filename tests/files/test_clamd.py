"""clamd's wire, on a real socket: what it says, what it fails to say, and how long it is waited for."""

import re
from pathlib import Path

import pytest

from app.files.antivirus import Away, Clamd, ScanState, address_of
from app.files.antivirus.clamd import understood
from tests.simulators.clamd import MARK, NAME, Suffers, clamd


async def test_a_content_is_given_whole_and_its_verdict_read(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000  # several chunks
    async with clamd(tmp_path / "clamd.ctl") as daemon:
        antivirus = Clamd(address_of(daemon.address))
        assert (await antivirus.examine(content)).state is ScanState.CLEAN
        found = await antivirus.examine(content + MARK)
        assert daemon.seen == [content, content + MARK]
        assert await antivirus.answers()
    assert (found.state, found.virus) == (ScanState.INFECTED, NAME)
    assert not await antivirus.answers()


@pytest.mark.parametrize(
    ("pain", "state", "again"),
    [
        (Suffers.HANGS_UP, ScanState.FAILED, True),
        (Suffers.HANGS, ScanState.FAILED, True),
        (Suffers.RAMBLES, ScanState.FAILED, True),
        (Suffers.ERRS, ScanState.FAILED, True),
        (Suffers.REFUSES_EARLY, ScanState.FAILED, False),
        (Suffers.STUTTERS, ScanState.INFECTED, False),
    ],
)
async def test_what_befalls_it_is_never_called_clean(pain: Suffers, state: ScanState, again: bool) -> None:
    async with clamd() as daemon:
        daemon.suffering.append(pain)
        verdict = await Clamd(address_of(daemon.address), seconds=0.5).examine(b"x" * 3_000_000)
    assert (verdict.state, verdict.again) == (state, again)


async def test_the_name_of_a_signature_is_a_foreign_word_and_cannot_act() -> None:
    async with clamd() as daemon:
        daemon.suffering.append(Suffers.POISONS)
        verdict = await Clamd(address_of(daemon.address)).examine(b"x")
    assert verdict.state is ScanState.INFECTED
    assert verdict.virus
    assert verdict.virus.isascii()
    assert verdict.virus.isprintable()


def test_whatever_is_said_to_be_found_is_set_aside_however_long_its_name() -> None:
    for name in ("", "x" * 3000, "a FOUND b", "stream: OK"):
        assert understood(f"stream: {name} FOUND\0".encode()).state is ScanState.INFECTED


async def test_an_antivirus_that_is_not_there_is_an_absence_not_a_verdict(tmp_path: Path) -> None:
    for address in (tmp_path / "none.ctl", ("127.0.0.1", 1)):
        with pytest.raises(Away):
            await Clamd(address).examine(b"x")


async def test_what_is_too_large_is_not_even_sent() -> None:
    async with clamd() as daemon:
        verdict = await Clamd(address_of(daemon.address), most_bytes=10).examine(b"x" * 11)
    assert (verdict.state, daemon.seen) == (ScanState.FAILED, [])


@pytest.mark.parametrize(
    "written", ["", "clamd", "clamd:", ":3310", "clamd:0", "clamd:99999", "clamd:x", "unix:relative"]
)
def test_an_address_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(written)}$"):
        address_of(written)


def test_an_address_is_read() -> None:
    assert address_of("clamd.mairie.lan:3310") == ("clamd.mairie.lan", 3310)
    assert address_of("[::1]:3310") == ("::1", 3310)
    assert address_of("unix:/run/clamav/clamd.ctl") == Path("/run/clamav/clamd.ctl")
