"""What a channel promises: bytes and configuration in, values out.

An adapter implements `ChannelAdapter` and whichever of the small optional protocols it can honour. `verify`,
`handshake`, `parse` and `render` are pure: no network, no clock, no database. Everything else does its I/O through the
`Context` it is handed. What a delivery says stands in `events`, what a channel can do in `capabilities`; both are
offered here, so that an adapter imports its contract from one place.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from app.channels.capabilities import AfterWindow, Capabilities, IdentityAssurance, Media, Support, TextUnit
from app.channels.events import (
    Attachment,
    DeliveryStatus,
    Event,
    EventType,
    Geo,
    Party,
    PointKind,
    nothing,
)
from app.channels.reaching import Connect, Resolve
from app.channels.standing import Checked, CheckState, Renewed

if TYPE_CHECKING:  # parsing one delivery must not pay for an HTTP client and a loop it never uses (0.1 s)
    import httpx

__all__ = [
    "API_VERSION",
    "AfterWindow",
    "Attachment",
    "Capabilities",
    "ChannelAdapter",
    "ChannelConfig",
    "CheckState",
    "Checked",
    "Connect",
    "Context",
    "Delivery",
    "DeliveryStatus",
    "Event",
    "EventType",
    "Follower",
    "Geo",
    "Handshake",
    "IdentityAssurance",
    "Lifecycle",
    "Media",
    "MediaSource",
    "Meta",
    "Outcome",
    "Party",
    "PointKind",
    "Polled",
    "Poller",
    "Probe",
    "Receipt",
    "Receipts",
    "Rendered",
    "Renewed",
    "Renewer",
    "Resolve",
    "SendRequest",
    "Sender",
    "Sent",
    "Stream",
    "Support",
    "Template",
    "TemplateUse",
    "Templates",
    "TextUnit",
    "Verdict",
    "Waiter",
    "Webhook",
]
API_VERSION = 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request, mail or polled item as it arrived: nothing decoded. Header names are compared without case."""

    body: bytes = field(repr=False)
    method: str = "POST"
    url: str = ""
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    envelope: Mapping[str, object] = field(default_factory=nothing)  # mail: mail_from, rcpt_to, helo, peer, tls

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


class ChannelConfig(BaseModel):
    """Base of every channel's configuration. `SecretStr` fields are stored encrypted and never returned."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """One approved template, filled in: what leaves once the reply window has closed."""

    name: str
    language: str
    parameters: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """One frozen provider message. Splitting is the platform's work, done before this value is made.

    `text` is always what the person will read; with a `template` it is the template filled in, and the provider is
    given the template. A piece of `attachments` holds its bytes (`content`) where `files` is declared, else `source` is
    an https address where the provider fetches it. Nothing leaves in public unless `public` says that somebody wanted it.
    """

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
    thread_key: str | None = None  # the conversation answered, as its events named it
    template: TemplateUse | None = None
    public: bool = False  # a reply everybody can read, explicitly confirmed
    geo: Geo | None = None  # where what is reported is
    fields: Mapping[str, object] = field(default_factory=nothing)  # a report's service and attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one attempt came to. `detail` is for the agent: no secret, at most 500 characters."""

    outcome: Outcome
    external_ids: Sequence[str] = ()
    detail: str | None = None
    retry_after_s: float | None = None
    aliases: Sequence[Party] = ()  # other addresses of the same person, learnt from the answer
    account: str | None = None  # the account of ours that sent: some of those addresses mean nothing without it


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the provider knows of a send whose answer was lost.

    `known` is False only when the provider says it never accepted it: repeating it is then safe. None: it cannot tell.
    """

    known: bool | None
    status: DeliveryStatus | None = None
    external_ids: Sequence[str] = ()
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text the provider approved in advance. `{{1}}` … stand for the parameters, in order."""

    name: str
    language: str
    text: str
    category: str | None = None
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """What would leave for a provider: a request's body, or a whole RFC 5322 message. Pure, so that it can be shown."""

    content_type: str
    body: bytes
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll brought. The platform commits `deliveries` and `cursor` together.

    `problem` says in French what went wrong after these: they are kept, the trouble is told, the rest is asked for later.
    """

    deliveries: Sequence[Delivery]
    cursor: Mapping[str, object]
    more: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that an adapter's I/O may touch."""

    http: "httpx.AsyncClient"
    now: Callable[[], datetime]
    # Runs a blocking library call (imap-tools) in a thread the platform owns.
    in_thread: Callable[..., Awaitable[object]] | None = None
    connect: Connect | None = None
    resolve: Resolve | None = None
    # A stream says with it that its connection stands and is logged in; the platform shows since when.
    listening: Callable[[], None] | None = None


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
    """We answer. `render` is pure, `send` makes one attempt and never raises for a provider's answer."""

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered: ...

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent: ...


@runtime_checkable
class Poller(Protocol):
    """We ask for what arrived."""

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled: ...


@runtime_checkable
class Waiter(Protocol):
    """A polled source that can also announce."""

    async def wait(self, config: ChannelConfig, context: Context, *, timeout_s: float) -> bool:
        """Waits until something may have arrived, at most `timeout_s`; True hastens the next poll, nothing more."""
        ...


@runtime_checkable
class Stream(Protocol):
    """We keep a connection open. What comes is kept raw, then verified and parsed as what a webhook brings."""

    def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        """Yields deliveries until the connection ends; it ends or raises, and the platform connects again, later and later.

        A delivery is kept, committed, before the next one is asked for: what is written after `yield` may tell the
        provider so. A generator calls `context.listening` once it is logged in, raises `CredentialsRefused` when it
        may not be, and closes its connection in its `finally`.
        """
        ...


@runtime_checkable
class MediaSource(Protocol):
    """A piece is fetched from the provider."""

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        """Returns the bytes of a piece, at most `fetch_max_bytes` of the capabilities.

        Raises `Unfetched`, which says whether to try again. Credentials travel to `credential_hosts` alone, at every
        redirect anew.
        """
        ...


@runtime_checkable
class Lifecycle(Protocol):
    """The provider can be told our address by program. Both may be repeated: the second time changes nothing."""

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked: ...

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked: ...


@runtime_checkable
class Probe(Protocol):
    """The live test, when settings are saved and on a schedule. It changes nothing and costs nobody anything."""

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        """Never raises for what a provider does: whatever happens has its words."""
        ...


@runtime_checkable
class Renewer(Protocol):
    """Credentials that last an hour, obtained anew for others that last. The platform keeps them, sealed, and asks in time."""

    def grant(self, config: ChannelConfig) -> str | None:
        """Returns a digest of what tokens are obtained with, None where this configuration needs none. Pure."""
        ...

    async def renew(self, config: ChannelConfig, context: Context) -> Renewed:
        """Obtains fresh ones. Raises `CredentialsRefused` where a person must act, `ChannelError` to try later."""
        ...


@runtime_checkable
class Templates(Protocol):
    """Texts approved in advance. One leaves by `Sender.send`, in a request whose `template` names it."""

    async def templates(self, config: ChannelConfig, context: Context) -> Sequence[Template] | Checked:
        """Returns the approved ones alone, or why they cannot be read."""
        ...


@runtime_checkable
class Follower(Protocol):
    """The provider can be asked, by their names there, what became of reports handed over to it."""

    async def follow(self, names: Sequence[str], config: ChannelConfig, context: Context) -> Sequence[Delivery]:
        """Returns what it says, to be kept and parsed as what a poll brings. Raises for an answer that cannot be read."""
        ...


@runtime_checkable
class Receipts(Protocol):
    """The provider can be asked, by our reference, what became of a send whose answer was lost."""

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt: ...
