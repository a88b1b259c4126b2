"""The user's own deadline: which date counts as the day they wrote."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import Received, UserDeadline, Way
from app.sve.law.reasons import in_french
from app.sve.law.saisine import Saisine


def note_user_deadline(scene: Scene, saisine: Saisine) -> None:
    """States whether the applicant wrote in time.

    By post the postmark is proof (CRPA L112-1); electronically the date shown on the acknowledgement, which is that of
    reception (L112-13). Neither holds for public contracts, nor where personal presence is required.
    """
    deadline = scene.first(UserDeadline)
    sending = saisine.sending
    if deadline is None or sending is None or saisine.reception_on is None:
        return
    day, source = _proof(scene, sending, saisine.reception_on)
    scene.ledger.note("date_faisant_foi", day, source, f"la date qui fait foi est le {in_french(day)}.")
    scene.ledger.note(
        "in_time",
        day <= deadline.day,
        source,
        f"l'usager devait écrire au plus tard le {in_french(deadline.day)}.",
    )


def _proof(scene: Scene, sending: Received, reception_on: date) -> tuple[date, str]:
    procedure = scene.procedure
    if procedure.presence_required or procedure.public_contract:
        return reception_on, "CRPA L112-1 al.2, L112-13 al.2"
    if sending.way is Way.POST and sending.postmark is not None:
        return sending.postmark, "CRPA L112-1"
    if sending.way is not Way.ELECTRONIC:
        return reception_on, "CRPA L112-1"
    if scene.options.user_deadline_by_sending and sending.sent_at is not None:
        return scene.day(sending.sent_at), "CRPA L112-13 al.1 (preuve de l'envoi)"
    return reception_on, "CRPA L112-13 al.1"
