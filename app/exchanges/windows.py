"""Until when a provider lets us answer somebody, and what an answer may hang on. Pure.

A private message opens a conversation for some hours. Where the provider says so (Meta), a public comment opens none: its
author may be answered in private once, within days, and whoever answers in public answers without a limit.
Sources: developers.facebook.com/docs/messenger-platform/policy/policy-overview, /discovery/private-replies.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.channels.contract import Capabilities
from app.channels.windows import reply_hours
from app.tickets.values import Direction, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a private answer may leave now. `answers` are the messages it hangs on, the last one what it answers.

    `once` says that it is the only private answer the provider allows to a comment. `closes_at` is the end, past when it
    is not `open`; None is no limit. `spent` says that the only answer has left already.
    """

    open: bool
    closes_at: datetime | None = None
    answers: Sequence[str] = ()
    once: bool = False
    spent: bool = False


def opening(
    capabilities: Capabilities, thread: Sequence[Message], *, now: datetime, human: bool, spent: Collection[str] = ()
) -> Opening:
    """Judges what one person's messages on one channel allow, oldest first; `spent` are the comments answered in private."""
    received = [message for message in thread if message.direction is Direction.IN]
    hours, once_hours = reply_hours(capabilities, human=human), capabilities.comment_window_hours
    names = [message.external_id for message in received if message.external_id]
    if once_hours is None:
        return _conversation(received, names, hours, now)
    private = [message for message in received if not message.public]
    talk = _conversation(private, [one.external_id for one in private if one.external_id], hours, now)
    if private and talk.open:
        return talk
    comments = [message for message in received if message.public and message.external_id]
    left = [message for message in comments if message.external_id not in spent]
    ends = [message.received_at + timedelta(hours=once_hours) for message in (left or comments)]
    for message in reversed(left):
        until = message.received_at + timedelta(hours=once_hours)
        if now <= until:
            return Opening(open=True, closes_at=until, answers=[message.external_id or ""], once=True)
    known = [at for at in (talk.closes_at, *ends) if at is not None]
    return Opening(open=False, closes_at=max(known) if known else None, spent=bool(comments) and not left)


def public_answers(thread: Sequence[Message]) -> list[str]:
    """Returns the names of the public words one person said: a public answer hangs on the last of them."""
    return [
        message.external_id
        for message in thread
        if message.direction is Direction.IN and message.public and message.external_id
    ]


def _conversation(received: Sequence[Message], names: Sequence[str], hours: int | None, now: datetime) -> Opening:
    if hours is None:
        return Opening(open=True, answers=names)
    until = max(message.received_at for message in received) + timedelta(hours=hours) if received else None
    return Opening(open=until is not None and now <= until, closes_at=until, answers=names)
