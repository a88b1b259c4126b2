"""Where a reader of the event log stands, as an opaque signed word: the cursor of the list, the `id` of the stream."""

import hashlib
from uuid import UUID

from app.errors import Flaw
from app.rest.cursors import CursorRefused, Position, read_cursor, write_cursor
from app.sealing import KeyRing

Place = tuple[int, UUID]


def write_place(keys: KeyRing, tenant_id: UUID, place: Place) -> str:
    """Writes a place of one administration's log."""
    xid, event_id = place
    return write_cursor(keys, Position(xid, event_id), list_hash=_log_of(tenant_id))


def read_place(keys: KeyRing, tenant_id: UUID, word: str) -> Place:
    """Reads what `write_place` wrote. Raises `CursorRefused` for anything else, another administration's included."""
    position = read_cursor(keys, word, list_hash=_log_of(tenant_id))
    if not isinstance(position.key, int):
        raise CursorRefused(flaws=[Flaw("query/cursor", CursorRefused.code, CursorRefused.advice)])
    return position.key, position.id


def _log_of(tenant_id: UUID) -> bytes:
    return hashlib.sha256(b"events:" + tenant_id.bytes).digest()
