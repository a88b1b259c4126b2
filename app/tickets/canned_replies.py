"""Canned replies: ready-made answers of a person, a team or the administration."""

from functools import partial
from typing import TypeAlias

from app.clock import Clock
from app.facts import FactBook
from app.tickets.canned_tables import CannedReplyRecord
from app.tickets.canned_values import MOST_CANNED, CannedReply, ShortcutTaken, TooManyCannedReplies, canned_reply
from app.tickets.keeping import Keeping, Kind
from app.tickets.wording_facts import CannedReplyEdited, CannedReplyRemoved

CannedReplies: TypeAlias = Keeping[CannedReplyRecord, CannedReply]


def canned_replies(book: FactBook, clock: Clock) -> CannedReplies:
    """Returns the use cases of canned replies; a shortcut calls one text of each owner."""
    kind = Kind(
        record=CannedReplyRecord,
        read=canned_reply,
        edited=CannedReplyEdited,
        removed=CannedReplyRemoved,
        most=MOST_CANNED,
        too_many=partial(TooManyCannedReplies, TooManyCannedReplies.advice),
        taken=partial(ShortcutTaken, ShortcutTaken.advice),
    )
    return Keeping(kind, book, clock)
