"""What may happen to a saisine, and when: what cannot be is refused, what the law deprives of effect is marked."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, assert_never

from app.sve.law.case import Reading
from app.sve.law.clock import read
from app.sve.law.events import (
    DocumentsReceived,
    DocumentsRequested,
    PeriodExtended,
    PiecesReceived,
    PiecesRequested,
    Received,
    Suspended,
    SuspensionLifted,
)
from app.sve.law.forbidden import (
    before_reception,
    dismissed_first,
    extended_after_term,
    joined_elsewhere,
    pieces_nobody_asked,
    received_before_sent,
    resumed_without_stop,
    to_come,
)
from app.sve.law.forbidden_acts import (
    attested_without_acceptance,
    dismissed_though_decided,
    out_of_order,
    second_decision,
    step_of_nothing,
    withdrawn_from_nothing,
    without_acceptance,
)
from app.sve.law.happenings import REGISTER, Act, Admitted, Entry, Mark, Past, Refused
from app.sve.law.regime import Regime

__all__ = ["Act", "Admitted", "Entry", "Mark", "Past", "Refused", "admit", "annul"]

Rule: TypeAlias = Callable[[Past, Entry, datetime], Refused | None]

# The order is that of the answers: the first rule that forbids an event says why.
RULES: tuple[Rule, ...] = (
    dismissed_first,
    joined_elsewhere,
    to_come,
    before_reception,
    pieces_nobody_asked,
    step_of_nothing,
    out_of_order,
    received_before_sent,
    extended_after_term,
    second_decision,
    attested_without_acceptance,
    resumed_without_stop,
    withdrawn_from_nothing,
    dismissed_though_decided,
)

# What is meant to move a clock: if it does not, somebody must know.
_MOVES = (
    *(PiecesRequested, PiecesReceived, DocumentsRequested, DocumentsReceived),
    *(Suspended, SuspensionLifted, PeriodExtended),
)
_LATE = ("late_refusal_is", "late_acceptance_is")


def admit(past: Past, entry: Entry, *, now: datetime) -> Admitted | Refused:
    """Says whether an event may be recorded, by the first rule that forbids it.

    Only what cannot be is refused. What is possible and without effect (a list of pieces sent too late, a piece no text
    requires) is admitted with a mark, so that the record stays true. Source: each rule's own, in `forbidden.py`.
    """
    for rule in RULES:
        refusal = rule(past, entry, now)
        if refusal is not None:
            return refusal
    return Admitted(_marks(past, entry, now))


def annul(before: Past, annulled: Entry, after: Past, *, now: datetime) -> Refused | None:
    """Says why an event may not be annulled: `before` holds it, `after` is the saisine told without it.

    What opened the saisine stays, acts have their own contrary act, and nothing is left standing that rested on it.
    """
    contrary = None if annulled.act is None else _contrary(annulled.act)
    if contrary is not None:
        return _not_this_way(contrary)
    if isinstance(annulled.fact, Received) and not any(after.facts(Received)):
        return Refused(
            code="only-reception",
            source="CRPA L114-3",
            because="c'est la seule réception connue : sans elle plus aucun délai ne courrait. Consignez la bonne réception, "
            "puis corrigez celle-ci",
            because_en="this is the only reception known: without it no period would run. Record the right reception, then "
            "correct this one",
            field="event_id",
            conflict=True,
        )
    twins = {entry.id: entry for entry in before.entries}
    for entry in after.entries:
        twin = twins.get(entry.id)
        stood = twin is not None and _refusal(before.without(twin), twin, now) is None
        if stood and (refusal := _refusal(after.without(entry), entry, now)) is not None:
            return Refused(
                code="still-needed",
                source=refusal.source,
                because=f"« {entry.word} » repose sur lui : corrigez d'abord cet événement-là",
                because_en=f"`{entry.word}` rests on it: correct that event first",
                field="event_id",
                conflict=True,
            )
    return None


def _refusal(past: Past, entry: Entry, now: datetime) -> Refused | None:
    return next((refusal for rule in RULES if (refusal := rule(past, entry, now)) is not None), None)


def _contrary(act: Act) -> tuple[str, str] | None:
    """What undoes an act that is not annulled, in French and English; None when it is annulled like any event."""
    match act:
        case Act.QUALIFIED:
            return "qualifiez de nouveau", "qualify again"
        case Act.DISMISSED:
            return "rouvrez la saisine", "reopen the saisine"
        case Act.REOPENED:
            return "écartez-la de nouveau", "dismiss it again"
        case Act.CORRECTED:
            return "consignez de nouveau l'événement", "record the event again"
        case Act.JOINED:
            return "séparez les saisines", "separate the saisines"
        case Act.SEPARATED:
            return "réunissez-les de nouveau", "join them again"
        case Act.ASKED:
            return "écartez la saisine", "dismiss the saisine"
        case (
            Act.TRANSMITTED
            | Act.ATTESTATION_REQUESTED
            | Act.ATTESTATION_ISSUED
            | Act.DECISION_POSTED
            | Act.DECISION_PRESENTED
            | Act.DECISION_MADE_AVAILABLE
            | Act.DECISION_NOTIFIED
        ):
            return None
        case _:
            assert_never(act)


def _not_this_way(contrary: tuple[str, str]) -> Refused:
    return Refused(
        code="not-annulled",
        source=REGISTER,
        because=f"un tel acte ne s'annule pas, il se défait : {contrary[0]}",
        because_en=f"such an act is not annulled but undone: {contrary[1]}",
        field="event_id",
        conflict=True,
    )


def _marks(past: Past, entry: Entry, now: datetime) -> tuple[Mark, ...]:
    if entry.act is Act.ATTESTATION_REQUESTED:
        return _premature(past, entry)
    if entry.fact is None:
        return ()
    seen = max(now, entry.fact.at)
    before, after = read(past.case, now=seen), read(past.with_one(entry).case, now=seen)
    found = [
        Mark(str(reason.value), reason.source, reason.because)
        for reason in after.reasons
        if reason.key.startswith("warning") and reason.value not in _warnings(before)
    ]
    found += [
        Mark(reason.key.removesuffix("_is"), reason.source, reason.because)
        for reason in after.reasons
        if reason.key in _LATE and reason.key not in before.values
    ]
    if not found and isinstance(entry.fact, _MOVES) and _said(before) == _said(after):
        because = "aucun texte ne lui donne d'effet ici : consigné, il ne déplace pas le délai."
        found.append(Mark("without_effect", _source(after), because))
    return tuple(found)


def _premature(past: Past, entry: Entry) -> tuple[Mark, ...]:
    """A person may ask at any time; the attestation is owed once the acceptance exists (CRPA L232-3)."""
    because = without_acceptance(past, read(past.case, now=entry.at), entry.at)
    return () if because is None else (Mark("premature", "CRPA L232-3", f"{because[0]}."),)


def _source(reading: Reading) -> str:
    """The text the present term rests on."""
    if reading.effect is Regime.NONE:
        return "CRPA L110-1"
    return next((reason.source for reason in reading.reasons if reason.key == "term_date"), REGISTER)


def _warnings(reading: Reading) -> frozenset[object]:
    return frozenset(value for key, value in reading.values.items() if key.startswith("warning"))


def _said(reading: Reading) -> tuple[object, ...]:
    return reading.term_on, reading.alert_on, reading.state, reading.pauses, reading.values.get("pieces_due_date")
