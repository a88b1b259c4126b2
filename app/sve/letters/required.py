"""Which mentions a letter must bear, what each is called, and where a missing one is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.sve.law.notices import SOURCES, Mention, mentions
from app.sve.law.regime import Regime
from app.sve.letters import remedies
from app.sve.letters.ground import Ground
from app.sve.letters.kinds import notice_of
from app.sve.letters.parts import Missing
from app.sve.letters.values import Kind

# Where things are given: in the body of the request, or on a page that belongs to the whole administration.
LETTERHEAD, OFFICE, QUALIFICATION, READING = "papier à en-tête", "administration", "qualification", "délai"


@dataclass(frozen=True, slots=True)
class Place:
    """What a mention is called, where it is given, and what to do when it is not there."""

    name: str
    where: str
    because: str
    article: str = ""


PLACES: Mapping[Mention, Place] = MappingProxyType(
    {
        Mention.DATE_RECEPTION: Place(
            "date de réception", READING, "le moteur n'établit aucune date de réception : consignez-la"
        ),
        Mention.SERVICE: Place(
            "service chargé du dossier", OFFICE, "nommez le service dans la fiche de l'administration"
        ),
        Mention.CONTACT: Place(
            "adresse et téléphone du service",
            OFFICE,
            "donnez l'adresse et le téléphone dans la fiche de l'administration",
        ),
        Mention.AGENT: Place(
            "nom, qualité et adresse de service de l'agent",
            "/fields/agent_name",
            "donnez le nom et la qualité de l'agent, ou le signataire du papier à en-tête",
            "CRPA L111-2",
        ),
        Mention.SILENCE: Place("ce que vaut le silence", QUALIFICATION, "qualifiez d'abord la demande"),
        Mention.TERM: Place(
            "date à laquelle le silence décidera", QUALIFICATION, "qualifiez d'abord la demande, avec son délai"
        ),
        Mention.IF_COMPLETE: Place(
            "réserve de complétude", QUALIFICATION, "qualifiez d'abord la demande, avec son délai"
        ),
        Mention.ATTESTATION: Place("attestation possible", QUALIFICATION, "qualifiez d'abord la demande"),
        Mention.APPEAL_ROUTES: Place(
            "voies de recours", LETTERHEAD, "donnez le tribunal et son adresse dans le papier à en-tête"
        ),
        Mention.APPEAL_PERIODS: Place("délais de recours", LETTERHEAD, "donnez le tribunal dans le papier à en-tête"),
        Mention.MISSING_PIECES: Place("liste des pièces manquantes", "/fields/pieces", "nommez au moins une pièce"),
        Mention.DEADLINE: Place("délai imparti", "/fields/deadline_on", "fixez le dernier jour"),
        Mention.L114_5_RULE: Place(
            "règle de l'article L114-5", QUALIFICATION, "elle dépend de ce que vaut le silence : qualifiez d'abord"
        ),
        Mention.REASONS: Place("motifs de droit et de fait", "/fields/reasons", "écrivez les motifs"),
        Mention.SIGNATORY: Place(
            "nom et qualité du signataire",
            LETTERHEAD,
            "donnez le signataire et sa qualité dans le papier à en-tête",
            "CRPA L212-1",
        ),
        Mention.TACIT_DATE: Place(
            "date de la décision tacite", READING, "le moteur ne connaît aucune décision tacite d'acceptation"
        ),
        Mention.CADA_REFERRAL: Place(
            "saisine préalable de la CADA",
            LETTERHEAD,
            "donnez le tribunal dans le papier à en-tête",
            "CRPA L412-3, R311-15",
        ),
        Mention.MANDATORY_APPEAL: Place(
            "recours préalable obligatoire",
            "/fields/mandatory_appeal",
            "dites auprès de qui le former, et dans quel délai",
            "CRPA L412-3",
        ),
        Mention.DECISION: Place("décision et son sens", "/fields/decision", "écrivez la décision, et dites son sens"),
        Mention.RECIPIENT: Place("autorité compétente", "/fields/recipient", "nommez l'autorité compétente"),
        Mention.RIGHT_CHANNEL: Place(
            "canal valable et son adresse", "/fields/channel", "nommez le canal valable et donnez son adresse"
        ),
        Mention.OBSERVATIONS: Place(
            "procédure contradictoire",
            "/fields/heard_on",
            "donnez la date de la lettre qui invitait à des observations",
        ),
        Mention.WITHDRAWAL_LIMIT: Place(
            "dernier jour du retrait", READING, "le moteur ne connaît aucun dernier jour de retrait"
        ),
        Mention.FORMALITIES: Place("formalités", "/fields/note", "nommez les formalités"),
        Mention.TEXTS: Place("textes", "/fields/legal_basis", "citez les textes"),
    }
)


def required(kind: Kind, ground: Ground) -> tuple[Mention, ...]:
    """Lists what a letter must bear: its own mentions, and the agent's name, quality and address (CRPA L111-2)."""
    notice = notice_of(kind, ground.fields.sense)
    # What seizes nobody lets nothing be announced; what nobody qualified stays blocked all the same.
    silent = ground.seizes_nobody and ground.regime is not Regime.UNKNOWN
    own = mentions(
        notice,
        Regime.NONE if silent and kind in (Kind.ARE, Kind.AR) else ground.regime,
        cada=remedies.cada(ground),
        incomplete=bool(ground.fields.pieces),
        mandatory_appeal=remedies.mandatory(ground) and not remedies.cada(ground),
    )
    return tuple(dict.fromkeys((*own, Mention.AGENT)))


def missing(kind: Kind, ground: Ground, borne: Iterable[Mention]) -> list[Missing]:
    """Returns what is required and that no paragraph bears, each with its article and where to give it."""
    there = frozenset(borne)
    notice = notice_of(kind, ground.fields.sense)
    return [
        Missing(wanted, place.article or SOURCES[notice], _because(wanted, place, ground), _where(wanted, ground))
        for wanted in required(kind, ground)
        if wanted not in there
        for place in (PLACES[wanted],)
    ]


def _where(wanted: Mention, ground: Ground) -> str:
    """A mention given in two places is asked for in the one that is empty."""
    fields = ground.fields
    match wanted:
        case Mention.DECISION if fields.decision:
            return "/fields/sense"
        case Mention.RIGHT_CHANNEL if fields.channel:
            return "/fields/channel_address"
        case Mention.MANDATORY_APPEAL if fields.mandatory_appeal:
            return "/fields/mandatory_appeal_delay"
        case Mention.AGENT if ground.agent_name:
            return "/fields/agent_title" if not ground.agent_title else OFFICE
        case Mention.APPEAL_ROUTES | Mention.APPEAL_PERIODS if remedies.unnamed(ground):
            # Who hears the mandatory appeal is not known yet: the routes are written from it.
            return "/fields/mandatory_appeal"
        case Mention.TERM | Mention.IF_COMPLETE if ground.regime is not Regime.UNKNOWN:
            return READING
        case Mention.L114_5_RULE if ground.regime is not Regime.UNKNOWN:
            # The rule stands under the list of pieces: there is none yet.
            return "/fields/pieces"
        case _:
            return PLACES[wanted].where


def _because(wanted: Mention, place: Place, ground: Ground) -> str:
    if wanted in (Mention.TERM, Mention.IF_COMPLETE) and ground.regime is not Regime.UNKNOWN:
        return "le moteur n'établit pas de terme : consignez ce qui fait courir le délai"
    if wanted is Mention.L114_5_RULE and ground.regime is not Regime.UNKNOWN:
        return "elle suit la liste des pièces : nommez au moins une pièce"
    return place.because
