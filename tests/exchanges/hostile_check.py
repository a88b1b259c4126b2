"""What became of one hostile mail, compared with what its index says must."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.exchanges.receptions import State
from app.tickets.values import Message

MESSAGE, HELD, EVENT = "message", "held", "event"
ALLOWED = {
    "accepted": {MESSAGE},
    "accepted_degraded": {MESSAGE},
    "held": {HELD},
    "held_or_degraded": {HELD, MESSAGE},
    "event": {EVENT},
    "event_unmatched": {EVENT, HELD},
    "accepted_or_event": {MESSAGE, EVENT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """A mail after its intake: the reception's state, the message it made, the mails that leave because of it."""

    state: State
    reason: str | None
    message: Message | None
    new_ticket: bool
    messages_created: int
    contacts_created: int
    others_changed: bool
    reception_on: str | None
    acknowledgements: list[tuple[str, bytes]] = field(repr=False)
    seconds: float

    @property
    def status(self) -> str:
        if self.state is State.HELD:
            return HELD
        return MESSAGE if self.message is not None else EVENT


def problems(case: Mapping[str, Any], became: Became, *, today: str) -> list[str]:
    """Returns every expectation that is not met, in words."""
    expect = case["expect"]
    found = [*_outcome(expect, became), *_sender(expect, became), *_sent(expect, became)]
    if became.seconds > expect["max_seconds"]:
        found.append(f"{became.seconds:.1f} s, at most {expect['max_seconds']}")
    if became.message is not None and became.messages_created:
        found += [*_contents(expect, became.message), *_place(expect, became, today=today)]
    return found


def _outcome(expect: Mapping[str, Any], became: Became) -> Iterator[str]:
    twin = expect.get("messages_created") == 0
    if became.state is State.DUPLICATE:
        if not twin:
            yield "taken for a duplicate"
    elif became.status not in ALLOWED[expect["outcome"]] and not twin:
        yield f"became {became.status} ({became.reason}), wanted {expect['outcome']}"
    wanted = expect.get("messages_created")
    if isinstance(wanted, int) and became.messages_created != wanted:
        yield f"{became.messages_created} messages, wanted {wanted}"
    if became.contacts_created > expect.get("contacts_created_max", 1):
        yield f"{became.contacts_created} contacts created"
    if (expect.get("contacts_modified") == 0 or expect.get("clocks_modified") == 0) and became.others_changed:
        yield "somebody else's contact or clock changed"


def _sender(expect: Mapping[str, Any], became: Became) -> Iterator[str]:
    message = became.message
    sender = message.author_address if message else None
    if message and "sender" in expect and sender not in expect["sender"]:
        yield f"sender {sender!r}, wanted one of {expect['sender']}"
    if sender in expect.get("sender_must_not_be", []):
        yield f"forged sender {sender!r}"
    if message and "author_kind" in expect and message.author_kind.value != expect["author_kind"]:
        yield f"author is {message.author_kind.value}"


def _contents(expect: Mapping[str, Any], message: Message) -> Iterator[str]:
    shown = message.text + re.sub(r"<[^>]*>", "", message.html or "")
    yield from (f"text lacks {words!r}" for words in expect.get("text_must_contain", []) if words not in shown)
    for pattern in expect.get("html_must_not_match", []):
        if message.html and re.search(pattern, message.html):
            yield f"html matches {pattern}"
    if expect["outcome"] == "accepted_degraded" and not message.warnings:
        yield "no warning"
    if "subject" in expect and message.subject not in expect["subject"]:
        yield f"subject {message.subject!r}, wanted one of {expect['subject']}"
    if re.search(r"[\r\n\x00]", message.subject):
        yield "control characters in the subject"
    if "\x00" in message.text + (message.html or "") + (message.author_address or ""):
        yield "NUL"
    if isinstance(expect.get("attachments"), int) and len(message.pieces) != expect["attachments"]:
        yield f"{len(message.pieces)} pieces, wanted {expect['attachments']}"
    for _, piece in message.pieces:
        if not re.match(expect.get("stored_name_regex", r"^[^\x00-\x1f/\\]{1,255}$"), piece.name):
            yield f"unsafe name {piece.name!r}"


def _place(expect: Mapping[str, Any], became: Became, *, today: str) -> Iterator[str]:
    if expect["thread"] == "must_not_append" and not became.new_ticket:
        yield "appended to an existing ticket"
    if expect.get("legal_receipt") == "transport_time" and became.reception_on not in {None, today}:
        yield f"the law counts from {became.reception_on}, received on {today}"


def _sent(expect: Mapping[str, Any], became: Became) -> Iterator[str]:
    to = [address for address, _ in became.acknowledgements]
    if expect["auto_ack"] is False and to:
        yield f"acknowledged to {to}"
    if expect["auto_ack"] is True and not to and became.messages_created:
        yield "not acknowledged"
    if len(to) > expect.get("ack_recipients_max", 1):
        yield f"{len(to)} acknowledgements"
    for _, raw in became.acknowledgements:
        head = raw.split(b"\r\n\r\n")[0]
        if re.search(rb"(?mi)^bcc:|^X-Injecte:", head):
            yield "a header was injected into the acknowledgement"
        if b"auto-submitted:" not in head.lower():
            yield "the acknowledgement lacks Auto-Submitted"
        body = raw.decode("utf-8", "replace")
        yield from (
            f"acknowledgement matches {rx}" for rx in expect.get("ack_must_not_match", []) if re.search(rx, body)
        )
