"""Bounces written for people alone: Exim, qmail, sendmail, Exchange and others, read by what they all say somewhere.

They quote the returned message's headers, name a code or use one of a few dozen phrases. What is read is no more than
that; nothing of it is believed unless it names a message of ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_READ = 100_000
# RFC 3463: neither part of an IP address nor of a version number.
STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\d)(?!\.\d)")
_REPLY_CODE = re.compile(r"(?<![\d.:])([45])([0-5])(\d)(?=[ \-#:])")
_QUOTED_ID = re.compile(r"^[ \t>]{0,20}message-id[ \t]*:\s{0,3}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"^[ \t>*]{0,12}<?([^\s<>@,;:\"()]{1,64}@[^\s<>@,;:\"()]{1,255}\.[a-z0-9-]{2,63})>?(?=[:,.]{0,3}(?:\s|$))",
                      re.IGNORECASE | re.MULTILINE)  # fmt: skip
_QUOTED_HEADERS = re.compile(
    r"^(?:-{2,}.{0,80}(?:copy of|original message|below this line|returned message|message d'origine|headers|en-têtes)"
    r"|return-path:|received: )",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = re.compile(
    r"delayed|will (?:keep|be) (?:re)?tr(?:y|ied)|will (?:re)?try|not (?:yet )?(?:been )?delivered (?:yet|after)|still trying"
    r"|could not send message for past|warning message only|delivery incomplete|temporary problem|do not need to resend"
    r"|remise (?:diff[ée]r[ée]e|retard[ée]e)|est retard[ée]|nouvelle[s]? tentative|pas encore [ée]t[ée] (?:remis|distribu)",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"giv(?:e|ing) up|gave up|not going to try again|queue too long|permanent(?:ly)? (?:fatal )?(?:error|fail)|too long in (?:the )?queue|expired"
    r"|retry timeout exceeded|abandon|d[ée]lai (?:d[ée]pass[ée]|expir[ée])|d[ée]finiti",
    re.IGNORECASE,
)
# The first that is found says the code; the order goes from the most telling to the vaguest.
_PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(phrase, re.IGNORECASE), code)
    for phrase, code in (
        (
            (
                r"mailbox (?:is )?full|inbox (?:is )?full|over ?quota|quota (?:exceeded|d[ée]pass[ée])|exceeded (?:the )?storage"
                r"|bo[iî]te (?:aux lettres )?(?:est )?pleine|storage limit|insufficient (?:mailbox )?space"
            ),
            "5.2.2",
        ),
        (
            (
                r"host (?:or domain name )?(?:not found|unknown)|domain (?:name )?(?:not found|does not exist|couldn't be found)"
                r"|unrouteable|unrouted|no such domain|nxdomain|domaine (?:est )?(?:inconnu|introuvable|inexistant)"
            ),
            "5.1.2",
        ),
        (
            (
                r"account (?:has been )?(?:disabled|suspended|inactive)|mailbox (?:is )?(?:disabled|inactive|unavailable)"
                r"|(?:compte|bo[iî]te) (?:est )?(?:d[ée]sactiv|suspendu|inacti)"
            ),
            "5.2.1",
        ),
        (
            (
                r"user (?:is )?unknown|unknown (?:user|recipient|address|local)|no such (?:user|recipient|mailbox|address|person)"
                r"|(?:address|user|mailbox|recipient|account) (?:does not|doesn't|not|couldn't be|was not|wasn't|rejected)"
                r"(?: exist| found|\b)|no mailbox here|not listed in|adresse (?:est )?(?:inconnue|introuvable|inexistante|rejet)"
                r"|(?:destinataire|utilisateur) (?:est )?(?:inconnu|introuvable)|n['’]existe pas"
            ),
            "5.1.1",
        ),
        (r"too (?:large|big)|size (?:limit|exceed)|trop (?:volumineux|gros|lourd)|taille maximale", "5.3.4"),
        (r"spam|black ?list|block(?:ed|list)|policy|reputation|dmarc|\bspf\b|refus[ée] par|ind[ée]sirable", "5.7.1"),
        (
            r"timed out|connection (?:refused|reset)|no answer from host|host .{0,60}not respond|unreachable|injoignable",
            "5.4.1",
        ),
        (
            r"too long in (?:the )?queue|retry timeout exceeded|message (?:has )?expired|d[ée]lai (?:d[ée]pass[ée]|expir)",
            "5.4.7",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a prose bounce says: delayed or failed, why, about whom, and which message it quotes."""

    action: str
    code: str | None
    recipient: str | None
    quoted_id: str | None

    @property
    def tells(self) -> bool:
        """Whether it says anything a report should: a bounce without code, phrase or quotation may be a person's mail."""
        return self.code is not None or self.quoted_id is not None


def read_prose(text: str, *, subject: str, failed: Sequence[str] = ()) -> Read:
    """Reads what a mailer says in words. `failed` are the addresses its own headers name (X-Failed-Recipients)."""
    whole = text[:_MOST_READ]
    quoted = _QUOTED_HEADERS.search(whole)
    # What it returns may say anything: the words of our own mail are no diagnosis.
    said = whole[: quoted.start()] if quoted and quoted.start() > 0 else whole
    quoted_id = next((match[1] for match in _QUOTED_ID.finditer(whole)), None)
    address = _ADDRESS.search(said)
    code = _code(said)
    delayed = bool(_DELAYED.search(subject) or _DELAYED.search(said)) and not _GIVEN_UP.search(said)
    if delayed:
        code = f"4{code[1:]}" if code is not None else "4.0.0"
    return Read(
        action="delayed" if delayed or ((code or "").startswith("4.") and not _GIVEN_UP.search(said)) else "failed",
        code=code,
        recipient=failed[0] if failed else address[1] if address else None,
        quoted_id=quoted_id,
    )


def _code(said: str) -> str | None:
    """The first enhanced code that tells more than its class, else what the words say, else the basic code."""
    found = [match[0] for match in STATUS.finditer(said) if match[1] != "2"]
    telling = next((one for one in found if not one.endswith((".0.0", ".5.0"))), None)
    if telling is not None:
        return telling
    by_words = next((code for phrase, code in _PHRASES if phrase.search(said)), None)
    basic = _REPLY_CODE.search(said)
    if by_words is not None:
        temporary = (found and found[0].startswith("4")) or (not found and basic is not None and basic[1] == "4")
        return f"4{by_words[1:]}" if temporary else by_words
    if found:
        return found[0]
    return f"{basic[1]}.0.0" if basic else None
