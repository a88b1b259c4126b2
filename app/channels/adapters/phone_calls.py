"""One event of a call log: what it ends, in words an agent reads.

Terminal states alone make messages, so that what comes late or twice never goes back: a call has one end (its key), and
at most one voice message.
"""

from enum import StrEnum
from typing import assert_never

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.errors import Unreadable
from app.channels.kit.json import number, text
from app.channels.kit.phone import is_withheld, phone_party
from app.channels.kit.times import from_iso

WITHHELD = "numéro masqué : personne n'est reconnu"
TRANSCRIBED = "transcription automatique : réécoutez le message avant de vous y fier"
_SOUNDS = {"wav": "audio/wav", "ogg": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "amr": "audio/amr"}


class Status(StrEnum):
    """How far a call is. Source: the call-log event of docs/channels/phone.md."""

    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    FAILED = "failed"


_UNANSWERED = {
    Status.MISSED: "Appel manqué",
    Status.ABANDONED: "Appel abandonné avant réponse",
    Status.BUSY: "Appel manqué (ligne occupée)",
    Status.FAILED: "Appel manqué (la ligne a failli)",
}


def event(document: object, *, territory: str, zone: str) -> Event:
    """Reads one event. Raises `Unreadable` for what names no call; a state we do not know is ignored."""
    call_id, word = text(document, "call_id"), text(document, "status") or ""
    if not call_id:
        raise Unreadable("a call event without its call_id")
    if word not in {*Status}:
        return _ignored(document, call_id, word, f"unknown state {word[:40]!r}", zone=zone)
    status, direction = Status(word), text(document, "direction") or "in"
    if direction != "in":
        return _ignored(document, call_id, word, f"{direction[:20]} call", zone=zone)
    match status:
        case Status.RINGING:
            return _ignored(document, call_id, word, "the telephone rings", zone=zone)
        case Status.ANSWERED if not text(document, "ended_at"):
            return _ignored(document, call_id, word, "the call goes on", zone=zone)
        case Status.ANSWERED:
            return _message(document, call_id, status, _answered(document), territory=territory, zone=zone)
        case Status.MISSED | Status.ABANDONED | Status.BUSY | Status.FAILED:
            said = f"{_UNANSWERED[status]}{_place(document)} : à rappeler."
            return _message(document, call_id, status, said, territory=territory, zone=zone)
        case Status.VOICEMAIL:
            return _message(document, call_id, status, _voicemail(document), territory=territory, zone=zone)
        case _:
            assert_never(status)


def _message(document: object, call_id: str, status: Status, said: str, *, territory: str, zone: str) -> Event:
    sender = _caller(document, territory=territory)
    called = phone_party(text(document, "to"), territory=territory)
    end = "voicemail" if status is Status.VOICEMAIL else "ended"
    transcript = status is Status.VOICEMAIL and bool(text(document, "transcript"))
    warnings = ([] if sender else [WITHHELD]) + ([TRANSCRIBED] if transcript else [])
    stamp = text(document, "started_at")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=f"{call_id}:{end}",
        external_id=f"{call_id}:{end}",
        sender=sender,
        recipients=[called] if called else [],
        text=said,
        attachments=_sounds(document) if status is Status.VOICEMAIL else [],
        occurred_at=from_iso(stamp, zone=zone),
        occurred_raw=stamp,
        # Whoever can be named goes on in their request; each call without a number is a matter of its own.
        thread_key=None if sender else call_id,
        fields=_details(document, status.value),
        warnings=warnings,
    )


def _ignored(document: object, call_id: str, word: str, reason: str, *, zone: str) -> Event:
    stamp = text(document, "started_at")
    return Event(
        type=EventType.IGNORED,
        event_key=f"{call_id}:{word[:40] or 'nothing'}",
        external_id=call_id,
        occurred_at=from_iso(stamp, zone=zone),
        occurred_raw=stamp,
        fields=_details(document, word[:40]),
        reason=reason,
    )


def _caller(document: object, *, territory: str) -> Party | None:
    """Returns who calls; a withheld number, or an inner one, is nobody's contact."""
    shown, name = text(document, "from"), text(document, "from_name")
    party = None if is_withheld(shown) else phone_party(shown, territory=territory)
    if party is None or party.kind is not PointKind.PHONE:
        return None
    return Party(party.kind, party.address, None if is_withheld(name) else name)


def _details(document: object, word: str) -> dict[str, object]:
    kept: dict[str, object] = {"call": word}
    for name in ("event_id", "call_id", "agent", "queue", "to"):
        if found := text(document, name):
            kept[name] = found[:200]
    for name in ("wait_s", "talk_s"):
        if (seconds := number(document, name)) is not None:
            kept[name] = int(seconds)
    # A recorded conversation stays where it is: keeping it asks for notice and a purpose (RGPD art. 13).
    return kept | ({"recorded": True} if text(document, "recording_url") else {})


def _place(document: object) -> str:
    queue, waited = text(document, "queue"), number(document, "wait_s")
    place = f" sur la file « {queue[:80]} »" if queue else ""
    return f"{place} après {int(waited)} s d’attente" if waited else place


def _answered(document: object) -> str:
    agent, talked = text(document, "agent"), number(document, "talk_s")
    by = f" par {agent[:80]}" if agent else ""
    return f"Appel pris{by}{f', {_length(talked)}' if talked else ''}. À résumer : ce qui a été dit n’est pas ici."


def _voicemail(document: object) -> str:
    length = number(document, "voicemail", "duration_s")
    head = f"[message vocal {_length(length)}]" if length else "[message vocal]"
    said = text(document, "transcript")
    return f"{head} À rappeler.\n\nTranscription automatique, à vérifier :\n{said}" if said else f"{head} À rappeler."


def _sounds(document: object) -> list[Attachment]:
    url = text(document, "voicemail", "url")
    if not url or len(url) > 2000:
        return []
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    form = ending if ending in _SOUNDS else "wav"
    return [Attachment(name=f"message-vocal.{form}", content_type=_SOUNDS[form], source=url)]


def _length(seconds: float | None) -> str:
    whole = int(seconds or 0)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
