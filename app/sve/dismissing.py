"""Acts recorded as events: dismissing what is no request, taking it back, correcting what was recorded wrongly."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from app.errors import Flaw, Invalid
from app.ids import IdError, Prefix, parse_id
from app.rest.languages import Said
from app.sve.law.happenings import Act
from app.sve.values import Saisine

MOST_WORDS = 2000


class DismissalReason(StrEnum):
    """Why a message asks nothing of the administration (CRPA L110-1, L112-11, L114-2)."""

    THANKS = "thanks"
    SPAM = "spam"
    INFORMATION = "information"
    DUPLICATE = "duplicate"
    ELSEWHERE = "elsewhere"
    OTHER = "other"


# By another way than an event: they change more than a clock.
ELSEWHERE: Mapping[str, Said] = {
    Act.QUALIFIED: Said("ce type d'événement se consigne en qualifiant", en="such an event is recorded by qualifying"),
    Act.JOINED: Said("deux saisines se réunissent par « joins »", en="two saisines are joined through `joins`"),
    Act.SEPARATED: Said("deux saisines se séparent par « joins »", en="two saisines are separated through `joins`"),
    Act.ASKED: Said(
        "une saisine de plus s'ouvre sur la demande (« saisines »)",
        en="one more saisine is opened on the ticket (`saisines`)",
    ),
}
_FIELDS: Mapping[Act, frozenset[str]] = {
    Act.DISMISSED: frozenset({"type", "reason", "words", "duplicate_of"}),
    Act.REOPENED: frozenset({"type", "reason"}),
    Act.CORRECTED: frozenset({"type", "reason", "event_id"}),
}


def check_act(act: Act, told: Mapping[str, Any]) -> None:
    """Reads an act of the register; it happens when it is recorded. Raises `Invalid`, naming every field at fault."""
    flaws = [_flaw(name, "extra-forbidden", UNKNOWN) for name in told if name not in _FIELDS.get(act, told)]
    match act:
        case Act.DISMISSED:
            flaws += _dismissal(told)
        case Act.REOPENED | Act.CORRECTED:
            flaws += _words(told, "reason")
            if act is Act.CORRECTED and not _named(told.get("event_id"), Prefix.LEGAL_EVENT):
                told_id = Said("l'événement à annuler, comme « lev_… »", en="the event to annul, such as `lev_…`")
                flaws.append(_flaw("event_id", "missing", told_id))
        case (
            Act.QUALIFIED
            | Act.JOINED
            | Act.SEPARATED
            | Act.ASKED
            | Act.TRANSMITTED
            | Act.ATTESTATION_REQUESTED
            | Act.ATTESTATION_ISSUED
            | Act.DECISION_POSTED
            | Act.DECISION_PRESENTED
            | Act.DECISION_MADE_AVAILABLE
            | Act.DECISION_NOTIFIED
        ):
            pass
        case _:
            assert_never(act)
    if flaws:
        raise Invalid(flaws=flaws)


def duplicate_of(told: Mapping[str, Any]) -> UUID | None:
    """Returns the saisine a dismissed one repeats."""
    return _named(told.get("duplicate_of"), Prefix.SAISINE)


def silences(saisine: Saisine, kept: Saisine, *, dismissed: bool) -> Said | None:
    """Says why a saisine may not be called the double of another: no clock would be left, or a later one.

    Source: CRPA L114-3 (every period runs from the first reception). `dismissed` says that the other one is.
    """
    if dismissed:
        return Said(
            "celle qu'elle répéterait est elle-même écartée : plus aucun délai ne compterait. Rouvrez-la d'abord",
            en="the one it would repeat is dismissed itself: no clock would count. Reopen that one first",
        )
    if kept.joined_to == saisine.id:
        return Said(
            "celle qu'elle répéterait est réunie à celle-ci, dont le délai compte pour les deux : séparez-les d'abord",
            en="the one it would repeat is joined to this one, whose clock counts for both: separate them first",
        )
    if (kept.received_at, kept.id) > (saisine.received_at, saisine.id):
        return Said(
            "celle qu'elle répéterait a été reçue après : son délai serait plus tardif. Écartez l'autre, comme double de celle-ci",
            en="the one it would repeat was received later: its clock is the later one. Dismiss that one, as the double",
        )
    return None


UNKNOWN = Said("champ inconnu pour ce type d'événement", en="unknown field for this type of event")


def _dismissal(told: Mapping[str, Any]) -> list[Flaw]:
    reason = told.get("reason")
    if reason not in frozenset(DismissalReason):
        admitted = ", ".join(DismissalReason)
        wanted = Said(f"le motif, parmi : {admitted}", en=f"the reason, one of: {admitted}")
        return [_flaw("reason", "missing" if reason is None else "enum", wanted)]
    if reason == DismissalReason.OTHER:
        return _words(told, "words")
    if reason == DismissalReason.DUPLICATE and duplicate_of(told) is None:
        return [_flaw("duplicate_of", "missing", Said("la saisine qu'elle répète", en="the saisine it repeats"))]
    return _words(told, "words") if "words" in told else []


def _words(told: Mapping[str, Any], name: str) -> list[Flaw]:
    words = told.get(name)
    if isinstance(words, str) and 3 <= len(words.strip()) <= MOST_WORDS:
        return []
    return [
        _flaw(
            name,
            "missing",
            Said(f"le motif, de 3 à {MOST_WORDS} caractères", en=f"the reason, 3 to {MOST_WORDS} characters"),
        )
    ]


def _named(value: object, prefix: Prefix) -> UUID | None:
    try:
        return parse_id(prefix, value) if isinstance(value, str) else None
    except IdError:
        return None


def _flaw(name: str, code: str, told: Said) -> Flaw:
    return Flaw(f"/{name}", code, told)
