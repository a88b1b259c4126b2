"""What a report of the mail says became of one message of ours, and in which words an agent reads it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.channels.contract import DeliveryStatus, Event
from app.channels.kit.mail_status import words_of

COMPLAINT = "complaint"
_DELAYED, _BOUNCE = "delayed", "bounce"


@dataclass(frozen=True, slots=True)
class Fate:
    """`delayed` changes nothing final; `code` is the enhanced status (RFC 3463), `said` the words kept with it."""

    status: DeliveryStatus | None
    said: str | None
    code: str | None = None
    delayed: bool = False


def fate_of(event: Event, *, recipient: str | None) -> Fate:
    """Returns what an event reports of the message sent to `recipient`.

    A notification may speak of several people (RFC 3464 § 2.3): the one that was written to counts, else the worst news.
    """
    report = event.fields.get("report")
    if event.reason != _BOUNCE or not isinstance(report, Mapping):
        return Fate(event.status, event.reason)
    told = _about(report, recipient) or {**report, "became": event.status}
    status = _status(told.get("became"))
    code = told.get("status")
    known = code if isinstance(code, str) else None
    words = words_of(known).fr
    if told.get("action") == _DELAYED:
        return Fate(status, f"retardé : {words} ; son serveur essaie encore", known, delayed=True)
    went_well = status in {None, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ}
    return Fate(status, None if went_well else words, known)


def is_complaint(event: Event) -> bool:
    """Whether a person declared a message of ours unwanted (RFC 5965)."""
    report = event.fields.get("report")
    return event.reason == COMPLAINT and isinstance(report, Mapping) and report.get("by_a_person") is not False


def _about(report: Mapping[str, object], recipient: str | None) -> Mapping[str, object] | None:
    groups = report.get("recipients")
    wanted = (recipient or "").casefold()
    if not wanted or not isinstance(groups, list | tuple):
        return None
    for one in groups:
        if isinstance(one, Mapping) and wanted in {
            str(one.get(name) or "").casefold() for name in ("original", "recipient")
        }:
            return one if one.get("became") is not None else None
    return None


def _status(word: object) -> DeliveryStatus | None:
    try:
        return DeliveryStatus(str(word)) if word is not None else None
    except ValueError:
        return None
