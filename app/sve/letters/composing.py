"""Composing a letter: facts in, words out, with what is still missing before it may leave."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from app.sve.law.notices import Mention
from app.sve.law.regime import Regime
from app.sve.letters import opening
from app.sve.letters.attesting import attestation
from app.sve.letters.decisions import decision, hearing, withdrawal
from app.sve.letters.french import fr
from app.sve.letters.ground import Ground
from app.sve.letters.missing_pieces import pieces
from app.sve.letters.parts import Composed, Paragraph
from app.sve.letters.redirecting import transmission, wrong_channel
from app.sve.letters.required import missing, required
from app.sve.letters.silence import silence
from app.sve.letters.standing import check_standing
from app.sve.letters.values import Kind
from app.sve.letters.wordings import OwnWords

Writer = Callable[[Ground], Sequence[Paragraph]]


def compose(kind: Kind, ground: Ground, own: OwnWords = OwnWords()) -> Composed:  # noqa: B008 — frozen, and empty
    """Writes a letter, the administration's own words before and after what the law prescribes.

    Pure: the same ground always gives the same words. Own words bear no mandatory mention: none is left out for them.

    Raises `LetterNotDue` when what it would say is not so.
    """
    check_standing(kind, ground)
    prescribed = [*WRITERS[kind](ground), *_in_charge(kind, ground)]
    body = [*own.opening, *prescribed, *opening.note(ground), *own.closing, opening.agent(ground), _code()]
    paragraphs = [one for one in body if one.text or one.items]
    bears = [mention for one in paragraphs for mention in one.bears]
    if opening.signed(ground):
        bears.append(Mention.SIGNATORY)
    wanted = required(kind, ground)
    return Composed(
        title=_title(kind, ground),
        paragraphs=paragraphs,
        mentions=[mention for mention in wanted if mention in bears],
        missing=missing(kind, ground, bears),
    )


def _acknowledgement(ground: Ground) -> list[Paragraph]:
    what = "envoi" if ground.regime is Regime.NONE else "demande"
    return [opening.received(ground, what=what), *silence(ground), *pieces(ground)]


def _asking(ground: Ground) -> list[Paragraph]:
    return [opening.received(ground, what="demande"), *pieces(ground)]


def _in_charge(kind: Kind, ground: Ground) -> list[Paragraph]:
    return [opening.service(ground, postal=kind is not Kind.ARE)]


def _code() -> Paragraph:
    return Paragraph(text=fr("CRPA : code des relations entre le public et l'administration."), short="")


def _title(kind: Kind, ground: Ground) -> str:
    if kind in (Kind.ARE, Kind.AR):
        what = "envoi" if ground.regime is Regime.NONE else "demande"
        electronic = " électronique" if kind is Kind.ARE else ""
        return fr(f"Accusé de réception{electronic} de votre {what}")
    return fr(TITLES[kind])


WRITERS: Mapping[Kind, Writer] = MappingProxyType(
    {
        Kind.ARE: _acknowledgement,
        Kind.AR: _acknowledgement,
        Kind.PIECES: _asking,
        Kind.TRANSMISSION: transmission,
        Kind.WRONG_CHANNEL: wrong_channel,
        Kind.DECISION: decision,
        Kind.ATTESTATION: attestation,
        Kind.WITHDRAWAL_HEARING: hearing,
        Kind.WITHDRAWAL: withdrawal,
    }
)
TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PIECES: "Pièces à fournir pour compléter votre demande",
        Kind.TRANSMISSION: "Transmission de votre demande à l'autorité compétente",
        Kind.WRONG_CHANNEL: "Votre message : le bon canal pour nous saisir",
        Kind.DECISION: "Décision sur votre demande",
        Kind.ATTESTATION: "Attestation de décision tacite",
        Kind.WITHDRAWAL_HEARING: "Projet de retrait d'une acceptation tacite : vos observations",
        Kind.WITHDRAWAL: "Retrait d'une acceptation tacite",
    }
)
