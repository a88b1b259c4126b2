"""The hostile mails of tests/data/mail, against what their index says must happen to each."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Delivery, Event, EventType
from app.channels.errors import Unreadable

CORPUS = Path(__file__).parents[2] / "data" / "mail"
INDEX = json.loads((CORPUS / "index.json").read_text(encoding="utf-8"))
CASES = INDEX["cases"]
OURS = EmailConfig(address=INDEX["channel"])
HELD_ALLOWED = {"held", "held_or_degraded", "event_unmatched"}


@pytest.fixture(params=CASES, ids=lambda case: case["id"])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture
def event(case: dict[str, Any]) -> Event | None:
    raw = (CORPUS / case["file"]).read_bytes()
    started = time.process_time()
    try:
        (found,) = EmailAdapter().parse(Delivery(body=raw, envelope={"door": "smtp"}), OURS)
    except Unreadable:
        assert case["expect"]["outcome"] in HELD_ALLOWED
        found = None
    assert time.process_time() - started < case["expect"]["max_seconds"]
    return found


def test_it_becomes_what_the_index_says(case: dict[str, Any], event: Event | None):
    outcome = case["expect"]["outcome"]
    if event is None:
        return
    if outcome in {"accepted", "accepted_degraded", "held_or_degraded"}:
        assert event.type is EventType.MESSAGE_RECEIVED
    if outcome in {"event", "event_unmatched"}:
        assert event.type is EventType.DELIVERY_UPDATE
    if outcome == "accepted_degraded":
        assert event.warnings


def test_its_words_are_kept(case: dict[str, Any], event: Event | None):
    shown = (event.text or "") + re.sub(r"<[^>]*>", "", event.html or "") if event else ""
    for words in case["expect"].get("text_must_contain", []):
        assert words in shown


def test_its_html_holds_nothing_active(case: dict[str, Any], event: Event | None):
    for pattern in case["expect"].get("html_must_not_match", []):
        assert event is not None
        assert not re.search(pattern, event.html or "")


def test_its_author_is_not_a_forged_one(case: dict[str, Any], event: Event | None):
    expect = case["expect"]
    if event is None:
        return
    address = event.sender.address if event.sender else None
    assert "sender" not in expect or address in expect["sender"]
    assert address not in expect.get("sender_must_not_be", [])
    if "identity_verified" in expect:
        assert event.fields["identity_verified"] is expect["identity_verified"]


def test_an_acknowledgement_is_allowed_exactly_where_it_may_be(case: dict[str, Any], event: Event | None):
    allowed = case["expect"]["auto_ack"]
    if event is None or allowed == "any" or case["expect"].get("messages_created") == 0:
        return
    assert (event.fields["repliable"] and not event.automatic) is allowed


def test_what_is_stored_is_storable(case: dict[str, Any], event: Event | None):
    if event is None:
        return
    for text in (event.subject, event.text, event.text_new, event.html):
        assert not re.search("[\x00\ud800-\udfff]", text or "")
    assert not re.search(r"[\r\n]", event.subject or "")
    for piece in event.attachments:
        assert re.fullmatch(r"[^\x00-\x1f/\\]{1,255}", piece.name or "")
        assert piece.content is not None
        assert piece.size == len(piece.content)
    if isinstance(case["expect"].get("attachments"), int):
        assert len(event.attachments) == case["expect"]["attachments"]


def test_a_reused_message_id_is_another_message():
    keys = [
        EmailAdapter()
        .parse(Delivery(body=(CORPUS / f"h02_same_id_other_content_{one}.eml").read_bytes()), OURS)[0]
        .event_key
        for one in "ab"
    ]
    assert keys[0] != keys[1]
