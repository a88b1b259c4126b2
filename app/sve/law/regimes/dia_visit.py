"""The visit the holder of a pre-emption right may ask: eight days to accept it, and silence refuses it."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import DocumentsReceived, DocumentsRequested, VisitAccepted
from app.sve.law.reasons import in_french
from app.sve.law.rules import DIA_VISIT
from app.sve.law.terms import Period, add_period

ANSWER = Period(days=8)  # C. urb. D213-13-2, D213-13-3
VISIT = Period(days=15)  # C. urb. D213-13-2, from the reception of the agreement
SOURCE = "C. urb. D213-13-3 ; CAA Versailles 10 nov. 2022 n°21VE00107"


def visit_ends(scene: Scene, request: DocumentsRequested, *, declared_on: date) -> tuple[date | None, date | None]:
    """Gives the day a request for a visit stops suspending the period, and the earliest day it may do so.

    The owner accepts or refuses in eight days from the reception of the request; without an answer the refusal is
    tacit, and an agreement given later changes nothing. A visit accepted takes place in fifteen days. Source: C. urb.
    L213-2 al.5, D213-13-2, D213-13-3; CAA Versailles 10 Nov 2022 n°21VE00107. Declarations received before 1 January
    2015 knew no visit: what was recorded is then taken as it is.
    """
    asked = scene.day(request.at)
    ended = next(
        (each for each in scene.every(DocumentsReceived) if each.visit and each.at >= request.at),
        None,
    )
    ended_on = None if ended is None else scene.day(ended.at)
    if not DIA_VISIT.in_force(declared_on):
        return ended_on, None
    last = add_period(asked, ANSWER)
    scene.ledger.note(
        "visit_answer_due_date",
        last,
        "C. urb. D213-13-2, D213-13-3",
        f"le propriétaire accepte ou refuse la visite dans les huit jours : {in_french(last)}.",
    )
    if ended_on is not None and ended_on <= last:
        return ended_on, None
    accepted = next((scene.day(each.at) for each in scene.every(VisitAccepted) if each.at >= request.at), None)
    if accepted is not None and accepted <= last:
        return _accepted(scene, accepted, ended_on)
    if accepted is None and not scene.past(last):
        return None, last
    scene.ledger.note("visit_tacitly_refused_on", last, SOURCE, f"sans réponse au {in_french(last)}, refus tacite.")
    if ended_on is not None or accepted is not None:
        scene.ledger.warn(
            "visit_after_tacit_refusal",
            SOURCE,
            "la visite ou son acceptation est postérieure au refus tacite : sans effet sur le délai. Si le propriétaire "
            "avait accepté dans les huit jours, consigner cette acceptation.",
        )
    return last, None


def _accepted(scene: Scene, accepted: date, ended_on: date | None) -> tuple[date | None, date | None]:
    last = add_period(accepted, VISIT)
    scene.ledger.note(
        "visit_last_date",
        last,
        "C. urb. D213-13-2",
        f"la visite se tient dans les quinze jours de la réception de l'acceptation : {in_french(last)}.",
    )
    if ended_on is None and scene.past(last):
        scene.ledger.warn(
            "visit_not_held",
            "C. urb. D213-13-2",
            "la visite acceptée ne s'est pas tenue à temps : l'effet sur le délai n'a pas été relu, une date prudente est "
            "retenue pour l'alerte.",
        )
    return ended_on, last
