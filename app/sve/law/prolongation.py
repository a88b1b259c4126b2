"""A longer period notified under a text which allows one."""

from app.sve.law.case import Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import PeriodExtended
from app.sve.law.options import Prolongation
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.terms import TWO_MONTHS, Period, add_period

CHILDMINDER = "CASF L421-6 al.2"


def prolonged(scene: Scene, plan: Plan, course: Course) -> Course:
    """Moves the term when a prolongation the text provides for was notified up to it.

    Outside the texts which provide for one, no agent can lengthen a period of silence: only a decree sets another one.
    Source: CASF L421-6 al.2 (two months by a reasoned decision); CRPA L231-6 (other delays by decree).
    """
    extension = scene.first(PeriodExtended)
    if extension is None or course.term is None or course.starts is None:
        return course
    childminder = scene.procedure.family is Family.ASSISTANT
    source = CHILDMINDER if childminder else scene.procedure.basis or "texte propre à la démarche"
    if not childminder and scene.procedure.prolongation is None:
        scene.ledger.warn(
            "extension_without_text",
            "CRPA L231-1, L231-4, L231-6",
            "aucun texte connu n'autorise à prolonger ce délai : la prolongation annoncée est sans effet.",
        )
        return course
    if scene.day(extension.at) > course.term:
        scene.ledger.warn("prolongation_too_late", source, "prolongation notifiée après le terme : sans effet.")
        return course
    more = extension.added or scene.procedure.prolongation or TWO_MONTHS
    whole = plan.delay + more if extension.total is None else extension.total
    from_origin = add_period(course.starts, whole)
    added = add_period(course.term, more)
    scene.ledger.could_decide_on(min(from_origin, added))
    term = from_origin if scene.options.prolongation is Prolongation.FROM_ORIGIN else added
    because = f"délai prolongé de {_said(plan.delay, whole, more)} par décision notifiée à temps : {in_french(term)}."
    return Course(course.effect, course.starts, term, course.state, source, because, course.spans)


def _said(delay: Period, whole: Period, more: Period) -> str:
    return more.in_french if whole == delay + more else f"{delay.in_french} à {whole.in_french}"
