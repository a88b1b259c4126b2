"""The hostile mails, taken apart and put together wrongly: whatever comes of them is read, or refused in words.

The examples are drawn the same at every run: what fails here fails for everybody.
"""

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.email.bounces import AWAY, BOUNCES
from tests.channels.email.test_fuzz import CRUMBS, check

FOLDER = Path(__file__).parents[2] / "data" / "mail"
MOST = 12_000  # of each: mutations matter more than size here, which other tests are about
SEEDS = tuple(
    raw
    for raw in (
        *(path.read_bytes()[:MOST] for path in sorted(FOLDER.glob("*.eml"))),
        *(one.raw() for one in BOUNCES),
        *(raw.replace("\n", "\r\n").encode() for raw in AWAY),
    )
    if raw
)
Change = Callable[[bytes], bytes]


def _cut(at: float, length: int) -> Change:
    return lambda raw: raw[: int(at * len(raw))] + raw[int(at * len(raw)) + length :]


def _add(at: float, crumb: bytes) -> Change:
    return lambda raw: raw[: int(at * len(raw))] + crumb + raw[int(at * len(raw)) :]


def _repeat(at: float, length: int, times: int) -> Change:
    def change(raw: bytes) -> bytes:
        start = int(at * len(raw))
        return raw[:start] + raw[start : start + length] * times + raw[start + length :]

    return change


def _line_ends(end: bytes) -> Change:
    return lambda raw: re.sub(rb"\r\n|\r|\n", end, raw)


def _header_of(name: bytes, value: bytes) -> Change:
    """Puts a header of one's own first, where readers look."""
    return lambda raw: name + b": " + value + b"\r\n" + raw


def _shuffled(seed: int) -> Change:
    def change(raw: bytes) -> bytes:
        head, end, body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        return b"\r\n".join(lines[seed % len(lines) :] + lines[: seed % len(lines)]) + end + body

    return change


def _joined(other: bytes, kind: bytes) -> Change:
    """Joins another mail as a part, under a boundary that both may know."""

    def change(raw: bytes) -> bytes:
        found = re.search(rb'boundary="?([^"\r\n;]{1,60})', raw)
        mark = found[1] if found else b"BND"
        head = b"Content-Type: " + kind + b'; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n"
        return head + raw + b"\r\n--" + mark + b"\r\nContent-Type: message/rfc822\r\n\r\n" + other + b"\r\n--" + mark

    return change


def _spliced(other: bytes) -> Change:
    """The headers of one mail above the body of another."""
    return lambda raw: raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + other.partition(b"\r\n\r\n")[2]


SEED = st.sampled_from(SEEDS)
AT = st.floats(0, 1, allow_nan=False)
NAMES = st.sampled_from(
    [b"From", b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version", b"Message-ID", b"Date", b"Auto-Submitted"]
)
KINDS = st.sampled_from([b"multipart/mixed", b"multipart/report; report-type=delivery-status", b"multipart/digest"])
CHANGES = st.one_of(
    st.builds(_cut, AT, st.integers(1, 200)),
    st.builds(_add, AT, CRUMBS | st.binary(min_size=1, max_size=8)),
    st.builds(_repeat, AT, st.integers(1, 120), st.integers(2, 6)),
    st.builds(_line_ends, st.sampled_from([b"\n", b"\r", b"\n\n", b"\r\r\n"])),
    st.builds(_header_of, NAMES, st.lists(CRUMBS, max_size=6).map(b"".join)),
    st.builds(_shuffled, st.integers(0, 30)),
    st.builds(_joined, SEED, KINDS),
    st.builds(_spliced, SEED),
)


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(SEED, st.lists(CHANGES, min_size=1, max_size=4))
def test_a_hostile_mail_put_together_wrongly_is_read_all_the_same(raw: bytes, changes: list[Change]) -> None:
    for change in changes:
        raw = change(raw)
    check(raw)
