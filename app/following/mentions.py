"""Colleagues named in a note: `@[usr_…]`. Pure: the words come in, the people come out."""

import re
from collections.abc import Sequence
from uuid import UUID

from app.ids import IdError, Prefix, parse_id

MOST = 20
_MENTION = re.compile(r"@\[(usr_[0-9a-z]{1,40})\]")


def mentioned(text: str) -> Sequence[UUID | None]:
    """Returns who a note names, in their order and once each; None for what is nobody's identifier."""
    found: dict[UUID | None, None] = {}
    for word in _MENTION.findall(text):
        try:
            found[parse_id(Prefix.USER, word)] = None
        except IdError:
            found[None] = None
    return list(found)
