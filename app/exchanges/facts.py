"""What happens at the doors, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeHeld(Fact):
    """A delivery waits for a person, with its reason beside it."""

    type: ClassVar[str] = "intake.held"

    def payload(self) -> Mapping[str, object]:
        return {"receipt_id": public_id(Prefix.RECEPTION, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFact(Fact):
    """How far an outgoing message went."""

    type: ClassVar[str] = "reply.queued"
    ticket_id: UUID
    state: str

    def payload(self) -> Mapping[str, object]:
        return {
            "outbound_id": public_id(Prefix.OUTBOUND, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "state": self.state,
        }


class ReplyQueued(ReplyFact):
    """An answer or an acknowledgement is frozen, and leaves."""

    type: ClassVar[str] = "reply.queued"


class ReplyAccepted(ReplyFact):
    """The provider took it."""

    type: ClassVar[str] = "reply.accepted"


class ReplyDelivered(ReplyFact):
    """It reached its recipient."""

    type: ClassVar[str] = "reply.delivered"


class ReplyFailed(ReplyFact):
    """It did not leave, or came back."""

    type: ClassVar[str] = "reply.failed"


class ReplyDelayed(ReplyFact):
    """A relay on its way still tries to hand it over."""

    type: ClassVar[str] = "reply.delayed"


class ReplyComplained(ReplyFact):
    """Its recipient declared it unwanted: nothing but what the law asks for goes to that address any more."""

    type: ClassVar[str] = "reply.complained"


class ReplyUnknown(ReplyFact):
    """Bytes left and no answer came: a person decides."""

    type: ClassVar[str] = "reply.unknown"


class ReplyAbandoned(ReplyFact):
    """It will not leave: somebody gave it up, or its recipient refused it."""

    type: ClassVar[str] = "reply.abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSuspected(Fact):
    """A correspondent's machine seems to answer our own: nothing leaves for it by itself, all it sends is kept."""

    type: ClassVar[str] = "channel.loop_suspected"

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDegraded(Fact):
    """A channel needs a person; what comes by it is kept all the same."""

    type: ClassVar[str] = "channel.degraded"

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFetched(Fact):
    """A piece that its provider still held is here."""

    type: ClassVar[str] = "attachment.fetched"
    message_id: UUID
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "attachment_id": public_id(Prefix.ATTACHMENT, self.subject_id),
            "message_id": public_id(Prefix.MESSAGE, self.message_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDeciphered(Fact):
    """The reading of a piece by machine ended: read, without a word, failed or too large."""

    type: ClassVar[str] = "attachment.machine_read"
    message_id: UUID
    ticket_id: UUID
    state: str

    def payload(self) -> Mapping[str, object]:
        return {
            "attachment_id": public_id(Prefix.ATTACHMENT, self.subject_id),
            "message_id": public_id(Prefix.MESSAGE, self.message_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "state": self.state,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceScanned(Fact):
    """An antivirus recognised something in a piece, which is set aside, or could not examine it."""

    type: ClassVar[str] = "attachment.scanned"
    message_id: UUID
    ticket_id: UUID
    state: str

    def payload(self) -> Mapping[str, object]:
        return {
            "attachment_id": public_id(Prefix.ATTACHMENT, self.subject_id),
            "message_id": public_id(Prefix.MESSAGE, self.message_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "state": self.state,
        }


class PieceNotFetched(PieceFetched):
    """A piece could not be had from its provider; the message says why, and it may be asked for again."""

    type: ClassVar[str] = "attachment.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSuspended(Fact):
    """A channel's messages wait: its provider failed several times, or refused our credentials."""

    type: ClassVar[str] = "channel.sending_suspended"

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingResumed(Fact):
    """A channel's messages leave again."""

    type: ClassVar[str] = "channel.sending_resumed"

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenElsewhere(Fact):
    """A colleague answered from the provider's own application; the words stand in the request."""

    type: ClassVar[str] = "message.written_elsewhere"
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "message_id": public_id(Prefix.MESSAGE, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSettingsChanged(Fact):
    """When information leaves, or whether public words are acknowledged in public, was chosen anew."""

    type: ClassVar[str] = "tenant.sending_settings.changed"
    weekdays: tuple[int, ...]
    opens: str
    closes: str
    holidays: bool
    public_acknowledgement: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "weekdays": list(self.weekdays),
            "opens": self.opens,
            "closes": self.closes,
            "holidays": self.holidays,
            "public_acknowledgement": self.public_acknowledgement,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForwarded(Fact):
    """A report was handed over to a partner's server; it leaves by the outbox."""

    type: ClassVar[str] = "report.forwarded"
    ticket_id: UUID
    channel_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "outbound_id": public_id(Prefix.OUTBOUND, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "channel_id": public_id(Prefix.CHANNEL, self.channel_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStatusTold(Fact):
    """The partner said where a report stands; `status` is its own word, null while it only gave a number."""

    type: ClassVar[str] = "report.status_told"
    ticket_id: UUID
    channel_id: UUID
    status: str | None

    def payload(self) -> Mapping[str, object]:
        return {
            "outbound_id": public_id(Prefix.OUTBOUND, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "channel_id": public_id(Prefix.CHANNEL, self.channel_id),
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStopped(Fact):
    """Somebody said that nothing leaves any more: the data may be older than what has left (a recovered database)."""

    type: ClassVar[str] = "outbox.stopped"
    channels: int
    in_doubt: int

    def payload(self) -> Mapping[str, object]:
        return {"channels": self.channels, "in_doubt": self.in_doubt}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxResumed(Fact):
    """After a restore, somebody said that messages may leave again; those in doubt still wait for a decision each."""

    type: ClassVar[str] = "outbox.resumed"
    channels: int
    in_doubt: int

    def payload(self) -> Mapping[str, object]:
        return {"channels": self.channels, "in_doubt": self.in_doubt}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRestored(Fact):
    """The data come from a backup: what was acquired after it is lost, and nothing leaves before somebody says so."""

    type: ClassVar[str] = "house.restored"
    backup_made_at: datetime
    pending: int

    def payload(self) -> Mapping[str, object]:
        made = self.backup_made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"backup_made_at": made, "pending": self.pending}
