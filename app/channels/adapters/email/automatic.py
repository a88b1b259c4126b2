"""Whether a machine wrote: it silences our answers, never the intake (RFC 3834 § 2)."""

import re
from collections.abc import Sequence

from app.channels.kit.headers import text_of
from app.channels.kit.mime.fields import Fields

_OUT_OF_OFFICE = re.compile(
    r"(?:re\s?:\s*|tr\s?:\s*)?(?:r[ée]ponse automatique|automatic reply|auto[- ]?reply|auto[- ]?r[ée]ponse|out of (?:the )?office"
    r"|absence du bureau|message d['’]absence|absent du bureau|absente du bureau|notification d['’]absence|abwesenheit)",
    re.IGNORECASE,
)
_ROBOTS = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|listserv|majordomo)@.*", re.IGNORECASE)
_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "list-help")
_REPLY_FIELDS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponse", "x-mail-autoreply")
# RFC 5321 § 6.3 advises to count Received fields; no honest mail crosses this many relays.
_HOPS_MAX = 50
_LOOP_FIELDS = ("x-loop", "feedback-id", "x-ms-exchange-generated-message-source")


def automatic_reasons(fields: Fields, *, subject: str, sender: str | None, mail_from: str | None) -> Sequence[str]:
    """Returns why no automatic answer may be sent, as short codes; empty when a person seems to have written.

    `mail_from` is the envelope sender when the boundary handed it; the null sender `""` marks notifications.
    """
    reasons: list[str] = []
    submitted = _word(fields, "auto-submitted")
    if submitted and submitted != "no":
        reasons.append("auto-submitted")
    if mail_from == "" or _null_return_path(fields):
        reasons.append("null-sender")
    if any(name in fields for name in _LIST_FIELDS):
        reasons.append("list")
    if _word(fields, "precedence") in {"bulk", "list", "junk", "auto_reply", "auto-reply"}:
        reasons.append("precedence")
    if any(_word(fields, name) not in {"", "no", "false"} for name in _REPLY_FIELDS):
        reasons.append("auto-reply")
    suppressed = _word(fields, "x-auto-response-suppress")
    if suppressed and suppressed != "none":
        reasons.append("auto-response-suppress")
    if any(name in fields for name in _LOOP_FIELDS) or sum(1 for _ in fields.all("received")) > _HOPS_MAX:
        reasons.append("loop")
    if sender and _ROBOTS.fullmatch(sender):
        reasons.append("robot-sender")
    if _OUT_OF_OFFICE.match(subject):
        reasons.append("out-of-office")
    return tuple(reasons)


def _word(fields: Fields, name: str) -> str:
    raw = fields.first(name)
    return re.split(r"[;,\s(]", text_of(raw[:200]).strip(), maxsplit=1)[0].lower() if raw else ""


def _null_return_path(fields: Fields) -> bool:
    raw = fields.first("return-path")
    return raw is not None and raw.strip() == b"<>"
