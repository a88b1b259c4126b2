"""What an agent can count on from a channel, as data: no screen and no service asks for a channel's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class TextUnit(StrEnum):
    CHARACTERS = "characters"
    UTF8_BYTES = "utf8_bytes"
    GRAPHEMES = "graphemes"
    SMS_SEGMENTS = "sms_segments"


class Support(StrEnum):
    """What becomes of a kind of piece on its way out, from worst to best, so that a screen can say what will be lost."""

    REJECTED = "rejected"  # the whole message is refused
    DROPPED = "dropped"  # the message leaves without it
    FALLBACK = "fallback"  # it leaves as something else: a link, a description
    PARTIAL = "partial"  # it leaves, less something (compressed, without its name)
    FULL = "full"


class IdentityAssurance(StrEnum):
    """How far the address of a sender may be believed, before anybody checked anything."""

    NONE = "none"  # whoever wrote is not known at all
    CLAIMED = "claimed"  # the sender says so: a form's e-mail field, a caller's number
    ROUTED = "routed"  # the network carried it, and can be fooled: an SMS's number, a mail's author
    ACCOUNT = "account"  # the platform authenticated the account; nobody checked who holds it
    PERSON = "person"  # a person was identified (FranceConnect, an authenticated portal)


class AfterWindow(StrEnum):
    """What can still leave once the reply window has closed."""

    CLOSED = "closed"
    TEMPLATE = "template"  # an approved template, through `Templates`


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """How one kind of piece leaves. `types` is a MIME pattern: `application/pdf`, `image/*`, `*/*`."""

    types: str
    support: Support = Support.FULL
    max_bytes: int | None = None
    max_count: int | None = None  # in one provider message

    def covers(self, content_type: str) -> bool:
        kind = content_type.partition(";")[0].strip().lower()
        if self.types == "*/*":
            return True
        return kind.startswith(self.types[:-1]) if self.types.endswith("/*") else kind == self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an agent can count on, as data. Hours count from the citizen's last message; None means no window.

    It may depend on the configuration: the same type, without its key, only receives. Each of `can_send`, `polls`,
    `streams`, `fetch_max_bytes`, `after_window` and `receipt_queries` names a protocol, which must then be implemented.
    """

    can_receive: bool = True
    can_send: bool = False
    can_start: bool = False
    public: bool = False
    text_max: int | None = None
    public_text_max: int | None = None  # of an answer everybody reads, where it is shorter
    text_unit: TextUnit = TextUnit.CHARACTERS
    max_parts: int | None = None  # provider messages one answer may be cut into; None: the platform's own limit
    html: bool = False
    subject: bool = False
    attachments_max_bytes: int | None = None
    files: bool = False  # a request may hold the bytes of pieces, not only addresses where they are fetched
    media: Sequence[Media] = ()  # what leaves, the first line that covers a type; none: no piece leaves unless `files`
    fetch_max_bytes: int | None = None  # the most `fetch` brings back of one piece (`MediaSource`)
    reply_window_hours: int | None = None
    human_window_hours: int | None = None
    comment_window_hours: int | None = (
        None  # public words are answered in private once, within these hours; None: freely
    )
    after_window: AfterWindow = AfterWindow.CLOSED
    receipts: bool = False
    receipt_queries: bool = False  # the provider can be asked what became of a send (`Receipts`)
    edits: bool = False  # the provider tells when a citizen changes a message
    deletes: bool = False  # … or withdraws it
    echoes: bool = False  # … and what our side wrote from elsewhere
    opt_out_words: Sequence[str] = ()  # words that stop our messages, beside the platform's own
    rate_per_second: float | None = None  # what the provider accepts from this account
    identity_assurance: IdentityAssurance = IdentityAssurance.NONE
    polls: bool = False  # configured so that the platform must ask for what arrived (`Poller`)
    streams: bool = False  # configured so that the platform must keep a connection open (`Stream`)
    needs_public_url: bool = False  # the provider calls us: without an address it can reach, nothing arrives
    credential_hosts: Sequence[str] = ()
    electronic: bool = True  # what arrives is an "envoi par voie électronique" (CRPA L112-11)

    def media_for(self, content_type: str) -> Media | None:
        """Returns the line of the media table that covers a MIME type, or None where no line does."""
        return next((line for line in self.media if line.covers(content_type)), None)
