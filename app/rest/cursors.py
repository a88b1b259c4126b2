"""A cursor: after which row a list goes on, opaque, authenticated, and only for the list that gave it."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.sealing import KeyRing

SortKey = str | int | float | datetime | date | None
_PURPOSE = "cursor"
_MAC_BYTES = 16


class CursorRefused(Invalid):
    """The cursor was changed, belongs to another list, or its filters changed."""

    code = "cursor-refused"
    title_fr = "Curseur refusé"
    title_en = "Cursor refused"
    advice = Said(
        "reprenez la liste depuis le début, sans `cursor` : il ne vaut que pour la liste et les filtres qui l'ont donné",
        en="start the list again without `cursor`: it only holds for the list and the filters that gave it",
    )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a row stands in its order: the value sorted by, then its identifier, which breaks ties."""

    key: SortKey
    id: UUID


def write_cursor(keys: KeyRing, position: Position, *, list_hash: bytes) -> str:
    """Writes a position as an opaque word only this list accepts."""
    payload = json.dumps([_pack(position.key), position.id.hex], separators=(",", ":")).encode()
    mac = keys.sign(list_hash + payload, purpose=_PURPOSE)
    return base64.urlsafe_b64encode(mac + payload).decode().rstrip("=")


def read_cursor(keys: KeyRing, cursor: str, *, list_hash: bytes) -> Position:
    """Reads what `write_cursor` wrote. Raises `CursorRefused` for anything else."""
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise _refused() from None
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not keys.signed(list_hash + payload, mac, purpose=_PURPOSE):
        raise _refused()
    key, identifier = json.loads(payload)
    return Position(_unpack(key), UUID(identifier))


def _pack(key: SortKey) -> object:
    if isinstance(key, datetime):
        return {"at": key.isoformat()}
    return {"on": key.isoformat()} if isinstance(key, date) else key


def _unpack(packed: object) -> SortKey:
    match packed:
        case {"at": str(instant)}:
            return datetime.fromisoformat(instant)
        case {"on": str(day)}:
            return date.fromisoformat(day)
        case str() | int() | float() | None:
            return packed
        case _:
            raise _refused()


def _refused() -> CursorRefused:
    return CursorRefused(flaws=[Flaw("query/cursor", CursorRefused.code, CursorRefused.advice)])
