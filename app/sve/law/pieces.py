"""What a request for missing pieces does to a clock under the general rules."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import PiecesRequested
from app.sve.law.terms import add_period


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether the request stops or suspends the clock, whether that is debated, and what to warn of.

    Source: CRPA L114-5, and `source` where another text speaks.
    """

    stops: bool
    debated: bool = False
    warning: str | None = None
    source: str = "CRPA L114-5"
    because: str = ""


def effect_of(request: PiecesRequested, scene: Scene, *, after_completion: bool) -> Effect:
    """Says whether a request for pieces moves the clock.

    Source: CRPA L114-3 al.2, L114-5, L114-5-1, L113-12, L113-13, R112-11-4. The sanction of an irregular request is
    not stated: see Options.
    """
    options = scene.options
    if not request.required_by_text:
        return Effect(
            options.unlisted_piece_stops,
            debated=True,
            warning="piece_not_required_by_text",
            source="CRPA L114-3 al.2, L114-5 al.1",
            because="la pièce demandée n'est exigée par aucun texte : la demande est sans effet sur le délai.",
        )
    if request.available_from_other_administration:
        return Effect(
            options.available_piece_stops,
            debated=True,
            warning="L113-12",
            source="CRPA L113-12, L114-8",
            because="la pièce est déjà détenue ou peut être obtenue d'une autre administration : elle ne peut être exigée.",
        )
    if not request.indispensable:
        return Effect(
            options.dispensable_piece_stops,
            debated=True,
            warning="L114-5-1",
            source="CRPA L114-5-1",
            because="une pièce non indispensable ne suspend pas l'instruction de l'attribution d'un droit.",
        )
    if not request.by_competent:
        return Effect(
            options.incompetent_request_stops,
            debated=True,
            warning="pieces_asked_by_incompetent",
            source="CRPA L114-3 al.2",
            because="l'administration incompétente transmet, elle n'instruit pas : sa demande est sans effet.",
        )
    if not request.states_the_rule:
        return Effect(
            options.irregular_request_stops,
            debated=True,
            warning="l114_5_mention_missing",
            source="CRPA L114-5 al.4, R112-11-4 al.2",
            because="la lettre ne rappelle pas la règle de L114-5 : sa régularité est incertaine, la renvoyer complète.",
        )
    if after_completion:
        return Effect(
            options.later_request_stops,
            debated=True,
            warning="second_request_for_pieces",
            source="CRPA L114-5 al.1",
            because="la première liste devait être complète : l'effet d'une seconde demande n'est pas tranché.",
        )
    return Effect(stops=True)


def deadline_of(request: PiecesRequested, scene: Scene) -> date | None:
    """Gives the last day for the applicant; a period "from reception" starts when the letter reaches them.

    Source: CRPA L114-5 al.1 and 3 (« pendant le délai imparti »).
    """
    if request.deadline is not None:
        return request.deadline
    if request.deadline_from_reception is None:
        return None
    return add_period(scene.day(request.reached_at or request.at), request.deadline_from_reception)


def begins_on(request: PiecesRequested, scene: Scene) -> date:
    """Gives the day a request takes effect: at its reception when the deadline runs from it, else at its sending.

    Source: CRPA L114-5 al.3, "pendant le délai imparti".
    """
    if request.deadline is None and request.reached_at is not None:
        return scene.day(request.reached_at)
    return scene.day(request.at)
