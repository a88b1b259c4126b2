"""The steps of a decision's service, told one by one as they happen: each completes the decision it belongs to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.sve.law.happenings import STEPS
from app.sve.law.vocabulary.fields import Fields, SimulationError

_STEPS = {str(act): name for act, name in STEPS.items()}
_MADE = ("signed_at", "at", "notified_at", "received_by_applicant_at", "posted_at", "first_presented_at", "dated")
_SERVED = (
    *("signed_at", "posted_at", "first_presented_at", "notified_at", "received_by_applicant_at", "made_available_at"),
    *("deposit_notice_sent_at", "lre_information_sent_at", "lre_information_at", "lre_notice_sent_at"),
    *("information_sent_at", "published_at"),
)


def completed(events: Sequence[object], *, zone: ZoneInfo) -> list[object]:
    """Returns the events, each decision with what its later steps say of it; nothing else changes place or words.

    A step belongs to the last decision made by its day, else to the first. What the decision already says stands.
    """
    found = list(events)
    if not any(_word(event) in _STEPS for event in events):
        return found
    made = [
        (at, index)
        for index, event in enumerate(found)
        if _word(event) == "express_decision" and (at := _at(event, zone))
    ]
    for event in events:
        name = _STEPS.get(_word(event))
        if name is None or not isinstance(event, Mapping) or not made:
            continue
        told = _at(event, zone, "at", name)
        if told is None:
            continue
        before = [index for at, index in sorted(made) if at.astimezone(zone).date() <= told.astimezone(zone).date()]
        index = before[-1] if before else min(made)[1]
        found[index] = _with(found[index], name, event)
    return found


def _with(decision: object, name: str, step: Mapping[str, object]) -> object:
    if not isinstance(decision, Mapping):
        return decision
    told = dict(decision)
    if told.get("at") is not None and not any(told.get(each) is not None for each in _SERVED):
        told["notified_at"] = told["at"]  # a decision with one date alone was notified then
    told.setdefault(name, step.get("at") or step.get(name))
    if told.get("express_consent") is None and step.get("express_consent") is not None:
        told["express_consent"] = step["express_consent"]
    return told


def _word(event: object) -> str:
    return str(event.get("type", "")) if isinstance(event, Mapping) else ""


def _at(event: object, zone: ZoneInfo, *names: str) -> datetime | None:
    try:
        return Fields(event, pointer="", zone=zone).instant(*(names or _MADE))
    except SimulationError:
        return None  # whoever reads the event itself says where it is wrong
