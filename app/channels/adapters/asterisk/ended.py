"""A call that is over, whole: one line of the call log, and a message to the agents where the settings want one.

A call is no electronic sending (CRPA L112-11): it opens neither AEE nor ARE. A voice message is somebody's words and
always reaches the agents; whether a missed or an answered call does is the administration's choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from pydantic import Field

from app.channels.contract import Attachment, ChannelConfig, Event, EventType, Party, PointKind
from app.channels.kit.phone import is_withheld, phone_party

WITHHELD = "numéro masqué : personne n'est reconnu"
HALF_HEARD = "la connexion au standard a été coupée pendant l'appel : ce qu'il est devenu n'est pas connu"
_SOUNDS = {
    "wav": "audio/wav",
    "wav49": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "gsm": "audio/gsm",
    "ulaw": "audio/basic",
}
_LONGEST_CALL = timedelta(hours=24)


class SwitchboardConfig(ChannelConfig):
    """What becomes of the calls of a switchboard. Its clock is in `zone`; without `contexts`, all its calls count."""

    zone: str = "Europe/Paris"
    territory: str = "FR"
    contexts: tuple[str, ...] = Field(default=(), max_length=20)
    missed_calls: bool = False
    answered_calls: bool = False


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    MISSED = "missed"
    ABANDONED = "abandoned"  # in a queue, before anybody answered
    BUSY = "busy"
    FAILED = "failed"
    UNKNOWN = "unknown"  # its beginning was not heard


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCall:
    """One call, from all its legs. `sound` is where a voice message stands: an https address, or the name of a recording."""

    call_id: str
    outcome: Outcome
    caller: str | None
    caller_name: str | None = None
    called: str | None = None
    context: str | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    queue: str | None = None
    agent: str | None = None
    wait_s: int | None = None
    talk_s: int | None = None
    sound: str | None = None
    sound_format: str = "wav"
    sound_s: int | None = None

    @property
    def duration_s(self) -> int | None:
        if self.began_at is None or self.ended_at is None:
            return None
        lasted = self.ended_at - self.began_at
        return int(lasted.total_seconds()) if timedelta() <= lasted <= _LONGEST_CALL else None


def event_of_ended(call: EndedCall, config: SwitchboardConfig) -> Event:
    """Returns the one event of a call: a message, or a line of the log alone, which says why it is no message."""
    withheld = is_withheld(call.caller)
    party = None if withheld else phone_party(call.caller, territory=config.territory)
    outside = withheld or (party is not None and party.kind is PointKind.PHONE)
    counts = outside and (not config.contexts or call.context in config.contexts)
    sender = None
    if party is not None and party.kind is PointKind.PHONE:
        sender = Party(party.kind, party.address, None if is_withheld(call.caller_name) else call.caller_name)
    called = phone_party(call.called, territory=config.territory)
    is_message = counts and _reaches_agents(call.outcome, config)
    stays = _because(call, counts=counts)
    return Event(
        type=EventType.MESSAGE_RECEIVED if is_message else EventType.IGNORED,
        event_key=f"{call.call_id}:{'voicemail' if call.outcome is Outcome.VOICEMAIL else 'ended'}",
        external_id=call.call_id,
        sender=sender,
        recipients=[called] if called else [],
        text=_words(call) if is_message else None,
        attachments=_pieces(call) if is_message else [],
        occurred_at=call.began_at,
        # Whoever can be named goes on in their request; each call without a number is a matter of its own.
        thread_key=None if sender else call.call_id,
        fields=_details(call, counts=counts),
        warnings=_warnings(call, sender) if is_message else [],
        reason=None if is_message else stays,
    )


def _reaches_agents(outcome: Outcome, config: SwitchboardConfig) -> bool:
    match outcome:
        case Outcome.VOICEMAIL:
            return True
        case Outcome.ANSWERED:
            return config.answered_calls
        case Outcome.MISSED | Outcome.ABANDONED | Outcome.BUSY | Outcome.FAILED | Outcome.UNKNOWN:
            return config.missed_calls
        case _:
            assert_never(outcome)


def _because(call: EndedCall, *, counts: bool) -> str:
    if not counts:
        return "appel intérieur ou sortant : au journal d'appels seulement"
    kind = "pris" if call.outcome is Outcome.ANSWERED else "manqué"
    return f"appel {kind} : au journal d'appels seulement, comme le canal est réglé"


def _words(call: EndedCall) -> str:
    place = f" sur la file « {call.queue[:80]} »" if call.queue else ""
    waited = f" après {call.wait_s} s d’attente" if call.wait_s else ""
    match call.outcome:
        case Outcome.VOICEMAIL:
            return f"[message vocal{f' {_length(call.sound_s)}' if call.sound_s else ''}] À rappeler."
        case Outcome.ANSWERED:
            by = f" par {call.agent[:80]}" if call.agent else ""
            lasted = f", {_length(call.talk_s)}" if call.talk_s else ""
            return f"Appel pris{by}{lasted}. À résumer : ce qui a été dit n’est pas ici."
        case Outcome.ABANDONED:
            return f"Appel manqué : abandonné avant réponse{place}{waited}. À rappeler."
        case Outcome.BUSY:
            return f"Appel manqué : ligne occupée{place}. À rappeler."
        case Outcome.FAILED:
            return f"Appel manqué : la ligne a failli{place}. À rappeler."
        case Outcome.MISSED:
            return f"Appel manqué{place}{waited}. À rappeler."
        case Outcome.UNKNOWN:
            return "Appel manqué, peut-être : la connexion au standard était coupée. À vérifier."
        case _:
            assert_never(call.outcome)


def _warnings(call: EndedCall, sender: Party | None) -> list[str]:
    withheld = [] if sender else [WITHHELD]
    return [*withheld, HALF_HEARD] if call.outcome is Outcome.UNKNOWN else withheld


def _pieces(call: EndedCall) -> list[Attachment]:
    if call.outcome is not Outcome.VOICEMAIL or not call.sound or len(call.sound) > 2000:
        return []
    form = call.sound_format.lower() if call.sound_format.lower() in _SOUNDS else "wav"
    ending = "wav" if form == "wav49" else form
    return [Attachment(name=f"message-vocal.{ending}", content_type=_SOUNDS[form], source=call.sound)]


def _details(call: EndedCall, *, counts: bool) -> Mapping[str, object]:
    told: dict[str, object] = {
        "call": call.outcome.value,
        "call_id": call.call_id[:200],
        "direction": "in" if counts else "other",
        "called": (call.called or "")[:100],
        "began_at": call.began_at.isoformat() if call.began_at else None,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "duration_s": call.duration_s,
        "wait_s": call.wait_s,
        "talk_s": call.talk_s,
        "queue": (call.queue or "")[:100],
        "agent": (call.agent or "")[:100],
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _length(seconds: int | None) -> str:
    whole = seconds or 0
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
