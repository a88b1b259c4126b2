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


def _words(whole: str, brief: str, capabilities: Capabilities) -> str:
    """The whole text where it fits; an SMS is paid by the segment, and gets the short one."""
    if capabilities.text_unit is TextUnit.SMS_SEGMENTS:
        return brief
    size = len(whole.encode()) if capabilities.text_unit is TextUnit.UTF8_BYTES else len(whole)
    return whole if capabilities.text_max is None or size <= capabilities.text_max else brief
