"""Whether a letter of some kind can be written at all, as things stand: what it would say must be true."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.errors import Conflict
from app.rest.languages import Said
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.ground import Ground, Sense
from app.sve.letters.values import Kind


class LetterNotDue(Conflict):
    """What this letter would state is not so: the text that founds it does not apply here, or not yet."""

    code = "letter-not-due"
    title_fr = "Cette lettre n'a pas lieu d'être"
    title_en = "This letter does not apply here"
    advice = Said("choisissez une autre lettre, ou consignez d'abord ce qui manque", en="choose another letter")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a letter cannot be written, and the text that says so."""

    because: Said
    source: str


def check_standing(kind: Kind, ground: Ground) -> None:
    """Raises `LetterNotDue` with the reason and its article."""
    told = _obstacle(kind, ground) or _own_remedies(kind, ground)
    if told is not None:
        because, source = told.because, told.source
        raise LetterNotDue(Said(f"{because} ({source})", en=f"{because.en} ({source})"))


def obstacle(kind: Kind, ground: Ground) -> Obstacle | None:
    """Says why a kind cannot be written as things stand, whatever is decided in it; None when it can."""
    if kind is not Kind.DECISION:
        return _obstacle(kind, ground) or _own_remedies(kind, ground)
    # A decision that grants may stand where a refusal may not: only what every sense meets shuts the letter.
    granting = replace(ground, fields=replace(ground.fields, sense=Sense.ACCEPTANCE))
    return _obstacle(kind, granting) or _own_remedies(kind, granting)


def _obstacle(kind: Kind, ground: Ground) -> Obstacle | None:
    match kind:
        case Kind.ARE:
            return _electronic(ground)
        case Kind.AR:
            return _paper(ground)
        case Kind.PIECES:
            return _pieces(ground)
        case Kind.TRANSMISSION:
            return None
        case Kind.WRONG_CHANNEL:
            return _channel(ground)
        case Kind.DECISION:
            return _decision(ground)
        case Kind.ATTESTATION:
            return _accepted(ground)
        case Kind.WITHDRAWAL_HEARING | Kind.WITHDRAWAL:
            return _accepted(ground) or _withdrawable(ground)
        case _:
            assert_never(kind)


def _own_remedies(kind: Kind, ground: Ground) -> Obstacle | None:
    """Whether the appeals this letter must name have a judge and a period that nobody has written here."""
    contested = kind in (Kind.ARE, Kind.AR) and ground.regime is Regime.SVR
    contested = contested or kind is Kind.WITHDRAWAL
    contested = contested or (kind is Kind.DECISION and ground.fields.sense is not Sense.ACCEPTANCE)
    if not contested or ground.family not in (Family.FPS, Family.ELECTORAL):
        return None
    return _told(
        "les recours de cette démarche ont leur juge et leurs délais propres, que ces lettres n'écrivent pas : envoyez la "
        "lettre de votre logiciel métier, puis consignez l'événement",
        "CGCT R2333-120-13 ; C. électoral L18, L20",
        en="the appeals of this procedure have a judge and periods of their own, which these letters do not write",
    )


def _electronic(ground: Ground) -> Obstacle | None:
    if not ground.electronic:
        return _told(
            "la demande n'est pas venue par voie électronique : c'est l'accusé de réception papier (AR) qui convient",
            "CRPA R112-5",
            en="the request did not come electronically: the paper acknowledgement (AR) is due",
        )
    if ground.day("are_due_date") is None:
        return _told(
            f"aucun accusé de réception électronique n'est dû : {ground.because('are_due_date')}",
            "CRPA L112-11",
            en="no electronic acknowledgement is due here",
        )
    return None


def _paper(ground: Ground) -> Obstacle | None:
    if ground.electronic:
        return _told(
            "la demande est venue par voie électronique : elle appelle un accusé de réception électronique (ARE), par le "
            "même canal",
            "CRPA R112-11-1",
            en="the request came electronically: an electronic acknowledgement (ARE) is due, by the same channel",
        )
    return None


def _pieces(ground: Ground) -> Obstacle | None:
    if ground.regime is Regime.NONE:
        return _told(
            "aucune décision n'est demandée : il n'y a pas de dossier à compléter",
            "CRPA L114-5",
            en="no decision is asked for: there is no file to complete",
        )
    if ground.regime is Regime.RENUNCIATION:
        return _told(
            "une déclaration d'intention d'aliéner a sa propre demande unique de documents : consignez l'événement "
            "documents_requested",
            "C. urb. L213-2",
            en="a declaration of intent to sell has its own single request for documents",
        )
    return _decided(ground)


def _decided(ground: Ground) -> Obstacle | None:
    if ground.born:
        return _told(
            "le silence a déjà décidé : demander des pièces ne change plus rien",
            "CRPA L231-1, L114-5",
            en="silence has already decided: asking for pieces changes nothing any more",
        )
    if ground.state == "decided":
        return _told("une décision a déjà été notifiée", "CRPA L221-8", en="a decision was already notified")
    return None


def _channel(ground: Ground) -> Obstacle | None:
    if not ground.electronic:
        return _told(
            "le courrier, le guichet et le téléphone saisissent toujours l'administration",
            "CRPA L100-3, L110-1",
            en="post, desk and telephone always seize the administration",
        )
    reserved = ground.published is not None and ground.published.dedicated
    if ground.values.get("valid_saisine") is True and not reserved:
        return _told(
            "la saisine est valable : rien de ce qui était publié ce jour-là n'écarte ce canal",
            "CRPA L112-8, R112-9-2",
            en="this referral is valid: nothing published that day excludes this channel",
        )
    return None


def _decision(ground: Ground) -> Obstacle | None:
    if ground.accepted and ground.fields.sense in (Sense.REFUSAL, Sense.PARTIAL):
        return _told(
            "le silence a déjà accordé la demande : un refus serait un retrait ; commencez par la procédure contradictoire",
            "CRPA L242-1, L121-1",
            en="silence has already granted the request: a refusal would be a withdrawal; begin with the hearing",
        )
    return None


def _accepted(ground: Ground) -> Obstacle | None:
    if not ground.accepted:
        return _told(
            "aucune acceptation tacite n'est née : le moteur n'en connaît pas la date",
            "CRPA L231-1, L232-3",
            en="no tacit acceptance exists: the engine knows no date for it",
        )
    return None


def _withdrawable(ground: Ground) -> Obstacle | None:
    last = ground.day("withdrawal_last_date")
    if last is None:
        return _told(
            f"aucun délai de retrait ne court : {ground.because('withdrawal_last_date') or 'rien à retirer'}",
            "CRPA L242-1",
            en="no withdrawal period runs",
        )
    if last < ground.on:
        return _told(
            f"le dernier jour pour retirer l'acceptation est passé ({last.isoformat()}) : "
            f"{ground.because('withdrawal_last_date')}",
            "CRPA L242-1",
            en=f"the last day to withdraw has passed ({last.isoformat()})",
        )
    return None


def _told(because: str, source: str, *, en: str) -> Obstacle:
    return Obstacle(Said(because, en=en), source)
