"""What silence means for the request of a case, settled by its procedure or proposed by its facts."""

from dataclasses import replace

from app.sve.law.case import Scene
from app.sve.law.events import Sender
from app.sve.law.procedure import Family, Procedure
from app.sve.law.regime import Regime, Request, Silence, classify
from app.sve.law.saisine import Saisine

PRINCIPLE: dict[Regime, str] = {
    Regime.SVA: "CRPA L231-1",
    Regime.SVR: "CRPA L231-4",
    Regime.UNKNOWN: "CRPA L231-1 (principe)",
    Regime.RENUNCIATION: "C. urb. L213-2",
    Regime.LUMP_SUM: "CASF L232-14",
    Regime.NONE: "CRPA L110-1",
}


def qualified(scene: Scene, saisine: Saisine) -> tuple[Scene, Regime]:
    """Settles the effect of silence for this request, and states it.

    Source: the procedure's own text; CRPA L110-1, L231-1, L231-4, and regime.py for what nobody has qualified.
    """
    procedure = scene.procedure
    found = _classification(saisine, procedure)
    if found is None:
        regime, source = procedure.silence, procedure.basis or PRINCIPLE[procedure.silence]
        because = _means(regime)
    else:
        regime, source, because = found.regime, found.source, found.because
        delay = procedure.delay if regime is procedure.silence else procedure.delay or found.delay
        procedure = replace(procedure, silence=regime, delay=delay)
        scene = replace(scene, case=replace(scene.case, procedure=procedure))
    if saisine.sending is None:
        return scene, regime
    note = scene.ledger.note
    if procedure.to_classify:
        demande = regime is not Regime.NONE and saisine.crpa_applies
        if regime is not Regime.UNKNOWN:
            note("is_demande", demande, "CRPA L110-1", because)
    if procedure.to_classify and found is not None and found.delay is not None:
        note("delay", str(procedure.delay or found.delay), source, because)
    note("silence", "unknown" if regime is Regime.UNKNOWN else str(regime), source, because)
    if regime is Regime.UNKNOWN:
        note(
            "flag",
            "possible_tacit_approval",
            "CRPA L231-1",
            "à qualifier : le principe étant l'acceptation, le silence peut accorder la demande.",
        )
    elif found is not None and found.presumed:
        note("flag", "presumed_tacit_approval", source, because)
    return scene, regime


def _classification(saisine: Saisine, procedure: Procedure) -> Silence | None:
    sending = saisine.sending
    by_agent = sending is not None and sending.sender is Sender.AGENT
    by_public_body = sending is not None and sending.sender is Sender.PUBLIC_BODY
    if not (procedure.to_classify or by_agent or by_public_body or procedure.commercial_service):
        return None
    if procedure.family is Family.OUTSIDE:
        return Silence(Regime.NONE, None, "CRPA L100-1, L100-3", "relation hors du champ du code.", crpa_applies=False)
    return classify(
        Request(
            by_agent=by_agent,
            by_public_body=by_public_body,
            asking=procedure.asking,
            founded_on_text=procedure.founded_on_text,
            founded_on_local_text=procedure.founded_on_local_text,
            individual=procedure.individual,
            local_category=procedure.local_category,
            public_service_is_commercial=procedure.commercial_service,
        )
    )


def _means(regime: Regime) -> str:
    match regime:
        case Regime.SVA:
            return "la démarche est qualifiée : le silence vaut acceptation."
        case Regime.SVR:
            return "la démarche est qualifiée : le silence vaut rejet."
        case Regime.RENUNCIATION:
            return "le silence vaut renonciation à préempter."
        case Regime.LUMP_SUM:
            return "le silence accorde un montant forfaitaire."
        case Regime.NONE:
            return "aucune décision n'est demandée : le silence ne décide de rien."
        case Regime.UNKNOWN:
            return "personne n'a qualifié la demande : elle n'est dite ni acceptée ni refusée."
