"""Rights of the data subject: a reply in one month, postponed to a working day, extensible in time."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.sve.law.calendar import postponed
from app.sve.law.case import Scene
from app.sve.law.events import Answered, ExpressDecision, IdentityProvided, IdentityRequested, PeriodExtended
from app.sve.law.notification import notified
from app.sve.law.reasons import in_french
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, add_period

SOURCE = "RGPD art. 12(3)"


@dataclass(frozen=True, slots=True)
class ReplyDue:
    """The last day to reply, and the day it would be without postponement. Source: RGPD 12(3); règl. 1182/71 art. 3."""

    on: date
    unrolled: date
    late: bool | None


def note_reply(scene: Scene, received_on: date, *, prefix: str = "") -> ReplyDue:
    """States the last day to answer a data subject.

    One month from reception, two more if the person is told within it; the last day is postponed to the next working
    day. A reasonable doubt on identity pauses it (EDPB 01/2022, not read). Source: RGPD 12(3), 12(6); règl. 1182/71 art. 3.
    """
    pause = _pause(scene)
    unrolled = add_period(received_on, ONE_MONTH) + pause
    due = postponed(unrolled, scene.territory, scene.options.calendar)
    late: bool | None = None
    extension = scene.first(PeriodExtended)
    if extension is not None:
        late = scene.day(extension.at) > due
        if late:
            scene.ledger.warn(
                "extension_too_late", SOURCE, f"prolongation annoncée après le {in_french(due)} : elle est sans effet."
            )
        else:
            unrolled = add_period(received_on, ONE_MONTH + TWO_MONTHS) + pause
            due = postponed(unrolled, scene.territory, scene.options.calendar)
    scene.ledger.note(
        f"{prefix}reply_due_date",
        due,
        f"{SOURCE} ; règl. 1182/71 art. 3",
        f"un mois à compter du {in_french(received_on)}, prolongé de deux si annoncé à temps, reporté au premier jour "
        f"ouvrable : {in_french(due)}.",
    )
    late = _is_late(scene, due, late=late)
    if late is not None:
        because = (
            "la réponse ou la prolongation n'est pas intervenue à temps."
            if late
            else "réponse ou prolongation à temps."
        )
        scene.ledger.note(f"{prefix}late", late, SOURCE, because)
    return ReplyDue(due, unrolled, late)


def _pause(scene: Scene) -> timedelta:
    asked = scene.first(IdentityRequested)
    if asked is None:
        return timedelta()
    given = next((event for event in scene.every(IdentityProvided) if event.at >= asked.at), None)
    if given is None:
        return timedelta()
    days = scene.day(given.at) - scene.day(asked.at)
    scene.ledger.note(
        "suspended_days",
        days.days,
        "RGPD art. 12(6) ; EDPB 01/2022",
        "doute raisonnable sur l'identité : délai en pause.",
    )
    return days


def answered_on(scene: Scene) -> date | None:
    """Gives the day of the reply, when there is one. Source: RGPD 12(3)."""
    days = [scene.day(event.at) for event in scene.every(Answered) if event.conclusive]
    days += [day for each in scene.every(ExpressDecision) if (day := notified(each.delivery, scene).on) is not None]
    return min(days, default=None)


def _is_late(scene: Scene, due: date, *, late: bool | None) -> bool | None:
    answered = answered_on(scene)
    if answered is not None:
        return answered > due
    if scene.today is not None and scene.today > due:
        return True
    return late
