"""The state of a channel in words and tones: what an administrator must do stands first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from app.channels.contract import CheckState
from app.channels.schemas import ConnectionState, connection_state
from app.channels.values import Channel, ChannelState, Unopened

SOON = timedelta(days=14)
# How a call ended, as the call log says it.
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "answered": "pris",
        "voicemail": "message vocal",
        "missed": "manqué",
        "abandoned": "abandonné",
        "busy": "occupé",
        "failed": "en échec",
        "unknown": "issue inconnue",
    }
)


@dataclass(frozen=True, slots=True)
class ChannelMark:
    """A word, its tone (`ok`, `warn`, `danger`, or none), and what to do."""

    word: str
    tone: str
    told: str = ""


def state_mark(channel: Channel | Unopened) -> ChannelMark:
    if isinstance(channel, Unopened):
        return ChannelMark("hors service", "danger", channel.because)
    match channel.state:
        case ChannelState.ACTIVE:
            return ChannelMark("actif", "warn" if channel.state_reason else "ok", channel.state_reason or "")
        case ChannelState.PAUSED:
            why = f" ({channel.state_reason})" if channel.state_reason else ""
            return ChannelMark("en pause", "", f"il reçoit toujours, et n’envoie plus{why}")
        case ChannelState.NEEDS_REAUTH:
            return ChannelMark("à reconnecter", "danger", channel.state_reason or "son fournisseur refuse ses clés")
        case ChannelState.BROKEN:
            return ChannelMark("en défaut", "danger", channel.state_reason or "")


def check_mark(channel: Channel | Unopened) -> ChannelMark | None:
    """The last live test, or None where there was none."""
    health = channel.health
    if health.check is None:
        return None
    told = str(health.said.get("fr", ""))
    if detail := health.said.get("detail"):
        told = f"{told} ({detail})"
    match health.check:
        case CheckState.READY:
            return ChannelMark("test réussi", "ok", told)
        case CheckState.LIMITED:
            return ChannelMark("test réussi, avec une réserve", "warn", told)
        case CheckState.INCOMPLETE:
            return ChannelMark("réglages incomplets", "warn", told)
        case CheckState.REFUSED:
            return ChannelMark("clés refusées", "danger", told)
        case CheckState.UNREACHABLE:
            return ChannelMark("fournisseur injoignable", "warn", told)
        case CheckState.UNSURE:
            return ChannelMark("réponse incomprise", "warn", told)


def connection_mark(channel: Channel, *, now: datetime) -> ChannelMark:
    """How the connection that the house keeps open fares; why it does not stand is said by the state."""
    match connection_state(channel.health.connection, now=now):
        case ConnectionState.CONNECTED:
            return ChannelMark("connecté", "ok")
        case ConnectionState.CONNECTING:
            return ChannelMark("connexion en cours", "")
        case ConnectionState.WAITING:
            return ChannelMark("déconnecté", "warn", "un nouvel essai est prévu")
        case ConnectionState.UNKEPT:
            told = "" if channel.state is ChannelState.PAUSED else "aucun processus ne tient la connexion"
            return ChannelMark("pas de connexion", "" if channel.state is ChannelState.PAUSED else "warn", told)


def expiry_mark(channel: Channel | Unopened, *, now: datetime) -> ChannelMark | None:
    """When the credentials end, said from a fortnight before."""
    ends = channel.health.credentials_expire_at
    if ends is None:
        return None
    left = ends - now
    if left <= timedelta():
        return ChannelMark("clés expirées", "danger")
    if left > SOON:
        return ChannelMark("clés valables", "")
    days = -(-left // timedelta(days=1))
    return ChannelMark(f"clés : encore {days} jour{'s' if days > 1 else ''}", "danger" if days <= 1 else "warn")
