"""What a delivery says, normalised: the closed set of events, and the values they carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})


def nothing() -> Mapping[str, object]:
    """Returns the empty mapping: a proxy is unhashable before Python 3.12, and dataclasses take no such default."""
    return NOTHING


class EventType(StrEnum):
    """Everything a provider can tell us, as a closed set."""

    MESSAGE_RECEIVED = "message_received"
    MESSAGE_EDITED = "message_edited"
    MESSAGE_DELETED = "message_deleted"
    DELIVERY_UPDATE = "delivery_update"
    READ_UP_TO = "read_up_to"
    OPT_OUT = "opt_out"
    PART_RECEIVED = "part_received"
    OWN_ECHO = "own_echo"
    CHANNEL_PROBLEM = "channel_problem"
    IGNORED = "ignored"


class PointKind(StrEnum):
    """The kind of address a person writes from; with the address it identifies a contact point."""

    EMAIL = "email"
    PHONE = "phone"
    SENDER_NAME = "sender_name"  # alphanumeric SMS sender or short code: never repliable, never an identity
    MESSENGER = "messenger"  # page-scoped id
    INSTAGRAM = "instagram"  # Instagram-scoped id
    WHATSAPP = "whatsapp"  # wa_id
    WHATSAPP_USER = "whatsapp_user"  # business-scoped user id
    TELEGRAM = "telegram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    X = "x"
    CHAT = "chat"
    WEB = "web"  # a form filled in without an address to answer to
    HTTP = "http"  # an integrator's own identifier
    UNKNOWN = "unknown"


class DeliveryStatus(StrEnum):
    """How far an outgoing message went, in order of rank; FAILED and BOUNCED end it."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as the provider names them. `address` is normalised (lower-case domain, E.164) where the kind has a form."""

    kind: PointKind
    address: str | None
    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A piece. `content` when the delivery carried it, `source` (a provider's URL or media id) when it must be fetched."""

    name: str | None
    content_type: str
    size: int | None = None
    content_id: str | None = None
    sha256: str | None = None
    content: bytes | None = field(default=None, repr=False)
    source: str | None = None
    inline: bool = False
    embedded: bool = False  # part of one version of the words (a picture inside the HTML), not joined beside them


@dataclass(frozen=True, slots=True)
class Geo:
    """WGS 84, degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a delivery says.

    `event_key` is deterministic and stable over redeliveries: it is the key of deduplication within a channel.
    `occurred_at` is the provider's or the sender's claim, aware, in UTC; `occurred_raw` the string as received. Neither
    is ever the legal instant of reception. `thread_key` names the conversation when the provider has one.
    """

    type: EventType
    event_key: str
    external_id: str | None = None
    account: str | None = None
    sender: Party | None = None
    recipients: Sequence[Party] = ()
    subject: str | None = None
    text: str | None = None
    text_new: str | None = None
    html: str | None = None
    attachments: Sequence[Attachment] = ()
    occurred_at: datetime | None = None
    occurred_raw: str | None = None
    thread_key: str | None = None
    in_reply_to: Sequence[str] = ()
    references: Sequence[str] = ()
    automatic: bool = False
    public: bool = False
    geo: Geo | None = None
    fields: Mapping[str, object] = field(default_factory=nothing)
    status: DeliveryStatus | None = None
    reports_on: str | None = None  # external id of the outgoing message a delivery update, edit or deletion speaks of
    warnings: Sequence[str] = ()
    reason: str | None = None
