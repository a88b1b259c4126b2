"""A channel that is connected and cannot be opened: why, and what to do, in words."""

from pydantic import ValidationError

from app.channels.contract import CheckState
from app.channels.errors import ChannelError, UnknownChannelType
from app.channels.registry import BrokenChannelType
from app.channels.tables import ChannelRecord
from app.channels.values import Connection, Health, Unopened
from app.errors import Conflict
from app.rest.languages import Said

_KEPT = "ce qui arrive est gardé, et se lira ensuite"


class ChannelUnusable(Conflict, ChannelError):
    """The channel cannot be opened; `channel` is what is known of it all the same."""

    code = "channel-unusable"
    title_fr = "Le canal ne peut pas servir"
    title_en = "The channel cannot be used"
    advice = Said(
        "réinstallez le paquet qui apporte son type, ou remettez ses réglages et sa clé ; rien de reçu n'est perdu",
        en="install again the package that brings its type, or put its settings and key back; nothing received is lost",
    )

    def __init__(self, channel: Unopened) -> None:
        super().__init__(channel.because)
        self.channel = channel


def unopened(record: ChannelRecord, error: Exception) -> Unopened:
    """Says what is known of a channel that failed to open. Never what the error quotes: it could be a secret."""
    return Unopened(
        tenant_id=record.tenant_id,
        id=record.id,
        type=record.type,
        name=record.name,
        key=record.key,
        address=record.address,
        because=_because(record, error),
        settings=record.config,
        last_inbound_at=record.last_inbound_at,
        created_at=record.created_at,
        version=record.version,
        health=health_of(record),
    )


def health_of(record: ChannelRecord) -> Health:
    """Returns what is known of a channel's health."""
    return Health(
        check=CheckState(record.check_state) if record.check_state else None,
        said=record.check_said or {},
        checked_at=record.checked_at,
        credentials_expire_at=record.credentials_expire_at,
        expiry_told=record.expiry_told,
        silent_since=record.silent_since,
        removed_at=record.removed_at,
        connection=_connection(record),
    )


def _connection(record: ChannelRecord) -> Connection | None:
    if record.stream_until is None and record.stream_event_at is None:
        return None
    return Connection(
        until=record.stream_until,
        since=record.stream_since,
        event_at=record.stream_event_at,
        retry_at=record.stream_retry_at,
    )


def _because(record: ChannelRecord, error: Exception) -> str:
    kind = f"le type de canal « {record.type} »"
    match error:
        case UnknownChannelType():
            return f"{kind} n'est plus installé : réinstallez le paquet qui l'apporte, puis relancez Parvis ; {_KEPT}"
        case BrokenChannelType():
            return f"{kind} est installé et ne se charge pas : mettez son paquet à jour, puis relancez Parvis ; {_KEPT}"
        case ValidationError():
            return f"ses réglages ne conviennent plus {kind.replace('le type', 'au type')} installé : revenez à l'ancienne version de son paquet ; {_KEPT}"
        case _:
            return f"ses secrets ne s'ouvrent plus : remettez la clé secrète d'avant parmi les précédentes ; {_KEPT}"
