"""The signed word of a visitor's page: which conversation is theirs. It opens nothing else, and is no key of the API.

It travels in a header or in a form's hidden field, never in an address nor in a cookie: browsers keep no cookie for a
frame of another site, and an address is written in logs.
"""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.chat.values import Visitor
from app.errors import Unauthenticated
from app.ids import new_id
from app.rest.languages import Said
from app.sealing import KeyRing

LASTS = timedelta(hours=12)
_PURPOSE = "chat-session"
_LONGEST = 2_000
_EXPIRED = Said(
    "cette page est ouverte depuis trop longtemps : rechargez-la, votre texte n’a pas été envoyé",
    en="this page has been open for too long: reload it, your text was not sent",
)


class SessionOver(Unauthenticated):
    """The word is missing, forged or too old."""

    code = "chat-session-over"
    title_fr = "Discussion à rouvrir"
    title_en = "Conversation to open again"
    advice = _EXPIRED


def begun(channel_id: UUID, *, identifier: str | None, name: str, site: str, now: datetime) -> Visitor:
    """Makes the visitor of a conversation that does not exist yet: its row comes with their first words."""
    return Visitor(
        channel_id=channel_id,
        conversation_id=new_id(),
        name_of_visitor=secrets.token_urlsafe(16),
        identifier=identifier,
        name=name,
        site=site,
        expires_at=now + LASTS,
    )


def written(ring: KeyRing, visitor: Visitor) -> str:
    """Writes a session as a word."""
    said = [
        visitor.channel_id.hex,
        visitor.conversation_id.hex,
        visitor.name_of_visitor,
        visitor.identifier,
        visitor.name,
        visitor.site,
        int(visitor.expires_at.timestamp()),
    ]
    body = base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).rstrip(b"=")
    return f"cht_{body.decode()}.{ring.sign(body, purpose=_PURPOSE).hex()}"


def read(ring: KeyRing, word: str, *, channel_id: UUID, now: datetime) -> Visitor:
    """Reads a session of this channel. Raises `SessionOver`."""
    body, _, mac = word.removeprefix("cht_").partition(".")
    if not word.startswith("cht_") or len(word) > _LONGEST or not _ours(ring, body, mac):
        raise SessionOver
    # Any: we signed it, so it is what `written` wrote.
    channel, conversation, name_of_visitor, identifier, name, site, expires = _said(body)
    visitor = Visitor(
        channel_id=UUID(hex=channel),
        conversation_id=UUID(hex=conversation),
        name_of_visitor=name_of_visitor,
        identifier=identifier,
        name=name,
        site=site,
        expires_at=datetime.fromtimestamp(expires, tz=UTC),
    )
    if visitor.channel_id != channel_id or now >= visitor.expires_at:
        raise SessionOver
    return visitor


def _said(body: str) -> list[Any]:
    said: list[Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def _ours(ring: KeyRing, body: str, mac: str) -> bool:
    try:
        return ring.signed(body.encode("ascii"), bytes.fromhex(mac), purpose=_PURPOSE)
    except ValueError:  # not ASCII, or not hexadecimal
        return False
