"""How each acknowledgement the law dates stands: what left, what was waived, what is still owed.

The law may excuse one (an acknowledgement of reception that left first stands for that of registration, CRPA L112-11) and a
former tool may have owed it (`taking_over.py`): neither is late here, whatever the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.sve.values import Duty, LegalEvent, Saisine

_DATED: Mapping[str, str] = MappingProxyType({"AEE": "aee_due_date", "ARE": "are_due_date", "AR": "ar_due_date"})


class Standing(StrEnum):
    """Where an acknowledgement stands; only one that is owed can be late."""

    OWED = "owed"
    DONE = "done"
    WAIVED = "waived"
    OVER = "over"  # the request was decided or ended: nothing waits for it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One acknowledgement, its last day as the engine reads it, and why it is not owed when it is waived."""

    kind: str
    due_on: date
    standing: Standing
    because: str | None


def acknowledgements(saisine: Saisine, events: Sequence[LegalEvent], duties: Sequence[Duty]) -> list[Acknowledgement]:
    """Returns those with a last day; `duties` are those of the saisine's message, others beside them are not looked at."""
    values = saisine.reading["values"]
    mine = {duty.kind: duty for duty in duties if duty.message_id == saisine.message_id}
    on_paper = any(
        event.type == "ack_sent" and event.payload.get("kind") == "AR" and event.annulled_by is None for event in events
    )
    found = []
    for kind, key in _DATED.items():
        due_on = values.get(key)
        if not isinstance(due_on, str):
            continue
        duty = mine.get(kind)
        # One that left without its mentions is none (CRPA L112-12): the engine says so.
        done = on_paper if kind == "AR" else values.get(f"{kind.lower()}_done") is True
        standing = _standing(saisine, duty, done=done)
        because = duty.waived_reason if duty and standing is Standing.WAIVED else None
        found.append(Acknowledgement(kind=kind, due_on=date.fromisoformat(due_on), standing=standing, because=because))
    return found


def _standing(saisine: Saisine, duty: Duty | None, *, done: bool) -> Standing:
    if done or (duty is not None and duty.done_at is not None):
        return Standing.DONE
    if duty is not None and duty.waived_at is not None:
        return Standing.WAIVED
    return Standing.OWED if saisine.closed_at is None else Standing.OVER
