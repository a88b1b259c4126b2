"""Spans in which a special text stops the clock, and how they move a term."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeAlias

from app.sve.law.case import Scene
from app.sve.law.events import Suspended, SuspensionLifted
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.rules import FRAUD_SUSPENSION
from app.sve.law.terms import THREE_MONTHS, add_period

Span: TypeAlias = tuple[date, date]


def special_spans(scene: Scene, reception: date) -> list[Span]:
    """Gives the suspensions other than missing pieces, as (first day, day of resumption).

    A fraud suspension only holds for a public-aid request received from 1 March 2026, three months at most, renewable
    for the same time. Source: CRPA L115-3, R115-4, R115-5 (décret 2025-1369).
    """
    spans: list[Span] = []
    for event in scene.every(Suspended):
        start = scene.day(event.at)
        if event.fraud and not _fraud_rule_holds(scene, reception):
            continue
        if not event.fraud and scene.procedure.family is Family.GENERAL:
            scene.ledger.warn(
                "suspension_text_not_established",
                "CRPA L114-5, L115-3, L231-1",
                "hors les pièces et la fraude, le code ne suspend pas le silence : si aucun texte propre ne le fait, le "
                "terme initial demeure. L'alerte est donnée pour lui.",
            )
        # A renewal runs "pour la même durée" after the first suspension, even when decided before its end.
        begin = max(start, spans[-1][1]) if event.renewal and spans else start
        cap = add_period(begin, THREE_MONTHS) if event.fraud else None
        end = _end(scene, event, cap)
        spans.append((start, max(start, end)))
    return spans


def doubtful(scene: Scene) -> bool:
    """Tells whether a suspension rests on a text nobody established, so that the first term may stand.

    Source: CRPA L115-3 (public aid alone), L231-1 (no other suspension).
    """
    general = scene.procedure.family is Family.GENERAL
    return any(scene.procedure.public_aid is None if event.fraud else general for event in scene.every(Suspended))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Joins overlapping spans, so that no day is counted twice."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def shifted(term: date, spans: Iterable[Span], *, since: date) -> tuple[date, int]:
    """Moves a term by the suspended days which fall before it; gives the new term and the days added.

    No text says how days inside a term in months are counted: original term + (end - start) days, a convention.
    Source: CRPA L114-5 al.3, L115-3 (which suspend without saying how to count).
    """
    added = 0
    for start, end in merged(spans):
        begin = max(start, since)
        if begin > term:
            break
        days = (end - begin).days
        if days > 0:
            added += days
            term += timedelta(days=days)
    return term, added


def _end(scene: Scene, event: Suspended, cap: date | None) -> date:
    lifted = next((scene.day(each.at) for each in scene.every(SuspensionLifted) if each.at >= event.at), None)
    start = scene.day(event.at)
    limits = [day for day in (event.until, cap, lifted) if day is not None]
    # A suspension of unknown end is given none: an earlier term warns, a later one hides.
    return min(limits) if limits else start


def _fraud_rule_holds(scene: Scene, reception: date) -> bool:
    if not FRAUD_SUSPENSION.in_force(reception):
        scene.ledger.warn(
            "fraud_suspension_not_applicable",
            FRAUD_SUSPENSION.source,
            f"le texte vise les demandes reçues depuis le {in_french(FRAUD_SUSPENSION.valid_from)}.",
        )
        return False
    if scene.procedure.public_aid is False:
        scene.ledger.warn(
            "fraud_suspension_not_applicable", FRAUD_SUSPENSION.source, "le texte ne vise que les aides publiques."
        )
        return False
    if scene.procedure.public_aid is None:
        scene.ledger.warn(
            "fraud_suspension_aid_not_established",
            FRAUD_SUSPENSION.source,
            "rien n'établit que la demande porte sur une aide publique : sinon le terme initial demeure. L'alerte est "
            "donnée pour lui.",
        )
    return True
