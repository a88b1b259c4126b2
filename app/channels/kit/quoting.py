"""Where a reply stops and the quoted history begins. For display: what is stored is never cut."""

import re
from collections.abc import Sequence

_LINE_MAX = 400
_LINES_READ = 5_000
_MARK = re.compile(r"[>\s]*+")
_HEADER_NAMES = (
    r"(?:de|from|exp[ée]diteur|envoy[ée](?: le)?|sent|date|[àa]|to|pour|destinataires?|objet|subject|sujet|cc|cci"
    r"|copie(?: [àa])?|r[ée]pondre [àa]|reply-to|von|gesendet|datum|an|betreff|enviado(?: el)?|fecha|para|asunto|assunto"
    r"|da|inviato|data|oggetto)"
)
_HEADER = re.compile(rf"{_HEADER_NAMES}\s{{0,3}}:", re.IGNORECASE)
_SENDER = re.compile(r"(?:de|from|exp[ée]diteur|von|da)\s{0,3}:", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"-{2,20}\s?(?:message d['’]origine|e?-?mail d['’]origine|mail original|message original|original message"
    r"|original mail|urspr[üu]ngliche nachricht|mensaje original|messaggio originale|mensagem original"
    r"|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|message transf[ée]r[ée]|message r[ée]exp[ée]di[ée]|forwarded message|mail transf[ée]r[ée]"
    r"|d[ée]but du message)|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])\s?:|begin forwarded message\s?:",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:le|on|el|am|il|em|op)\s", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:a|à|avez|as) [ée]crit(?: ce qui suit)?\s?:|wrote\s?:|schrieb.{0,60}:|ha scritto\s?:|escribi[óo]\s?:|escreveu\s?:|schreef.{0,60}:",
    re.IGNORECASE,
)
# Most lines of most mails are neither: told at their first letters, and by one look at the whole text.
_MAY_BEGIN = re.compile(r"[-_#dflmcoeabiv0-9]", re.IGNORECASE)
_ATTRIBUTED = re.compile(r"[ée]crit|wrote|schrieb|scritto|escribi|escreveu|schreef")
# « 2025-11-03 10:12 GMT+01:00 Mairie <…>: », « 3 nov. 2025, 10:12 de …@… : »: a moment, an address, a colon, and the end.
_DATED = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2} [^\W\d]{3,9}\.? \d{4}),? \d{1,2}:\d\d(?: [^@\n]{0,150})?[ <][^\s@<>]{1,64}@[^\s@<>]{1,255}>?\s?:",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\b\d{4}\b|\b\d{1,2}\s?[:/h.]\s?\d{2}\b")
_MESSAGE_OF = re.compile(r"(?:message|courriel|mail) du \d{1,2}[/.]\d{1,2}[/.]\d{2,4}", re.IGNORECASE)
_RULE = re.compile(r"_{10,}")
_PORTAL = re.compile(r"#{2,5}-?\s?r[ée]pondez au-dessus de cette ligne|-{2,}\s?r[ée]pondre au-dessus", re.IGNORECASE)
_ATTRIBUTION_LINES = 4
_HEADERS_WANTED = 3


def new_part(text: str) -> str:
    """Returns the part of a reply above its quoted history; the whole text when none is recognised.

    One pass over the lines, each looked at through its first characters: no layout costs more than another. Comments
    written between quoted lines are kept with the lines they answer.
    """
    lines = text.split("\n")
    cut = _fold(lines, attributed=_ATTRIBUTED.search(text) is not None)
    return text if cut >= len(lines) else "\n".join(lines[:cut]).rstrip()


def _fold(lines: Sequence[str], *, attributed: bool) -> int:
    bare = [_bare(line) for line in lines[:_LINES_READ]]
    for index, line in enumerate(bare):
        if _MAY_BEGIN.match(line) and _begins_history(bare, index, attributed=attributed):
            return _before_rule(bare, index)
    return _trailing_quotes(lines)


def _bare(line: str) -> str:
    """A line without quote marks and bold stars, its odd blanks made ordinary."""
    head = line[:_LINE_MAX].replace("\xa0", " ").replace("\u202f", " ")
    return head[_MARK.match(head).end() :].replace("*", "").strip()  # type: ignore[union-attr]  # it always matches


def _begins_history(bare: Sequence[str], index: int, *, attributed: bool) -> bool:
    line = bare[index]
    if _SEPARATOR.match(line) or _MESSAGE_OF.match(line) or _PORTAL.match(line):
        return True
    if line[:1].isdigit():
        return _DATED.fullmatch(line) is not None
    if _RULE.fullmatch(line):
        return any(_SENDER.match(following) for following in bare[index + 1 : index + 3])
    if _SENDER.match(line):
        return sum(1 for following in bare[index : index + 8] if _HEADER.match(following)) >= _HEADERS_WANTED
    return attributed and bool(_OPENING.match(line)) and _is_attribution(bare, index)


def _is_attribution(bare: Sequence[str], index: int) -> bool:
    """« Le 3 nov. 2025 à 10:12, Mairie <…> a écrit : », which mail readers wrap over several lines."""
    joined = ""
    for line in bare[index : index + _ATTRIBUTION_LINES]:
        if not line:
            return False
        joined = f"{joined} {line}".strip()
        found = _CLOSING.search(joined)
        if found:
            return found.end() == len(joined) and bool(_MOMENT.search(joined))
    return False


def _before_rule(bare: Sequence[str], index: int) -> int:
    """Takes with the history the line of underscores Outlook draws above it."""
    above = index - 1
    while above > 0 and not bare[above]:
        above -= 1
    return above if above >= 0 and _RULE.fullmatch(bare[above]) else index


def _trailing_quotes(lines: Sequence[str]) -> int:
    """Returns where a final block of `>` lines starts; a reply made of quotation only is left whole."""
    cut = len(lines)
    while cut > 0 and (not lines[cut - 1].strip() or lines[cut - 1].lstrip().startswith(">")):
        cut -= 1
    quoted = any(line.lstrip().startswith(">") for line in lines[cut:])
    return cut if quoted and cut > 0 else len(lines)
