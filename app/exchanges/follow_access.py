"""What opens a followed request: an address as people write it, and the signed word a right code is exchanged for."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.kit.addresses import normalise
from app.channels.kit.phone import e164, region_of
from app.contacts.repository import Point
from app.errors import NotFound
from app.sealing import KeyRing
from app.tenants.values import Tenant
from app.tickets.values import Message, Ticket

OPEN_FOR = timedelta(minutes=30)
_PURPOSE = "follow-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A request and the address that opened it; `ticket` is where it lives now, `reference` the one the person knows."""

    tenant_id: UUID
    ticket: Ticket
    reference: str
    asked_id: UUID
    point: Point
    thread: Sequence[Message]


def keys_of(address: str, tenant: Tenant) -> list[tuple[str, str, str]]:
    """Reads an address as people write it: a mailbox, as it was kept or in lower case, or a telephone number."""
    written = address.strip()[:320]
    mailbox = normalise(written)
    if mailbox is not None:
        return [(PointKind.EMAIL.value, "", one) for one in dict.fromkeys((mailbox, mailbox.lower()))]
    number = e164(written, territory=region_of(tenant.territory))
    return [(PointKind.PHONE.value, "", number)] if number else []


def alike(points: Iterable[Point], keys: Sequence[tuple[str, str, str]]) -> list[Point]:
    """Returns the points those keys mean, each once, in one order: as it was typed first, then however it is spelled.

    A mail program writes an address with capitals that its owner does not type; hosts read both as one mailbox.
    """
    ways = {_folded(key) for key in keys}
    found = {one.id: one for one in points if _folded((one.kind, one.scope, one.address)) in ways}
    return sorted(found.values(), key=lambda one: ((one.kind, one.scope, one.address) != keys[0], one.id))


def _folded(key: tuple[str, str, str]) -> tuple[str, str, str]:
    kind, scope, address = key
    return kind, scope, address.lower() if kind == PointKind.EMAIL else address


def written(ring: KeyRing, tenant_id: UUID, ticket_id: UUID, point_id: UUID, *, now: datetime) -> str:
    """Returns the word that opens one request to one address, for `OPEN_FOR`."""
    until = int((now + OPEN_FOR).timestamp())
    named = tenant_id.bytes + ticket_id.bytes + point_id.bytes + until.to_bytes(8)
    return base64.urlsafe_b64encode(named + ring.sign(named, purpose=_PURPOSE)).decode()


def read(ring: KeyRing, word: str, *, now: datetime) -> tuple[UUID, UUID, UUID]:
    """Returns the administration, the request and the address of a word. Raises `NotFound` when it is not ours, or too old."""
    try:
        held = base64.urlsafe_b64decode(word[:200])
    except (binascii.Error, ValueError):
        raise NotFound from None
    named, mac = held[:56], held[56:]
    if len(held) != 72 or not ring.signed(named, mac, purpose=_PURPOSE):
        raise NotFound
    if now >= datetime.fromtimestamp(int.from_bytes(named[48:]), tz=UTC):
        raise NotFound
    return UUID(bytes=named[:16]), UUID(bytes=named[16:32]), UUID(bytes=named[32:48])
