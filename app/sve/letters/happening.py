"""The legal event a letter is, in the vocabulary of `parvis sve simulate`; an acknowledgement is one when it leaves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, assert_never

from app.clock import civil_day
from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.letters.ground import Fields
from app.sve.letters.parts import Composed
from app.sve.letters.values import Kind, Way


def asked(kind: Kind, given: Fields, *, family: Family, at: datetime) -> Mapping[str, Any] | None:
    """Returns the request for pieces a letter makes, None when it asks for none. Source: CRPA L114-5, R112-11-4."""
    if kind not in (Kind.ARE, Kind.AR, Kind.PIECES) or not given.pieces:
        return None
    event: dict[str, Any] = {"type": "pieces_requested", "at": instant(at), "items": list(given.pieces)}
    if given.legal_basis:
        event["legal_basis"] = given.legal_basis
    if family is Family.URBANISME:
        return {**event, "deadline_period": "P3M"}
    if given.deadline_on is not None:
        event["deadline_date"] = given.deadline_on.isoformat()
    return {**event, "mentions_l114_5_rule": True}


def acknowledged(kind: Kind, composed: Composed, *, announced: date | None) -> Mapping[str, Any]:
    """Returns what the clock must know of an acknowledgement once it has left: its mentions, the date it announced."""
    told: dict[str, Any] = {"kind": kind.value.upper(), "complete_mentions": not composed.missing}
    if Mention.TERM in composed.mentions and announced is not None:
        told["announced_term"] = announced.isoformat()
    return told


def event_of(
    kind: Kind, given: Fields, composed: Composed, *, way: Way, family: Family, zone: str, at: datetime
) -> Mapping[str, Any] | None:
    """Returns the event recorded when the letter is composed, None when it is none, or only becomes one on leaving."""
    match kind:
        case Kind.ARE | Kind.AR | Kind.PIECES:
            return asked(kind, given, family=family, at=at)
        case Kind.TRANSMISSION:
            received = {} if given.received_on is None else {"received_at": given.received_on.isoformat()}
            told = {"type": "transferred", "at": instant(at), "to": "competent", "recipient": given.recipient}
            return {**told, **received}
        case Kind.DECISION:
            against = {"mentions_appeal": True} if Mention.APPEAL_ROUTES in composed.mentions else {}
            referral = {"mentions_cada": True} if Mention.CADA_REFERRAL in composed.mentions else {}
            sense = {"sense": given.sense.value} if given.sense else {}
            return {"type": "express_decision", **sense, **against, **referral, **_served(given, way, zone, at)}
        case Kind.ATTESTATION:
            return {"type": "attestation_issued", "at": instant(at)}
        case Kind.WITHDRAWAL:
            return {"type": "withdrawal_decision", "contradictory": True, **_served(given, way, zone, at)}
        case Kind.WRONG_CHANNEL | Kind.WITHDRAWAL_HEARING:
            return None
        case _:
            assert_never(kind)


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _served(given: Fields, way: Way, zone: str, at: datetime) -> dict[str, Any]:
    """Signature, and the step of service this way is: handing over notifies, posting and mailing prove nothing yet."""
    today = civil_day(at, zone)
    signed = given.signed_on or today
    told = {"at": instant(at), "signed_at": instant(at) if signed == today else signed.isoformat()}
    match way:
        case Way.COUNTER:
            return {**told, "notified_at": instant(at)}
        case Way.POST:
            return {**told, "posted_at": instant(at)}
        case Way.CHANNEL:
            return told
        case _:
            assert_never(way)
