"""What cannot happen to a saisine, rule by rule, each with its source. What the law merely deprives of effect is not here."""

from datetime import datetime, timedelta

from app.sve.law.clock import read
from app.sve.law.events import (
    Death,
    DocumentsReceived,
    DocumentsRequested,
    ExpressDecision,
    FpsNotified,
    MediationAgreed,
    PeriodExtended,
    PiecesReceived,
    PiecesRequested,
    Received,
    Suspended,
    SuspensionLifted,
    TacitAcceptance,
    TacitRejection,
    Transferred,
    Unlisted,
    UserDeadline,
)
from app.sve.law.happenings import REGISTER, STEPS, Act, Entry, Moment, Past, Refused
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french

SKEW = timedelta(minutes=1)
# What may be older than the request itself.
_OLDER = (Received, UserDeadline, Death, FpsNotified, TacitAcceptance, TacitRejection, MediationAgreed, Unlisted)
# Where a text makes the period run from the complete file, asked for or not (CASF L232-14, R241-33, R441-4).
_FROM_COMPLETE = frozenset({Family.APA, Family.MDPH, Family.ACCUEILLANT})
_DATED = frozenset({Act.TRANSMITTED, Act.ATTESTATION_REQUESTED, Act.ATTESTATION_ISSUED, *STEPS})


def dismissed_first(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    if entry.act is Act.REOPENED and not past.dismissed:
        return Refused(
            code="not-dismissed",
            source=REGISTER,
            because="cette saisine n'est pas écartée : il n'y a rien à rouvrir",
            because_en="this saisine is not dismissed: there is nothing to reopen",
            conflict=True,
        )
    # The day a sending was received stays a fact of that sending, owed its acknowledgement (CRPA R112-11-2): it is put right
    # whether or not the sending asks anything, and holds if it is reopened.
    received = isinstance(entry.fact, Received) or entry.act is Act.CORRECTED
    if past.dismissed and not received and entry.act not in (Act.REOPENED, Act.SEPARATED):
        return Refused(
            code="dismissed",
            source="CRPA L110-1",
            because="cette saisine est écartée, elle n'est pas une demande : rouvrez-la d'abord (« reopened »)",
            because_en="this saisine is dismissed, it is not a request: reopen it first (`reopened`)",
            conflict=True,
        )
    return None


def joined_elsewhere(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    if not past.joined or entry.act not in (Act.QUALIFIED, Act.DISMISSED, Act.REOPENED):
        return None
    return Refused(
        code="joined",
        source="CRPA L114-3",
        because="cette saisine est réunie à une autre, reçue avant elle, dont le délai compte : agissez sur celle-là, ou "
        "séparez-les",
        because_en="this saisine is joined to another, received before it, whose clock counts: act on that one, or "
        "separate them",
        conflict=True,
    )


def to_come(_past: Past, entry: Entry, now: datetime) -> Refused | None:
    late = next((moment for moment in entry.moments if moment.at > now + SKEW), None)
    if late is None:
        return None
    return Refused(
        code="to-come",
        source=REGISTER,
        because="cette date est à venir : un événement se consigne une fois arrivé",
        because_en="this date is still to come: an event is recorded once it has happened",
        field=late.name,
    )


def before_reception(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    """Nothing is done of a request nobody has received (CRPA L114-3, L231-1: every period starts there)."""
    fact, received_at = entry.fact, past.received_at
    third = isinstance(fact, ExpressDecision) and not fact.addressee_is_applicant
    if received_at is None or third or isinstance(fact, _OLDER) or (fact is None and entry.act not in _DATED):
        return None
    for moment in entry.moments:
        same_day = moment.whole_day and past.day(moment.at) == past.day(received_at)
        if moment.at >= received_at or (same_day and not isinstance(fact, ExpressDecision)):
            continue
        hour = " ; précisez l'heure" if same_day else ""
        day = past.day(received_at)
        return Refused(
            code="before-reception",
            source="CRPA L114-3, L231-1",
            because=f"antérieur à la réception de la demande, le {in_french(day)} : ce fait répond à autre chose{hour}",
            because_en=f"before the request was received, on {day}: it answers something else"
            + ("; give the hour" if same_day else ""),
            field=moment.name,
        )
    return None


def pieces_nobody_asked(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    """Pieces nobody asked for move no clock (CRPA L114-3 al.2), save where the period runs from the complete file."""
    match entry.fact:
        case PiecesReceived():
            asked = any(_asked_by(past, each.at, entry) for each in past.facts(PiecesRequested))
            allowed = past.case.procedure.family in _FROM_COMPLETE or _known_incomplete(past)
        case DocumentsReceived():
            asked = any(_asked_by(past, each.at, entry) for each in past.facts(DocumentsRequested))
            allowed = False
        case _:
            return None
    if asked or allowed:
        return None
    return Refused(
        code="not-asked",
        source="CRPA L114-3 al.2, L114-5",
        because="rien n'a été demandé avant cette date : des pièces envoyées d'elles-mêmes ne déplacent aucun délai. "
        "Consignez d'abord la demande de pièces, à sa date",
        because_en="nothing had been asked for by then: pieces sent unasked move no clock. Record the request for pieces "
        "first, at its own date",
        conflict=True,
    )


def _asked_by(past: Past, asked_at: datetime, entry: Entry) -> bool:
    return asked_at <= entry.at or (entry.whole_day and past.day(asked_at) == past.day(entry.at))


def _known_incomplete(past: Past) -> bool:
    return any(each.complete is False for each in past.facts(Received))


def received_before_sent(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    """The competent administration receives what was transmitted (CRPA L114-2)."""
    if not isinstance(entry.fact, Transferred):
        return None
    sent = entry.moment("sent_at")
    received = entry.moment("received_at") or entry.moment("at")
    first = min((each.at for each in past.acts(Act.TRANSMITTED)), default=None)
    told = sent or (None if first is None else Moment("at", first))
    if received is None or told is None or not past.sooner(received, told):
        return None
    return Refused(
        code="received-before-sent",
        source="CRPA L114-2, L114-3",
        because="l'autorité compétente ne peut avoir reçu la demande avant sa transmission",
        because_en="the competent authority cannot have received the request before it was transmitted",
        field=received.name,
    )


def extended_after_term(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    if not isinstance(entry.fact, PeriodExtended):
        return None
    term = read(past.case, now=entry.fact.at).term_on
    if term is None or past.day(entry.fact.at) <= term:
        return None
    moment = entry.moment("first_presented_at", "notified_at", "at")
    return Refused(
        code="after-term",
        source="CRPA L231-1, L231-4, L231-6",
        because=f"le délai était échu le {in_french(term)} à minuit : on ne prolonge pas un délai expiré",
        because_en=f"the period ended on {term} at midnight: what has expired is not extended",
        field="at" if moment is None else moment.name,
        conflict=True,
    )


def resumed_without_stop(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    if not isinstance(entry.fact, SuspensionLifted) or any(each.at <= entry.at for each in past.facts(Suspended)):
        return None
    return Refused(
        code="nothing-suspended",
        source="CRPA L115-3, R115-5",
        because="rien n'était suspendu à cette date : consignez d'abord la suspension",
        because_en="nothing was suspended by then: record the suspension first",
        conflict=True,
    )
