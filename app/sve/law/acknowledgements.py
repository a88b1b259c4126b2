"""AEE, ARE and paper AR: what is due, by when, and whether it left."""

from datetime import date, timedelta

from app.sve.law.calendar import add_working_days
from app.sve.law.case import Scene
from app.sve.law.events import (
    AckKind,
    AckSent,
    AdministrativeAppeal,
    PiecesReceived,
    Received,
    Sender,
    Transferred,
    Way,
)
from app.sve.law.notices import Notice, mentions
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.saisine import Saisine

AEE_WORKING_DAYS = 1  # CRPA R112-11-2 al.1
ARE_WORKING_DAYS = 10  # CRPA R112-11-2 al.2
SHORT_DAYS = 15  # CRPA R112-4 1°


def acknowledge(scene: Scene, saisine: Saisine, silence: Regime) -> None:
    """States what must acknowledge the sending. Sources: CRPA L112-2 to L112-12, R112-4, R112-11-1 to R112-11-4."""
    sending = saisine.sending
    if sending is None:
        return
    if sending.sender is Sender.AGENT:
        _nothing_due(
            scene, "CRPA L112-2, L112-7", "relation entre l'administration et son agent : ni AR, ni AEE, ni ARE."
        )
    elif sending.sender is Sender.PUBLIC_BODY or not saisine.crpa_applies:
        _nothing_due(scene, "CRPA L100-3", "relation hors du champ du code : aucun accusé n'est dû.")
    elif sending.way is not Way.ELECTRONIC:
        _paper(scene, sending, silence)
    elif sending.abusive:
        _nothing_due(
            scene,
            "CRPA L112-11 al.4",
            "envoi qualifié d'abusif ou dangereux pour le système par un agent : aucun accusé n'est dû.",
        )
    else:
        _electronic(scene, saisine, sending, silence)
    _pieces(scene)


def request_acks(scene: Scene, sending: Received) -> list[AckSent]:
    """Gives the acknowledgements of the request itself: those sent before any administrative appeal.

    Source: CRPA L112-6, L112-12 (the acknowledgement of the request), L411-3 (that of an appeal).
    """
    found: list[AckSent] = []
    for event in scene.events:
        if isinstance(event, AdministrativeAppeal):
            break
        if isinstance(event, AckSent) and event.at >= sending.at:
            found.append(event)
    return found


def days_to_acknowledge(scene: Scene, day: date, n: int) -> date:
    """Counts jours ouvrés as this administration works them. Source: CRPA R112-11-2 (undefined there)."""
    options = scene.options
    return add_working_days(day, n, scene.territory, weekdays=options.worked_weekdays, local=options.calendar)


def _nothing_due(scene: Scene, source: str, because: str) -> None:
    scene.ledger.note("aee_due_date", None, source, because)
    scene.ledger.note("are_due_date", None, source, because)
    scene.ledger.note("ar_required", False, source, because)


def _paper(scene: Scene, sending: Received, silence: Regime) -> None:
    note = scene.ledger.note
    delay = scene.procedure.delay
    short = delay is not None and not delay.months and delay.days <= SHORT_DAYS
    if silence is Regime.SVA and short:
        note("ar_required", False, "CRPA R112-4 1°", "la décision est acquise au demandeur en quinze jours au plus.")
    elif scene.procedure.mere_delivery:
        note("ar_required", False, "CRPA R112-4 2°", "simple délivrance d'un document ou service prévu par les textes.")
    elif scene.procedure.is_demande is False:
        note("ar_required", False, "CRPA L112-3, L110-1", "seules les demandes font l'objet d'un accusé de réception.")
    elif sending.abusive:
        note("ar_required", False, "CRPA L112-3 1°", "demande qualifiée d'abusive par un agent.")
    else:
        note("ar_required", True, "CRPA L112-3, R112-5", "toute demande fait l'objet d'un accusé de réception.")
        note(
            "ar_due_date",
            None,
            "CRPA L112-3, L112-6",
            "aucun texte ne fixe de délai à l'accusé papier ; sans lui, les délais de recours ne sont pas opposables.",
        )


def _electronic(scene: Scene, saisine: Saisine, sending: Received, silence: Regime) -> None:
    note = scene.ledger.note
    received = scene.day(sending.at)
    sent = request_acks(scene, sending)
    complete = [ack for ack in sent if ack.kind is not AckKind.AEE and ack.complete_mentions is not False]
    if sending.are_instant or any(_instant(scene, sending, ack) for ack in complete):
        note("aee_due_date", None, "CRPA L112-11 al.1, R112-11-2", "l'ARE a été instantané : aucun AEE n'est dû.")
    else:
        due = days_to_acknowledge(scene, received, AEE_WORKING_DAYS)
        note(
            "aee_due_date",
            due,
            "CRPA R112-11-2 al.1",
            f"l'AEE part aussitôt, au plus tard un jour ouvré après la réception : {in_french(due)}.",
        )
    _are(scene, saisine, sending, silence)
    note(
        "aee_done",
        bool(sent),
        "CRPA L112-11 al.1",
        "un accusé portant la date de réception est parti."
        if sent
        else "aucun accusé n'est parti ; la sanction de L112-12 ne vise que l'ARE.",
    )
    note(
        "are_done",
        bool(complete),
        "CRPA L112-11, L112-12, R112-11-1",
        "un ARE aux mentions complètes est parti." if complete else _unacknowledged(sent),
    )
    for ack in sent:
        if ack.announced_term is not None:
            note(
                "announced_term",
                ack.announced_term,
                "CRPA R112-11-1 2°",
                "date annoncée par l'ARE, « sous réserve que la demande soit complète ».",
            )


def _unacknowledged(sent: list[AckSent]) -> str:
    """Says what a missing or irregular ARE costs. Source: CRPA L112-12, both sentences."""
    irregular = any(ack.kind is not AckKind.AEE for ack in sent)
    said = "l'ARE parti n'a pas toutes ses mentions" if irregular else "aucun ARE aux mentions complètes n'est parti"
    return f"{said} : les délais de recours ne sont pas opposables au demandeur, sauf décision expresse notifiée avant le terme."


def _instant(scene: Scene, sending: Received, ack: AckSent) -> bool:
    return timedelta() <= ack.at - sending.at <= timedelta(seconds=scene.options.instant_seconds)


def _are(scene: Scene, saisine: Saisine, sending: Received, silence: Regime) -> None:
    note = scene.ledger.note
    start = _competent_reception(scene, sending)
    if start is None:
        note(
            "are_due_date",
            None,
            "CRPA R112-11-2 al.2, L114-2",
            "l'administration compétente n'est pas encore saisie : transmettre sans attendre.",
        )
        return
    due = days_to_acknowledge(scene, start, ARE_WORKING_DAYS)
    note(
        "are_due_date",
        due,
        "CRPA R112-11-2 al.2, L112-11 al.1",
        f"dix jours ouvrés après la réception par l'administration compétente le {in_french(start)} : {in_french(due)}.",
    )
    note(
        "are_mentions",
        mentions(Notice.ARE, silence, incomplete=sending.complete is False),
        "CRPA R112-11-1",
        "mentions obligatoires de l'ARE pour cette demande.",
    )
    if silence is Regime.UNKNOWN and saisine.valid:
        note(
            "review_by",
            due,
            "CRPA R112-11-1, R112-11-2",
            "l'ARE doit dire ce que vaut le silence : la demande doit être qualifiée au plus tard ce jour-là.",
        )


def _competent_reception(scene: Scene, sending: Received) -> date | None:
    if sending.competent:
        return scene.day(sending.at)
    for event in scene.events:
        if isinstance(event, Transferred | Received) and event.competent and event.at >= sending.at:
            return scene.day(event.at)
    return None


def _pieces(scene: Scene) -> None:
    by_mail = [event for event in scene.every(PiecesReceived) if event.way is Way.ELECTRONIC]
    if not by_mail:
        return
    day = scene.day(by_mail[-1].at)
    scene.ledger.note(
        "pieces_aee_due_date",
        days_to_acknowledge(scene, day, AEE_WORKING_DAYS),
        "CRPA L112-11 al.1, R112-11-2 al.1",
        "les pièces envoyées par voie électronique sont un envoi : un AEE est dû.",
    )
    scene.ledger.note(
        "pieces_are_due_date",
        days_to_acknowledge(scene, day, ARE_WORKING_DAYS),
        "CRPA L112-11 al.1, R112-11-2 al.2",
        "les pièces envoyées par voie électronique sont un envoi : un ARE est dû.",
    )
