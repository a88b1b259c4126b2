"""The words by which a person asks for no more messages.

The whole message counts, ignoring case, accents and punctuation: "Stop !" asks to stop, "le bus stop est cassé" does
not. Source: CPCE L34-5; charte SMS+/af2m (STOP au 36xxx). The message is still kept and still makes a ticket.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.accents import without_accents
from app.channels.contract import Event, EventType

_WORDS = {
    "stop", "stopsms", "stop sms", "stopall", "stop all", "stop tout", "stop pub", "arret", "arreter", "arretez",
    "desabonnement", "desabonner", "se desabonner", "desinscription", "desinscrire", "unsubscribe",
}  # fmt: skip
# The words a person is told, of all those that are understood.
WORDS = ("STOP", "ARRET", "DESABONNEMENT")
_START = {"start", "unstop", "reprendre", "abonnement", "start sms", "startsms"}
_STOP_AT = re.compile(r"(?:stop|stopsms)(?: au)? \d{5}", re.ASCII)


def asks_to_stop(text: str | None) -> bool:
    """Says whether a whole message asks for no more messages."""
    words = _bare(text)
    return words in _WORDS or _STOP_AT.fullmatch(words) is not None


def asks_to_start(text: str | None) -> bool:
    """Says whether a whole message asks for messages again, after a STOP."""
    return _bare(text) in _START


def _bare(text: str | None) -> str:
    """A message as its words alone; a long one is no command, and has none."""
    if text is None or len(text) > 60:
        return ""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", without_accents(text.casefold())).split())


def with_opt_out(message: Event, *, said_by_provider: bool = False) -> Sequence[Event]:
    """Returns the message, followed by an opt-out of its sender when its text or the provider says so."""
    if not said_by_provider and not asks_to_stop(message.text):
        return [message]
    return [message, opt_out_of(message)]


def opt_out_of(message: Event) -> Event:
    """Returns the opt-out that stands beside a message."""
    return replace(
        message,
        type=EventType.OPT_OUT,
        event_key=f"{message.event_key}:opt_out",
        attachments=(),
        reason="the person asks for no more messages",
    )
