"""What each kind of letter asks of a person, and what it is called."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.rest.languages import Said
from app.sve.law.notices import Notice
from app.sve.letters.ground import Sense
from app.sve.letters.values import Kind

NAMES: Mapping[Kind, Said] = MappingProxyType(
    {
        Kind.ARE: Said("Accusé de réception électronique", en="Acknowledgement of an electronic sending"),
        Kind.AR: Said("Accusé de réception (courrier, guichet)", en="Acknowledgement (post, desk)"),
        Kind.PIECES: Said("Demande de pièces manquantes", en="Request for missing pieces"),
        Kind.TRANSMISSION: Said(
            "Avis de transmission à l'autorité compétente", en="Notice of transfer to the competent authority"
        ),
        Kind.WRONG_CHANNEL: Said("Réorientation vers le bon canal", en="Redirection to the right channel"),
        Kind.DECISION: Said("Notification d'une décision expresse", en="Notification of an express decision"),
        Kind.ATTESTATION: Said("Attestation de décision tacite", en="Certificate of a tacit decision"),
        Kind.WITHDRAWAL_HEARING: Said("Procédure contradictoire avant retrait", en="Hearing before a withdrawal"),
        Kind.WITHDRAWAL: Said("Retrait d'une décision tacite", en="Withdrawal of a tacit decision"),
    }
)
# On every letter: who signs the file (L111-2), who is written to, and a word of one's own.
EVERYWHERE = ("agent_name", "agent_title", "addressee", "addressee_address", "note")
_PIECES = ("pieces", "deadline_on", "legal_basis")
_APPEAL = ("mandatory_appeal", "mandatory_appeal_delay")
FIELDS: Mapping[Kind, Sequence[str]] = MappingProxyType(
    {
        Kind.ARE: (*_PIECES, *_APPEAL),
        Kind.AR: (*_PIECES, *_APPEAL),
        Kind.PIECES: _PIECES,
        Kind.TRANSMISSION: ("recipient", "recipient_address", "received_on"),
        Kind.WRONG_CHANNEL: ("channel", "channel_address"),
        Kind.DECISION: ("sense", "decision", "reasons", "signed_on", *_APPEAL),
        Kind.ATTESTATION: ("object",),
        Kind.WITHDRAWAL_HEARING: ("object", "reasons", "deadline_on"),
        Kind.WITHDRAWAL: ("object", "reasons", "heard_on", "signed_on", *_APPEAL),
    }
)
# The letter itself is the act, or its proof: words in a message cannot stand for it.
THE_LETTER_ITSELF = frozenset({Kind.DECISION, Kind.ATTESTATION, Kind.WITHDRAWAL_HEARING, Kind.WITHDRAWAL})
_NOTICES: Mapping[Kind, Notice] = MappingProxyType(
    {
        Kind.ARE: Notice.ARE,
        Kind.AR: Notice.AR,
        Kind.PIECES: Notice.PIECES,
        Kind.TRANSMISSION: Notice.TRANSMISSION,
        Kind.WRONG_CHANNEL: Notice.WRONG_CHANNEL,
        Kind.ATTESTATION: Notice.ATTESTATION,
        Kind.WITHDRAWAL_HEARING: Notice.WITHDRAWAL_HEARING,
        Kind.WITHDRAWAL: Notice.WITHDRAWAL,
    }
)


def notice_of(kind: Kind, sense: Sense | None) -> Notice:
    """Returns the list of mentions a letter answers to; a decision not said to grant is treated as a refusal."""
    if kind is Kind.DECISION:
        return Notice.DECISION if sense is Sense.ACCEPTANCE else Notice.DECISION_AGAINST
    return _NOTICES[kind]


def template_of(kind: Kind, *, words: int = 0) -> str:
    """Returns what writes a kind of letter, kept with each: `are/1`, or `are/1+3` with the administration's third edition."""
    own = f"+{words}" if words else ""
    return f"{kind.value}/{EDITIONS.get(kind, 1)}{own}"


# Increased when the words of a kind change.
EDITIONS: Mapping[Kind, int] = MappingProxyType({})
