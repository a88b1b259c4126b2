"""Whether and when a sending legally seizes the administration."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.calendar import Territory
from app.sve.law.case import Scene
from app.sve.law.events import Identity, IdentityProvided, Received, Sender, TermsOfUse, Transferred, Way
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.rules import SVE_DIA

DEDICATED_CHANNELS = frozenset({"teleservice", "teleprocedure", "téléservice", "téléprocédure", "guichet_numerique"})

USUAL_CHANNELS = DEDICATED_CHANNELS | {"email", "web_form", "webform", "form"}


@dataclass(frozen=True, slots=True)
class Saisine:
    """The sending which counts, and the days from which each kind of silence may run. Source: CRPA L112-8, L114-3.

    `seized_on`: first administration seized (rejection). `competent_on`: competent one (acceptance). `debated_on`: the
    day from which another defensible reading would count.
    """

    sending: Received | None
    valid: bool
    reception_on: date | None
    seized_on: date | None
    competent_on: date | None
    debated_on: date | None = None
    crpa_applies: bool = True


@dataclass(frozen=True, slots=True)
class _Verdict:
    valid: bool
    source: str
    because: str
    debated: bool = False
    identity_missing: bool = False


def seize(scene: Scene) -> Saisine:
    """Finds the first sending which legally seizes the administration, and says why the others do not.

    Source: CRPA L112-8, L112-9, L112-10, R112-9-1, R112-9-2; L114-2, L114-3; C. urb. R423-2-1.
    """
    sendings = scene.every(Received)
    if not sendings:
        return Saisine(None, valid=True, reception_on=None, seized_on=None, competent_on=None)
    verdicts = [(sending, _judge(scene, sending)) for sending in sendings]
    sending, verdict = next((pair for pair in verdicts if pair[1].valid), verdicts[0])
    reception = scene.day(sending.at)
    scene.ledger.note(
        "reception_date",
        reception,
        "CRPA R112-11-1 1°" if sending.way is Way.ELECTRONIC else "CRPA R112-5 1°",
        f"reçue le {in_french(reception)}, en heure légale de l'administration compétente.",
    )
    if not _crpa_applies(scene, sending):
        return Saisine(
            sending, valid=True, reception_on=reception, seized_on=None, competent_on=None, crpa_applies=False
        )
    seized, debated = _seized_on(scene, sending, verdict, reception)
    _note_validity(scene, sending, verdict, seized)
    if seized is None:
        return Saisine(
            sending,
            valid=False,
            reception_on=reception,
            seized_on=None,
            competent_on=None,
            debated_on=debated,
        )
    competent = _competent_on(scene, sending)
    return Saisine(
        sending,
        valid=True,
        reception_on=reception,
        seized_on=seized,
        competent_on=None if competent is None else max(competent, seized),
        debated_on=debated,
    )


def _judge(scene: Scene, sending: Received) -> _Verdict:
    if sending.way is not Way.ELECTRONIC:
        return _judge_paper(scene, sending)
    if sending.sender in (Sender.AGENT, Sender.PUBLIC_BODY):
        return _Verdict(True, "CRPA L112-7", "les règles de la saisine électronique ne visent pas cet expéditeur.")
    dated_out = scene.procedure.family is Family.DIA and not SVE_DIA.in_force(scene.day(sending.at))
    if scene.procedure.sve_excluded or dated_out:
        return _Verdict(
            False,
            "CRPA L112-10",
            "cette démarche est exclue de la saisine électronique par décret : inviter au papier.",
        )
    if sending.terms is not None and (refused := _off_terms(scene, sending, sending.terms)) is not None:
        return refused
    own = sending.terms is not None and sending.terms.own_identifiers
    if sending.identity is not None and not _identified(sending.identity, sending, own_identifiers=own):
        return _Verdict(
            False,
            "CRPA L112-8, R112-9-1",
            "l'auteur ne s'est pas identifié (nom, prénom, adresses postale et électronique, ou numéro) : "
            "lui demander ces éléments.",
            debated=True,
            identity_missing=True,
        )
    if sending.terms is not None and not _in_force(sending.terms.published, sending.terms.published_on, scene, sending):
        return _Verdict(
            True,
            "CRPA R112-9-2 al.2, L112-8",
            "aucune modalité n'était publiée ce jour-là : tout type d'envoi électronique saisit l'administration.",
        )
    return _Verdict(True, "CRPA L112-8", "l'envoi électronique d'une personne identifiée saisit l'administration.")


def _judge_paper(scene: Scene, sending: Received) -> _Verdict:
    compulsory = sending.terms is not None and sending.terms.compulsory_for_legal_persons
    if compulsory and sending.sender is Sender.LEGAL_PERSON and scene.procedure.family is Family.URBANISME:
        return _Verdict(
            scene.options.legal_person_paper_valid,
            "C. urb. R423-2-1, L423-3",
            "une personne morale dépose par voie électronique dans cette commune ; l'effet d'un dépôt papier n'est pas "
            "tranché : inviter à déposer en ligne.",
            debated=True,
        )
    return _Verdict(True, "CRPA L100-3, L110-1", "le courrier, le guichet et le téléphone restent ouverts.")


def _off_terms(scene: Scene, sending: Received, terms: TermsOfUse) -> _Verdict | None:
    dedicated = _in_force(terms.dedicated_teleservice, terms.dedicated_on, scene, sending)
    if dedicated and sending.channel not in DEDICATED_CHANNELS:
        return _Verdict(
            False,
            "CRPA L112-9 al.3 ; CE 27 nov. 2019 n°422516",
            "un téléservice est réservé à cette démarche : par voie électronique, lui seul saisit l'administration.",
        )
    if dedicated or terms.allowed is None or not _in_force(terms.published, terms.published_on, scene, sending):
        return None
    if any(_same_channel(allowed, sending) for allowed in terms.allowed):
        return None
    return _Verdict(
        False,
        "CRPA L112-9 al.2-3 ; CE 27 nov. 2019 n°422516",
        "les modalités publiées s'imposent au public et ne citent pas ce canal : répondre et orienter.",
    )


def _in_force(published: bool, since: date | None, scene: Scene, sending: Received) -> bool:  # noqa: FBT001 — a fact, not a switch
    return published and (since is None or since <= scene.day(sending.at))


def _same_channel(allowed: str, sending: Received) -> bool:
    channel, _, address = allowed.partition(":")
    if channel != sending.channel and not (channel in DEDICATED_CHANNELS and sending.channel in DEDICATED_CHANNELS):
        return False
    return not address or sending.recipient is None or sending.recipient.lower().startswith(address.lower())


def _identified(identity: Identity, sending: Received, *, own_identifiers: bool) -> bool:
    if identity.company_number or identity.association_number:
        return True
    if identity.electronic_identification:
        # R112-9-1 last al.: an identifier of the administration's own, or another electronic identification.
        return True
    reachable = identity.electronic_address or sending.channel.startswith("email") or own_identifiers
    return identity.name and identity.first_name and identity.postal_address and reachable


def _crpa_applies(scene: Scene, sending: Received) -> bool:
    procedure = scene.procedure
    note = scene.ledger.note
    if sending.sender is Sender.PUBLIC_BODY:
        note(
            "crpa_applies",
            False,
            "CRPA L100-3 2°",
            "l'auteur est une personne publique : elle n'est pas « le public », aucune règle de silence du code.",
        )
        return False
    if procedure.commercial_service:
        note(
            "crpa_applies",
            False,
            "CRPA L100-3 1°",
            "service industriel et commercial géré par un établissement ou un délégataire : hors du titre III.",
        )
        return False
    if procedure.family is Family.OUTSIDE:
        note("crpa_applies", False, "CRPA L100-1, L100-3", "relation hors du champ du code.")
        return False
    if scene.territory in (Territory.NOUVELLE_CALEDONIE, Territory.POLYNESIE_FRANCAISE, Territory.WALLIS_ET_FUTUNA):
        note(
            "crpa_applies",
            True,
            "CRPA L552-1, L562-1, L571-1, L572-1",
            "le code s'applique à l'État et aux communes (à Wallis-et-Futuna : à l'État, par articles énumérés), non aux "
            "institutions propres du pays.",
        )
    note("crpa_applies", True, "CRPA L100-1, L100-3", "relation entre une administration et le public.")
    return True


def _seized_on(scene: Scene, sending: Received, verdict: _Verdict, reception: date) -> tuple[date | None, date | None]:
    """Gives the day of the saisine, and the debated earlier one."""
    if verdict.valid:
        return reception, None
    if not verdict.identity_missing:
        return None, reception if verdict.debated else None
    provided = next((scene.day(each.at) for each in scene.every(IdentityProvided) if each.at >= sending.at), None)
    if provided is None:
        return None, reception
    return (provided if scene.options.identity_dates_saisine else reception), reception


def _note_validity(scene: Scene, sending: Received, verdict: _Verdict, seized: date | None) -> None:
    paper = sending.way is not Way.ELECTRONIC
    if sending.sender in (Sender.AGENT, Sender.PUBLIC_BODY) or (
        paper and not verdict.debated and sending.terms is None
    ):
        return
    note = scene.ledger.note
    if seized is None or verdict.valid:
        note("valid_saisine", verdict.valid, verdict.source, verdict.because)
    else:
        note(
            "valid_saisine",
            True,
            verdict.source,
            f"l'identité a été fournie le {in_french(seized)} : la saisine est régulière à partir de ce jour.",
        )
    if seized is not None and not paper:
        if sending.channel not in USUAL_CHANNELS and scene.procedure.silence is not Regime.UNKNOWN:
            note(
                "flag",
                "debated_channel",
                "CRPA R112-9-2 al.2 (« tout type d'envoi électronique »)",
                "aucune décision de justice connue sur ce canal : traiter comme une saisine et publier ses modalités.",
            )
        note(
            "valid_saisine_from",
            seized,
            verdict.source,
            f"l'administration est régulièrement saisie depuis le {in_french(seized)}.",
        )


def _competent_on(scene: Scene, sending: Received) -> date | None:
    for event in scene.events:
        if event.at < sending.at:
            continue
        if isinstance(event, Received | Transferred) and event.competent:
            return scene.day(event.at)
    return None
