"""Where silence decides nothing, the day by which the administration must still have acted."""

import re
from dataclasses import dataclass

from app.sve.law.acknowledgements import days_to_acknowledge
from app.sve.law.case import Scene
from app.sve.law.events import Answered, ExpressDecision
from app.sve.law.notification import notified
from app.sve.law.reasons import in_french
from app.sve.law.saisine import Saisine
from app.sve.law.terms import Period, add_period
from app.sve.law.territories import Territory

DEPARTMENTS_OVERSEAS = frozenset(
    {Territory.GUADELOUPE, Territory.MARTINIQUE, Territory.GUYANE, Territory.LA_REUNION, Territory.MAYOTTE}
)


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """What a text adds to its own delay, found by the article the procedure cites. Source: `article`."""

    article: re.Pattern[str]
    because: str
    overseas: Period | None = None
    working_days: bool = False
    # The period binds the applicant, or runs from a day the request does not give: no due date for us.
    not_ours: bool = False


OWN_TERMS: tuple[OwnTerm, ...] = (
    OwnTerm(
        re.compile(r"\bR441-15\b"),
        "la commission de médiation rend sa décision dans ce délai (six mois dans les départements d'outre-mer) ; "
        "l'article ne dit rien de son silence",
        overseas=Period(months=6),
    ),
    OwnTerm(re.compile(r"\bR441-18\b"), "la commission de médiation statue sur l'accueil en hébergement"),
    OwnTerm(re.compile(r"\bR434-23\b"), "sans réponse du maire ce jour-là, son avis est réputé favorable"),
    OwnTerm(re.compile(r"\bL2224-12\b"), "l'abonnement d'eau prend fin au plus tard ce jour-là"),
    OwnTerm(re.compile(r"\bR\*?462-6\b"), "passé ce jour, la conformité des travaux ne peut plus être contestée"),
    OwnTerm(re.compile(r"\bR245-36\b"), "la décision provisoire est prise en jours ouvrés", working_days=True),
    OwnTerm(re.compile(r"C\. civil 55\b"), "le délai lie le déclarant et court de la naissance", not_ours=True),
    OwnTerm(re.compile(r"\bL18 I(?!I)"), "le délai est celui laissé à l'électeur pour ses observations", not_ours=True),
)


def note_own_term(scene: Scene, saisine: Saisine) -> None:
    """States the day by which the administration must act although its silence decides nothing, and whether it did.

    Counted from the competent administration; a service outside the code (a water company) is bound by its own text,
    from the reception. Source: the text of each procedure (`Procedure.basis`), among them CCH R441-15, R441-18, CESEDA
    R434-23, CGCT L2224-12, C. urb. R*462-6, CASF R245-36.
    """
    delay = scene.procedure.delay
    start = saisine.competent_on if saisine.crpa_applies else saisine.reception_on
    if delay is None or start is None:
        return
    basis = scene.procedure.basis
    own = None if basis is None else next((each for each in OWN_TERMS if each.article.search(basis)), None)
    source = basis or "texte propre à la démarche"
    if own is not None and own.not_ours:
        scene.ledger.note("reply_due_date", None, source, f"{own.because} : aucune échéance de réponse.")
        return
    if own is not None and own.overseas is not None and scene.territory in DEPARTMENTS_OVERSEAS:
        delay = own.overseas
    working = own is not None and own.working_days and not delay.months
    due = days_to_acknowledge(scene, start, delay.days) if working else add_period(start, delay)
    counted = f"{delay.days} jours ouvrés" if working else delay.in_french
    because = f"{counted} à compter du {in_french(start)} : {in_french(due)} ; le silence ne décide de rien."
    if own is not None:
        because = f"{because[:-1]} : {own.because}."
    scene.ledger.note("reply_due_date", due, source, because)
    done = _answered(scene)
    scene.ledger.note(
        "reply_done",
        done,
        source,
        "une réponse ou une décision est partie." if done else "aucune réponse n'est partie.",
    )


def _answered(scene: Scene) -> bool:
    return any(each.conclusive for each in scene.every(Answered)) or any(
        notified(each.delivery, scene).on is not None for each in scene.every(ExpressDecision)
    )
