"""A request spoilt by a curable defect of form: the invitation to mend it, and what forgetting it costs."""

from app.sve.law.case import Scene
from app.sve.law.events import ExpressDecision, RegularisationRequested, Regularised
from app.sve.law.reasons import in_french
from app.sve.law.terms import add_period

SOURCE = "CRPA L114-6"


def note_regularisation(scene: Scene) -> None:
    """States until when a formal defect may be mended, and whether it was.

    L114-6 gives the invitation no effect on the silence, which keeps running. Source: CRPA L114-6.
    """
    asked = scene.every(RegularisationRequested)
    if not asked:
        return
    last = asked[-1]
    note = scene.ledger.note
    due = last.deadline
    if due is None and last.deadline_from_reception is not None:
        due = add_period(scene.day(last.reached_at or last.at), last.deadline_from_reception)
    because = (
        "l'invitation ne fixe pas de délai : en fixer un."
        if due is None
        else f"dernier jour imparti pour régulariser la demande : {in_french(due)}."
    )
    note("regularisation_due_date", due, f"{SOURCE} al.1", because)
    if not _complete(last):
        scene.ledger.warn(
            "regularisation_indications_missing",
            f"{SOURCE} al.2",
            "l'invitation doit indiquer le délai, les formalités et les textes : sans eux, les délais de recours ne sont "
            "pas opposables.",
        )
    mended = next((scene.day(each.at) for each in scene.every(Regularised) if each.at >= last.at), None)
    note(
        "regularised",
        mended is not None and (due is None or mended <= due),
        f"{SOURCE} al.1",
        "la demande n'a pas été régularisée."
        if mended is None
        else f"la demande a été régularisée le {in_french(mended)}.",
    )
    scene.ledger.warn(
        "regularisation_does_not_stop_silence",
        SOURCE,
        "le texte ne donne à l'invitation aucun effet sur le délai du silence : il court.",
    )


def appeal_periods_lost(scene: Scene) -> bool:
    """Tells whether the answer to a curable defect lacked its indications, so that no appeal period can be opposed.

    Source: CRPA L114-6 al.2.
    """
    asked = scene.every(RegularisationRequested)
    if any(not _complete(each) for each in asked):
        return True
    return not asked and any(each.for_curable_defect for each in scene.every(ExpressDecision))


def _complete(request: RegularisationRequested) -> bool:
    dated = request.deadline is not None or request.deadline_from_reception is not None
    return dated and request.states_formalities and request.states_texts
