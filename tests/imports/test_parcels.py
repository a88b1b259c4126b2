"""Hostile exports: what would fill a memory, leave its folder or never end is refused in one sentence."""

import io
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.imports import parcels, walking
from app.imports.parcels import ExportUnreadable, PieceTooLarge
from app.imports.shapes import FlawCode, Flawed, ForeignTicket, SourceKind
from tests.imports import samples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def read(path: Path, source: SourceKind = SourceKind.ZAMMAD) -> list[ForeignTicket | Flawed]:
    with parcels.opened(path) as parcel:
        return list(walking.conversations(parcel, source, zone="Europe/Paris", now=NOW))


def codes(path: Path, source: SourceKind = SourceKind.ZAMMAD) -> list[str]:
    return [one.code.value if isinstance(one, Flawed) else "read" for one in read(path, source)]


def test_a_bad_line_is_told_and_the_next_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "LINE_MAX", 5_000)
    deep = b'{"ticket":' + b"[" * 100 + b"]" * 100 + b"}\n"
    bad = [
        b"{\n",
        b"\xff\xfe\n",
        deep,
        b'{"ticket": {"id": NaN}}\n',
        b'"' + b"x" * 20_000 + b'"\n',
        b"\n",
        b'{"a":"\\u0000"}\n',
    ]
    path = samples.written(tmp_path, b"".join(bad) + samples.lines(samples.zammad(1)))
    assert codes(path) == [*["unreadable"] * 4, "too-large", "unreadable", "read"]


def test_a_line_that_never_ends_costs_no_more_than_a_line_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "LINE_MAX", 100_000)
    path = samples.written(tmp_path, b"x" * 20_000_000)
    tracemalloc.start()
    assert codes(path) == ["too-large"]
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_an_archive_that_grows_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_ALWAYS", 100_000)
    path = samples.written(tmp_path, samples.archive(b"\n" * 30_000_000))
    with pytest.raises(ExportUnreadable, match="grandit"):
        read(path)


def with_table_of_contents(members: int, size: int) -> bytes:
    return b"PK\x03\x04" + b"\0" * 40 + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, members, members, size, 0, 0)


def an_enciphered_one() -> bytes:
    whole = bytearray(samples.archive(samples.lines(samples.zammad(1))))
    whole[whole.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


@pytest.mark.parametrize(
    "content",
    [
        with_table_of_contents(0xFFFF, 0xFFFFFFFF),
        with_table_of_contents(10, 2**31),
        an_enciphered_one(),
        samples.archive(samples.lines(samples.zammad(1)))[:-30],
        samples.archive(b"x", name="virus.exe"),
        samples.archive(b"x", name="../../tickets.ndjson"),
    ],
    ids=["no contents", "huge contents", "enciphered", "cut short", "nothing to read", "a name that climbs"],
)
def test_an_archive_that_is_none_is_refused_or_told_line_by_line(tmp_path: Path, content: bytes) -> None:
    path = samples.written(tmp_path, content)
    try:
        told = set(codes(path))
    except ExportUnreadable as refusal:
        told = {bool(refusal.detail)}
    assert told == {True} or told <= {"unreadable", "unknown-shape"}


def test_a_piece_is_asked_for_by_a_name_that_leads_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "PIECE_MAX", 1_000)
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "export"
    (folder / "attachments").mkdir(parents=True)
    (folder / "tickets.ndjson").write_bytes(samples.lines(samples.zammad(1)))
    (folder / "attachments" / "ok").write_bytes(b"ok")
    (folder / "attachments" / "large").write_bytes(b"x" * 1_001)
    (folder / "attachments" / "link").symlink_to(tmp_path / "secret")
    with parcels.opened(folder) as parcel:
        assert parcel.piece("attachments/ok") == b"ok"
        for name in (
            "attachments/../../secret",
            "attachments/link",
            "/etc/passwd",
            "attachments/.hidden",
            "tickets.ndjson",
            "",
        ):
            assert (parcel.holds(name), parcel.piece(name)) == (False, None), name
        with pytest.raises(PieceTooLarge):
            parcel.piece("attachments/large")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("tickets.ndjson", samples.lines(samples.zammad(1)))
        file.writestr("attachments/bomb", b"\0" * 50_000_000)
    with (
        parcels.opened(samples.written(tmp_path, bomb.getvalue(), name="bomb")) as parcel,
        pytest.raises(PieceTooLarge),
    ):
        parcel.piece("attachments/bomb")


def test_a_quote_nobody_closes_and_a_wrong_source_are_told(tmp_path: Path) -> None:
    open_quote = b'ticket_id,date,text\n1,2026-02-01,"' + b"x" * 3_000_000
    assert set(codes(samples.written(tmp_path, open_quote), SourceKind.CSV)) <= {
        "unreadable",
        "no-date",
        "no-identifier",
    }
    other = samples.written(tmp_path, samples.lines(samples.chatwoot(), samples.freescout()))
    assert codes(other) == [FlawCode.UNKNOWN_SHAPE.value] * 2


def test_batches_are_bounded_and_go_on_after_any_place() -> None:
    found = [Flawed(place, None, FlawCode.UNREADABLE, "") for place in range(250)]
    assert [len(one) for one in walking.batches(iter(found), after=0)] == [100, 100, 50]
    (rest,) = walking.batches(iter(found), after=200)
    assert [one.place for one in rest] == list(range(200, 250))
