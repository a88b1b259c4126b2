"""What a channel promises: bytes and configuration in, values out.

An adapter implements `ChannelAdapter` and whichever of the small optional protocols it can honour. `verify`,
`handshake`, `parse` and `render` are pure: no network, no clock, no database. Only `send`, `poll` and `fetch` do I/O,
through the `Context` they are handed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:  # parsing one delivery must not pay for an HTTP client it never uses (0.1 s)
    import httpx

API_VERSION = 1
NOTHING: Mapping[str, object] = MappingProxyType({})


def _nothing() -> Mapping[str, object]:
    # A mapping proxy is unhashable before Python 3.12, and dataclasses take no unhashable default.
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


class Outcome(StrEnum):
    """What became of one attempt to send; an adapter never raises for a provider's answer."""

    OK = "ok"
    RETRY = "retry"
    THROTTLED = "throttled"
    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"
    WINDOW_CLOSED = "window_closed"
    AUTH = "auth"
    CONFIG = "config"
    UNKNOWN = "unknown"  # bytes left and no answer came: never repeated blindly


class TextUnit(StrEnum):
    CHARACTERS = "characters"
    UTF8_BYTES = "utf8_bytes"
    GRAPHEMES = "graphemes"
    SMS_SEGMENTS = "sms_segments"


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
    fields: Mapping[str, object] = field(default_factory=_nothing)
    status: DeliveryStatus | None = None
    reports_on: str | None = None  # external id of the outgoing message a delivery update, edit or deletion speaks of
    warnings: Sequence[str] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request, mail or polled item as it arrived: nothing decoded. Header names are compared without case."""

    body: bytes = field(repr=False)
    method: str = "POST"
    url: str = ""
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    envelope: Mapping[str, object] = field(default_factory=_nothing)  # mail: mail_from, rcpt_to, helo, peer, tls

    def header(self, name: str) -> str | None:
        """Returns the first header of that name, or None."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> Sequence[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on a delivery's signature: True, False, or None where this provider (or configuration) signs nothing."""

    verified: bool | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Handshake:
    """The answer to a provider's question about our endpoint; `status` 403 refuses it."""

    status: int
    body: str
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a channel is. `type` is the slug of contract.md (`sms.twilio`)."""

    type: str
    name_fr: str
    name_en: str
    version: str = "1"
    api_version: int = API_VERSION
    homepage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an agent can count on, as data. Hours count from the citizen's last message; None means no window."""

    can_receive: bool = True
    can_send: bool = False
    can_start: bool = False
    public: bool = False
    text_max: int | None = None
    text_unit: TextUnit = TextUnit.CHARACTERS
    html: bool = False
    subject: bool = False
    attachments_max_bytes: int | None = None
    files: bool = False  # a request may hold the bytes of pieces, not only addresses where they are fetched
    reply_window_hours: int | None = None
    human_window_hours: int | None = None
    receipts: bool = False
    polls: bool = False  # configured so that the platform must ask for what arrived
    credential_hosts: Sequence[str] = ()
    electronic: bool = True  # what arrives is an "envoi par voie électronique" (CRPA L112-11)


class ChannelConfig(BaseModel):
    """Base of every channel's configuration. `SecretStr` fields are stored encrypted and never returned."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """One frozen provider message. Splitting is the platform's work, done before this value is made."""

    ref: str  # our id of the outgoing message, stable over attempts
    to: Party
    text: str
    html: str | None = None
    subject: str | None = None
    attachments: Sequence[Attachment] = ()
    message_id: str | None = None  # e-mail: our stable Message-ID
    reply_to: str | None = None  # e-mail: the signed per-ticket address
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    human: bool = True
    automatic: bool = False  # acknowledgements: RFC 3834 headers
    account: str | None = None
    status_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one attempt came to. `detail` is for the agent: no secret, at most 500 characters."""

    outcome: Outcome
    external_ids: Sequence[str] = ()
    detail: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What would leave for a provider: a request's body, or a whole RFC 5322 message. Pure, so that it can be shown."""

    content_type: str
    body: bytes
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll brought. The platform commits `deliveries` and `cursor` together."""

    deliveries: Sequence[Delivery]
    cursor: Mapping[str, object]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that an adapter's I/O may touch."""

    http: "httpx.AsyncClient"
    now: Callable[[], datetime]
    # Runs a blocking library call (imap-tools) in a thread the platform owns.
    in_thread: Callable[..., Awaitable[object]] | None = None


@runtime_checkable
class ChannelAdapter(Protocol):
    """Required of every channel."""

    meta: ClassVar[Meta]
    Config: ClassVar[type[ChannelConfig]]

    def capabilities(self, config: ChannelConfig) -> Capabilities: ...

    def config_for(self, secret: str | None) -> ChannelConfig:
        """Builds the configuration in which one sample delivery, signed with `secret`, can be tried."""
        ...


@runtime_checkable
class Webhook(Protocol):
    """A provider calls us. All three are pure."""

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None: ...

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict: ...

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        """Raises `Unreadable` when nothing can be understood: the platform then holds the delivery for a person."""
        ...


@runtime_checkable
class Sender(Protocol):
    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered: ...

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent: ...


@runtime_checkable
class Poller(Protocol):
    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled: ...


@runtime_checkable
class Waiter(Protocol):
    """A polled source that can also announce."""

    async def wait(self, config: ChannelConfig, context: Context, *, timeout_s: float) -> bool:
        """Waits until something may have arrived, at most `timeout_s`; True hastens the next poll, nothing more."""
        ...


@runtime_checkable
class MediaSource(Protocol):
    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes: ...
