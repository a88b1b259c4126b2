"""The day on which an act is notified, by each means, in general and in urbanisme."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.sve.law.case import Scene
from app.sve.law.events import Delivery, DocumentOpened
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french

ONE_DAY = timedelta(days=1)
URBANISME = frozenset({Family.URBANISME, Family.DIA})


@dataclass(frozen=True, slots=True)
class Notified:
    """The day of notification, None when there is none. Source: `source`; CRPA L221-8, R112-20.

    `known_on` is the first day on which that day is certain; `pending_on` the day which a deposit not yet opened would
    bear if it stays closed.
    """

    on: date | None
    source: str
    because: str
    known_on: date | None = None
    pending_on: date | None = None


def notified(delivery: Delivery, scene: Scene) -> Notified:
    """Says when an act was notified.

    Source: CRPA L221-8, L112-15, R112-17 to R112-20; C. urb. R474-1 II; CE 24 May 2024 n°472321 (first presentation).
    """
    if scene.procedure.family in URBANISME:
        return _urbanisme(delivery, scene)
    day = scene.day_if(delivery.notified_at)
    if day is not None:
        return Notified(day, "CRPA L221-8", f"notifiée le {in_french(day)}.", known_on=day)
    day = scene.day_if(delivery.first_presented_at)
    if day is not None:
        return Notified(
            day, "CRPA L221-8", f"lettre présentée pour la première fois le {in_french(day)}.", known_on=day
        )
    # CPCE R53-3: fifteen days too, counted from the day after the information.
    if (available := scene.day_if(delivery.lre_information_at or delivery.made_available_at)) is not None:
        return _deposited(delivery, available, scene)
    return Notified(None, "CRPA L221-8", "aucune notification n'est établie.")


def _urbanisme(delivery: Delivery, scene: Scene) -> Notified:
    days = [day for at in (delivery.first_presented_at, delivery.notified_at) if (day := scene.day_if(at)) is not None]
    if days:
        day = min(days)
        because = f"seule compte la première présentation au destinataire : {in_french(day)}."
        return Notified(day, "CE 24 mai 2024 n°472321", because, known_on=day)
    for at, words in (
        (delivery.lre_information_at, "l'information de CPCE R53-3 I (recommandé électronique)"),
        (delivery.deposit_notice_sent_at or delivery.made_available_at, "l'envoi de l'avis de dépôt"),
    ):
        sent = scene.day_if(at)
        if sent is None:
            continue
        if delivery.express_consent is False:
            return Notified(None, "CRPA L112-15 al.2", "l'accord exprès du demandeur n'avait pas été recueilli.")
        day = sent + ONE_DAY
        return Notified(
            day,
            "C. urb. R474-1 II (par dérogation à CRPA R112-20)",
            f"réputée notifiée le lendemain de {words}, ouvert ou non : {in_french(day)}.",
            known_on=day,
        )
    return Notified(None, "C. urb. R424-10, R474-1 II", "aucune notification n'est établie.")


def _deposited(delivery: Delivery, available: date, scene: Scene) -> Notified:
    opened = next(
        (scene.day(each.at) for each in scene.every(DocumentOpened) if scene.day(each.at) >= available),
        None,
    )
    if delivery.express_consent is not True:
        if opened is not None and not scene.procedure.registered_letter_required:
            return Notified(opened, "CRPA L112-14, L221-8", f"ouverte le {in_french(opened)}.", known_on=opened)
        return Notified(
            None,
            "CRPA L112-15 al.2, R112-17, R112-18",
            "l'accord exprès de l'intéressé n'avait pas été recueilli : la mise à disposition ne notifie rien.",
        )
    last = available + timedelta(days=scene.options.unopened_days)
    if opened is not None and opened <= last:
        because = f"notifiée le jour de la première consultation : {in_french(opened)}."
        return Notified(opened, "CRPA R112-20 al.1", because, known_on=opened)
    if scene.past(last):
        return Notified(
            available,
            "CRPA R112-20 al.2, L112-15",
            f"jamais consultée dans les {scene.options.unopened_days} jours : réputée notifiée le jour de la mise à "
            f"disposition, {in_french(available)}.",
            known_on=last + ONE_DAY,
        )
    return Notified(
        None,
        "CRPA R112-20",
        f"mise à disposition le {in_french(available)}, pas encore consultée : date incertaine jusqu'au {in_french(last)}.",
        known_on=last + ONE_DAY,
        pending_on=available,
    )
