"""The architecte des Bâtiments de France: how long they have, and whether an opinion came in time."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import AbfConsulted, AbfOpinion, AbfPlace
from app.sve.law.procedure import Permit
from app.sve.law.reasons import in_french
from app.sve.law.rules import ABF_PERMIT
from app.sve.law.terms import ONE_MONTH, Period, add_period

TWO_MONTH_PLACES = frozenset(
    {AbfPlace.ABORDS, AbfPlace.HERITAGE_SITE, AbfPlace.INSCRIBED_SITE, AbfPlace.CLASSIFIED_SITE}
)
SOURCE = "C. urb. R*423-59, R*423-67"


def note_consultation(scene: Scene) -> None:
    """States until when the ABF may answer, and that without an answer the opinion is deemed favourable.

    One month from the reception of the request; two for a permit in a site patrimonial remarquable, the abords, a
    listed or registered site. Source: C. urb. R*423-59, R*423-67 (wording of 23 June 2019).
    """
    asked = scene.first(AbfConsulted)
    if asked is None:
        return
    due = _due(scene, asked)
    if due is None:
        scene.ledger.note(
            "abf_due_date",
            None,
            SOURCE,
            "le délai de l'ABF dépend du lieu du projet (abords, site patrimonial remarquable, site inscrit ou classé), "
            "qui n'est pas indiqué, ou d'une rédaction non relue.",
        )
        return
    scene.ledger.note("abf_due_date", due, SOURCE, f"l'ABF répond au plus tard le {in_french(due)}.")
    answered = any(scene.day(each.at) <= due for each in scene.every(AbfOpinion))
    if not answered and scene.past(due):
        scene.ledger.note(
            "abf_deemed_favourable", True, SOURCE, f"sans réponse au {in_french(due)}, l'avis est réputé favorable."
        )


def counts(scene: Scene, opinion: AbfOpinion) -> bool:
    """Tells whether an opinion was notified in time, from what somebody established or else from the dates.

    When neither says it, the opinion counts and an agent is warned: had it come late, silence would grant the permit.
    Source: C. urb. R*424-3, R*423-59, R*423-67.
    """
    if opinion.in_time is not None:
        return opinion.in_time
    asked = scene.first(AbfConsulted)
    due = None if asked is None else _due(scene, asked)
    if due is None:
        scene.ledger.warn(
            "abf_timeliness_unknown",
            f"C. urb. R*424-3 ; {SOURCE}",
            "rien n'établit que l'avis de l'ABF a été notifié dans son délai : tardif, il laisserait naître un permis "
            "tacite. Consigner la consultation de l'ABF (date de réception, lieu).",
        )
        return True
    if scene.day(opinion.at) <= due:
        return True
    scene.ledger.warn(
        "abf_opinion_late",
        f"C. urb. R*424-3 ; {SOURCE}",
        f"avis notifié après le {in_french(due)} : réputé favorable, il n'inverse pas le silence.",
    )
    return False


def _due(scene: Scene, asked: AbfConsulted) -> date | None:
    day = scene.day(asked.at)
    if scene.procedure.permit is not Permit.PERMIT:
        return add_period(day, ONE_MONTH)
    if asked.place is None:
        return None
    if asked.place not in TWO_MONTH_PLACES:
        return add_period(day, ONE_MONTH)
    if not ABF_PERMIT.in_force(day):
        return None
    return add_period(day, ABF_PERMIT.period or Period(months=2))
