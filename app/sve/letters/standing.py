"""Whether a letter of some kind can be written at all, as things stand: what it would say must be true."""

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


def check_standing(kind: Kind, ground: Ground) -> None:
    """Raises `LetterNotDue` with the reason and its article."""
    told = _obstacle(kind, ground) or _own_remedies(kind, ground)
    if told is not None:
        raise LetterNotDue(told)


def _obstacle(kind: Kind, ground: Ground) -> Said | None:
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


def _own_remedies(kind: Kind, ground: Ground) -> Said | None:
    """Whether the appeals this letter must name have a judge and a period that nobody has written here."""
    contested = kind in (Kind.ARE, Kind.AR) and ground.regime is Regime.SVR
    contested = contested or kind is Kind.WITHDRAWAL
    contested = contested or (kind is Kind.DECISION and ground.fields.sense is not Sense.ACCEPTANCE)
    if not contested or ground.family not in (Family.FPS, Family.ELECTORAL):
        return None
    return Said(
        "les recours de cette démarche ont leur juge et leurs délais propres (CGCT R2333-120-13 ; C. électoral L18, L20), que "
        "ces lettres n'écrivent pas : envoyez la lettre de votre logiciel métier, puis consignez l'événement",
        en="the appeals of this procedure have a judge and periods of their own, which these letters do not write",
    )


def _electronic(ground: Ground) -> Said | None:
    if not ground.electronic:
        return Said(
            "la demande n'est pas venue par voie électronique : c'est un accusé de réception papier qui convient (AR, CRPA "
            "R112-5)",
            en="the request did not come electronically: a paper acknowledgement is due (AR, CRPA R112-5)",
        )
    if ground.day("are_due_date") is None:
        return Said(
            f"aucun accusé de réception électronique n'est dû : {ground.because('are_due_date')}",
            en="no electronic acknowledgement is due here (CRPA L112-11)",
        )
    return None


def _paper(ground: Ground) -> Said | None:
    if ground.electronic:
        return Said(
            "la demande est venue par voie électronique : elle appelle un accusé de réception électronique (ARE, CRPA "
            "R112-11-1), par le même canal",
            en="the request came electronically: an electronic acknowledgement is due (ARE, CRPA R112-11-1)",
        )
    return None


def _pieces(ground: Ground) -> Said | None:
    if ground.regime is Regime.NONE:
        return Said(
            "aucune décision n'est demandée : il n'y a pas de dossier à compléter (CRPA L114-5)",
            en="no decision is asked for: there is no file to complete (CRPA L114-5)",
        )
    if ground.regime is Regime.RENUNCIATION:
        return Said(
            "une déclaration d'intention d'aliéner a sa propre demande unique de documents (C. urb. L213-2) : consignez "
            "l'événement documents_requested",
            en="a DIA has its own single request for documents (C. urb. L213-2)",
        )
    return _decided(ground)


def _decided(ground: Ground) -> Said | None:
    if ground.born:
        return Said(
            "le silence a déjà décidé : demander des pièces ne change plus rien (CRPA L231-1, L114-5)",
            en="silence has already decided: asking for pieces changes nothing any more (CRPA L231-1, L114-5)",
        )
    if ground.state == "decided":
        return Said(
            "une décision a déjà été notifiée (CRPA L221-8)", en="a decision was already notified (CRPA L221-8)"
        )
    return None


def _channel(ground: Ground) -> Said | None:
    if not ground.electronic:
        return Said(
            "le courrier, le guichet et le téléphone saisissent toujours l'administration (CRPA L100-3, L110-1)",
            en="post, desk and telephone always seize the administration (CRPA L100-3, L110-1)",
        )
    reserved = ground.published is not None and ground.published.dedicated
    if ground.values.get("valid_saisine") is True and not reserved:
        return Said(
            "la saisine est valable : rien de ce qui était publié ce jour-là n'écarte ce canal (CRPA L112-8, R112-9-2)",
            en="this referral is valid: nothing published that day excludes this channel (CRPA L112-8, R112-9-2)",
        )
    return None


def _decision(ground: Ground) -> Said | None:
    if ground.accepted and ground.fields.sense in (Sense.REFUSAL, Sense.PARTIAL):
        return Said(
            "le silence a déjà accordé la demande : un refus serait un retrait ; commencez par la procédure contradictoire "
            "(CRPA L242-1, L121-1)",
            en="silence has already granted the request: a refusal would be a withdrawal (CRPA L242-1, L121-1)",
        )
    return None


def _accepted(ground: Ground) -> Said | None:
    if not ground.accepted:
        return Said(
            "aucune acceptation tacite n'est née : le moteur n'en connaît pas la date (CRPA L231-1, L232-3)",
            en="no tacit acceptance exists: the engine knows no date for it (CRPA L231-1, L232-3)",
        )
    return None


def _withdrawable(ground: Ground) -> Said | None:
    last = ground.day("withdrawal_last_date")
    if last is None:
        return Said(
            f"aucun délai de retrait ne court : {ground.because('withdrawal_last_date') or 'rien à retirer'} (CRPA L242-1)",
            en="no withdrawal period runs (CRPA L242-1)",
        )
    if last < ground.on:
        return Said(
            f"le dernier jour pour retirer l'acceptation est passé ({last.isoformat()}) : {ground.because('withdrawal_last_date')}",
            en=f"the last day to withdraw has passed ({last.isoformat()}, CRPA L242-1)",
        )
    return None
