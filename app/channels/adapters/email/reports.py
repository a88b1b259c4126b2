"""Reports about what we sent: bounces (RFC 3464), complaints (RFC 5965), read receipts (RFC 8098)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.channels.contract import DeliveryStatus
from app.channels.kit.headers import decode_words, message_ids, one_line, text_of
from app.channels.kit.mime.fields import Fields
from app.channels.kit.mime.message import Mail, read_headers

_GROUPS = re.compile(rb"\r?\n[ \t]*\r?\n")
_GROUPS_MAX = 101
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45])[0-5]\d\b[ -]")
_QUOTED_ID = re.compile(r"^\s*>?\s*message-id\s*:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver|delivery (?:status notification|failure|has failed)|mail delivery|failure notice|returned mail"
    r"|message non (?:remis|distribu|d[ée]livr)|non remis|[ée]chec de (?:la )?(?:remise|distribution|livraison)"
    r"|remise (?:diff[ée]r[ée]e|impossible|retard[ée]e)|avis de non[- ]remise|votre message n['’]a pas pu|retour de courrier"
    r"|notification d['’][ée]tat de remise|warning: could not send|delayed mail)",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]{16,})@.*", re.IGNORECASE)
_FULL_MAILBOX = "5.2.2"
_READ = frozenset({"displayed", "processed"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of one message of ours; `reports_on` is its Message-ID when the report names it."""

    kind: str
    status: DeliveryStatus | None
    reports_on: str | None
    facts: Mapping[str, object] = field(default_factory=dict)


def read_report(mail: Mail, *, subject: str, sender: str | None, null_sender: bool) -> Report | None:
    """Returns the report a mail is, or None when it is a message like another.

    Nothing here is believed: a report is forged as easily as any mail, and counts only if it names what we sent.
    """
    machine = mail.content_type.value == "multipart/report" or null_sender or bool(sender and _DAEMON.fullmatch(sender))
    if not machine:
        return None
    for part in mail.reports:
        if part.content_type.endswith("delivery-status"):
            return _delivery(mail, part.content)
        if part.content_type.endswith("disposition-notification"):
            return _disposition(mail, part.content)
        if part.content_type == "message/feedback-report":
            return _complaint(mail, part.content)
    daemon = bool(sender and _DAEMON.fullmatch(sender)) or sender is None or "x-failed-recipients" in mail.fields
    return _prose(mail) if daemon and _BOUNCE_SUBJECT.search(subject) else None


def _delivery(mail: Mail, content: bytes) -> Report:
    """A delivery status notification: of several recipients, the worst news is the news."""
    groups = [read_headers(group + b"\n\n") for group in _GROUPS.split(content.strip(), _GROUPS_MAX) if group.strip()]
    recipients = [_recipient(group) for group in groups if "final-recipient" in group or "action" in group]
    worst = max(recipients, key=lambda found: _GRAVITY.get(str(found["action"]), 0), default=_NOBODY)
    code = str(worst["status"] or "")
    action = str(worst["action"])
    permanent = action == "failed" and code.startswith("5") and code != _FULL_MAILBOX
    status = _BY_ACTION.get(action)
    if status is DeliveryStatus.BOUNCED and code.startswith("4"):
        status = DeliveryStatus.FAILED
    reports_on = _original(mail) or next(
        (found for group in groups for found in _ids(group, "original-message-id")), None
    )
    facts = {**worst, "permanent": permanent, "temporary": not permanent, "recipients": recipients[:20]}
    envelope_id = next(
        (_value(group, "original-envelope-id") for group in groups if "original-envelope-id" in group), None
    )
    return Report("bounce", status, reports_on, {**facts, "envelope_id": envelope_id})


_GRAVITY = {"failed": 4, "delayed": 3, "expanded": 2, "relayed": 1, "delivered": 1}
_BY_ACTION = {
    "failed": DeliveryStatus.BOUNCED,
    # Still trying: nothing that a lower rank could undo.
    "delayed": DeliveryStatus.ACCEPTED,
    "expanded": DeliveryStatus.SENT,
    "relayed": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
}
_NOBODY: Mapping[str, object] = {"recipient": None, "action": "", "status": None, "diagnostic": None}


def _recipient(group: Fields) -> Mapping[str, object]:
    found = _STATUS.search(_value(group, "status") or _value(group, "diagnostic-code") or "")
    return {
        "recipient": _typed(_value(group, "final-recipient") or _value(group, "original-recipient")),
        "action": (_value(group, "action") or "").split(" ", 1)[0].lower(),
        "status": found[0] if found else None,
        "diagnostic": one_line(_typed(_value(group, "diagnostic-code")) or "", limit=500) or None,
    }


def _disposition(mail: Mail, content: bytes) -> Report:
    group = read_headers(content.strip() + b"\n\n")
    disposition = (_value(group, "disposition") or "").rpartition(";")[2].strip().lower().split("/", 1)[0]
    status = DeliveryStatus.READ if disposition in _READ else None
    reports_on = next(iter(_ids(group, "original-message-id")), None) or _original(mail)
    return Report("receipt", status, reports_on, {"disposition": disposition[:40]})


def _complaint(mail: Mail, content: bytes) -> Report:
    group = read_headers(content.strip() + b"\n\n")
    kind = one_line(_value(group, "feedback-type") or "", limit=40).lower()
    return Report("complaint", None, _original(mail), {"feedback_type": kind})


def _prose(mail: Mail) -> Report | None:
    """A bounce written for people only (qmail, old Exchange and Postfix): kept as a report if it names a code or an id."""
    text = (mail.text or "")[:100_000]
    reports_on = _original(mail) or next((match[1] for match in _QUOTED_ID.finditer(text)), None)
    enhanced, basic = _STATUS.search(text), _REPLY_CODE.search(text)
    code = enhanced[0] if enhanced else basic[1] if basic else ""
    if not code and not reports_on:
        return None
    status = (
        DeliveryStatus.BOUNCED if code.startswith("5") else DeliveryStatus.ACCEPTED if code.startswith("4") else None
    )
    failed = [one_line(text_of(raw), limit=320) for raw in mail.fields.all("x-failed-recipients")][:5]
    permanent = code.startswith("5") and code != _FULL_MAILBOX
    facts = {"action": "failed" if code.startswith("5") else "delayed", "status": code or None, "diagnostic": None,
             "recipient": failed[0] if failed else None, "permanent": permanent, "temporary": not permanent}  # fmt: skip
    return Report("bounce", status, reports_on, facts)


def _original(mail: Mail) -> str | None:
    """The Message-ID of the returned message or headers, else of the message the report answers."""
    for part in mail.returned:
        found = message_ids(read_headers(part.content).first("message-id"))
        if found:
            return found[0]
    answered: Sequence[str] = message_ids(mail.fields.first("in-reply-to")) or message_ids(
        mail.fields.first("references")
    )
    return answered[-1] if answered else None


def _value(group: Fields, name: str) -> str | None:
    raw = group.first(name)
    return decode_words(text_of(raw[:4_000])).strip() if raw else None


def _ids(group: Fields, name: str) -> Sequence[str]:
    return message_ids(group.first(name))


def _typed(value: str | None) -> str | None:
    """Drops the type before the semicolon: `rfc822; usager@example.fr` (RFC 3464 § 2.1.2)."""
    if value is None:
        return None
    return one_line(value.partition(";")[2] or value, limit=500)
