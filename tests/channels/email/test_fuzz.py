"""Whatever bytes arrive: an event or `Unreadable`, the same each time, holding only what can be stored and shown."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Delivery, Event
from app.channels.errors import Unreadable
from tests.channels.email.made import HEAD, mail, part, parts

ADAPTER, CONFIG = EmailAdapter(), EmailConfig(address="contact@example.org", authserv_ids=("mx.example.org",))

NAMES = st.sampled_from(
    b"From To Cc Subject Date Message-ID References In-Reply-To Content-Type Content-Disposition Reply-To "
    b"Content-Transfer-Encoding Authentication-Results Received Return-Path Auto-Submitted Content-ID".split()
)
CRUMBS = st.sampled_from(
    [
        b"=?utf-8?B?", b"?=", b'"', b"\\", b"(", b")", b"<", b">", b"@", b",", b";", b":", b"\r\n ", b"\r", b"\0", b"\xff",
        b"boundary=BND", b"multipart/mixed;", b"multipart/alternative;", b"multipart/report;", b"message/rfc822",
        b"text/html;", b"charset=utf-7", b"charset=utf-16", b"filename*0*=utf-8''%C3", b"base64", b"quoted-printable",
        b"message/delivery-status", b"x@example.fr", b"\xc3\xa9", b" ", b"\t", b"=", b"*", b"%", b"[", b"]",
    ]
)  # fmt: skip
VALUES = st.lists(CRUMBS | st.binary(max_size=6), max_size=12).map(b"".join)
LINES = st.tuples(NAMES, VALUES).map(lambda pair: pair[0] + b": " + pair[1] + b"\r\n")
BODIES = st.lists(
    st.sampled_from(
        [b"--BND\r\n", b"--BND--\r\n", b"\r\n", b"\n", b"<p>", b"<style>", b"<!--", b"</p>", b"=C3", b"Bonjour"]
    )
    | LINES
    | st.binary(max_size=20),
    max_size=30,
).map(b"".join)
MAILS = st.tuples(st.lists(LINES, max_size=12).map(b"".join), BODIES).map(lambda pair: pair[0] + b"\r\n" + pair[1])


def read(raw: bytes) -> Event | str:
    try:
        (event,) = ADAPTER.parse(Delivery(body=raw, envelope={"door": "smtp"}), CONFIG)
    except Unreadable as refusal:
        return str(refusal)
    return event


def check(raw: bytes) -> None:
    event = read(raw)
    assert event == read(raw)
    if isinstance(event, str):
        return
    for text in (event.subject, event.text, event.text_new, event.html, *(one.name for one in event.attachments)):
        (text or "").encode()
        assert "\0" not in (text or "")
    assert not re.search(r"[\r\n]", event.subject or "")
    assert not re.search(r"(?i)<(script|style|svg|math|form|iframe|template)\b", event.html or "")
    assert all(one.name and "/" not in one.name for one in event.attachments)
    assert event.occurred_at is None or event.occurred_at.tzinfo is not None


@settings(max_examples=150, deadline=None)
@given(MAILS)
@example(b"\n")
@example(b"Content-Type: multipart/mixed; boundary=BND\r\n\r\n--BND")
@example(b"Content-Type: multipart/mixed; boundary=BND\r\n\r\n--BND--")
def test_any_arrangement_of_dangerous_crumbs_is_read(raw: bytes):
    check(raw)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes):
    check(raw)


WHOLE = parts(
    part("Bonjour,\r\nmerci."),
    part("<p>Bonjour,<br>merci.</p>", content_type="text/html"),
    kind="alternative",
    extra="X: y\r\n",
)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=8))
def test_a_true_mail_cut_and_soiled_anywhere_is_read(at: int, removed: int, added: bytes):
    check(WHOLE[:at] + added + WHOLE[at + removed :])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
@example(" \x01")  # nothing that can be seen is no text
@example("\x01\ufeff")
def test_words_come_out_as_they_went_in(words: str):
    event = read(mail(words.encode("utf-8", "replace"), head=HEAD))
    assert isinstance(event, Event)
    lines = words.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    kept = re.sub("[\x00-\x08\x0b\x0e-\x1f\x7f]", "", lines)
    assert (event.text or "") == (kept if kept.strip() else "")
