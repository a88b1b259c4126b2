"""A draft made to fit its channel: whole with its page, in few words, or not at all where words cannot stand for it."""

from dataclasses import replace

from app.channels.contract import Capabilities, TextUnit
from app.errors import Conflict
from app.exchanges.freezing import Draft, Enclosure
from app.rest.languages import Said


class PageNeeded(Conflict):
    """The letter itself must arrive, and this channel carries no file."""

    code = "letter-needs-a-page"
    title_fr = "Ce canal ne porte pas la lettre elle-même"
    title_en = "This channel cannot carry the letter itself"
    advice = Said(
        "envoyez-la par courriel, ou remettez-la par la poste (`post`) ou au guichet (`counter`)",
        en="send it by e-mail, or hand it over by post (`post`) or at the desk (`counter`)",
    )


class TooPublic(Conflict):
    """Everybody reads what leaves by this channel."""

    code = "public-channel"
    title_fr = "Ce canal est public"
    title_en = "This channel is public"
    advice = Said(
        "une lettre personnelle ne se publie pas : choisissez un autre moyen de contact de la personne",
        en="a personal letter is not published: choose another contact point of the person",
    )


class FilesNotCarried(Conflict):
    """The answer has pieces, and this channel carries none, or not so many bytes."""

    code = "attachments-not-carried"
    title_fr = "Ce canal ne porte pas ces pièces"
    title_en = "This channel does not carry these pieces"
    advice = Said(
        "ce canal ne porte pas de pièces jointes : retirez-les, ou répondez à une adresse électronique de la personne",
        en="this channel carries no attachments: take them out, or answer an e-mail address of the person",
    )


def refuse_uncarried(draft: Draft, capabilities: Capabilities) -> None:
    """Raises `FilesNotCarried` for pieces a channel cannot carry, all of them together. Nothing is left out in silence."""
    if not draft.pieces:
        return
    if draft.template is not None:
        told = Said("un modèle approuvé part sans pièce : retirez-les", en="an approved template carries no attachment")
        raise FilesNotCarried(told)
    if draft.public or capabilities.public:
        told = Said(
            "ce qui part en public part sans pièce : retirez-les, ou répondez en privé",
            en="what everybody reads carries no attachment: take them out, or answer in private",
        )
        raise FilesNotCarried(told)
    if not capabilities.files:
        raise FilesNotCarried(FilesNotCarried.advice)
    most, heavy = capabilities.attachments_max_bytes, sum(piece.size or 0 for piece in draft.pieces)
    if most is not None and heavy > most:
        told = Said(
            f"ces pièces pèsent {_megabytes(heavy)} Mo, et ce canal en porte {_megabytes(most)} au plus",
            en=f"these attachments weigh {_megabytes(heavy)} MB, and this channel carries {_megabytes(most)} at most",
        )
        raise FilesNotCarried(told)


def fitted(draft: Draft, capabilities: Capabilities) -> Draft:
    """Returns the draft as this channel can carry it. A draft without an enclosure is returned as it is.

    Raises `TooPublic` for a letter, `PageNeeded` when the page is indispensable and no file can be carried.
    """
    letter = draft.enclosure
    if letter is None:
        return draft
    if capabilities.public:
        raise TooPublic(TooPublic.advice)
    if _carries(capabilities, letter):
        return draft
    if letter.indispensable:
        raise PageNeeded(PageNeeded.advice)
    return replace(draft, enclosure=None, text=_words(draft.text, letter.brief, capabilities))


def _carries(capabilities: Capabilities, letter: Enclosure) -> bool:
    most = capabilities.attachments_max_bytes
    return capabilities.files and (most is None or letter.size <= most)


def _megabytes(size: int) -> str:
    return f"{-(-size * 10 // 2**20) / 10:g}"


def _words(whole: str, brief: str, capabilities: Capabilities) -> str:
    """The whole text where it fits; an SMS is paid by the segment, and gets the short one."""
    if capabilities.text_unit is TextUnit.SMS_SEGMENTS:
        return brief
    size = len(whole.encode()) if capabilities.text_unit is TextUnit.UTF8_BYTES else len(whole)
    return whole if capabilities.text_max is None or size <= capabilities.text_max else brief
