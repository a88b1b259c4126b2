"""Reports about what we sent: bounces (RFC 3464), complaints (RFC 5965), read receipts (RFC 8098)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.channels.adapters.email.bounce_prose import STATUS, read_prose
from app.channels.contract import DeliveryStatus
from app.channels.kit.headers import decode_words, message_ids, one_line, text_of
from app.channels.kit.mail_status import is_lasting
from app.channels.kit.mime.fields import Fields
from app.channels.kit.mime.message import Mail, read_headers

_GROUPS = re.compile(rb"\r?\n[ \t]*\r?\n")
_GROUPS_MAX = 101
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver|non[- ]?deliver|delivery (?:status notification|failure|has failed|incomplete|report|notification|delayed)"
    r"|mail delivery|failure notice|returned (?:mail|to sender)|return(?:ed)? to sender|mail system error|message status"
    r"|(?:message|mail|e-?mail) (?:not|blocked|delivery|could not be|was not) |delivery .{0,40}failed|address not found"
    r"|permanent (?:delivery )?(?:failure|error)|rejected(?: mail)?:|courrier (?:rejet|non remis|retourn)|adresse introuvable"
    r"|message non (?:remis|distribu|d[ée]livr)|non remis|[ée]chec de (?:la )?(?:remise|distribution|livraison)"
    r"|remise (?:diff[ée]r[ée]e|impossible|retard[ée]e)|avis de non[- ]remise|votre message n['’]a pas pu|retour de courrier"
    r"|notification d['’][ée]tat de remise|rapport de (?:non-)?remise|warning: (?:could not send|message)|delayed mail"
    r"|message (?:retard[ée]|rejet[ée]|bloqu[ée]))",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]{16,})@.*", re.IGNORECASE)
# RFC 5965 § 7.3 and RFC 6650: what a person said by a button; the other kinds speak of servers.
_COMPLAINTS = frozenset({"abuse", "opt-out", "opt-out-list", "other"})
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
    if not _BOUNCE_SUBJECT.search(subject):
        return None
    daemon = bool(sender and _DAEMON.fullmatch(sender)) or sender is None or "x-failed-recipients" in mail.fields
    found = _prose(mail, subject=subject)
    # Another sender's, from nobody's address, is a report only if it says which message it returns.
    return found if found is not None and (daemon or found.reports_on is not None) else None


def _delivery(mail: Mail, content: bytes) -> Report:
    """A delivery status notification: of several recipients, the worst news is the news."""
    groups = [read_headers(group + b"\n\n") for group in _GROUPS.split(content.strip(), _GROUPS_MAX) if group.strip()]
    recipients = [_recipient(group) for group in groups if "final-recipient" in group or "action" in group]
    worst = max(recipients, key=lambda found: _GRAVITY.get(str(found["action"]), 0), default=_NOBODY)
    status = _became(worst)
    permanent = worst["action"] == "failed" and is_lasting(str(worst["status"] or ""))
    reports_on = _original(mail) or next(
        (found for group in groups for found in _ids(group, "original-message-id")), None
    )
    told = [
        {**one, "became": became.value if (became := _became(one)) else None} for one in recipients[:_RECIPIENTS_TOLD]
    ]
    facts = {**worst, "permanent": permanent, "temporary": not permanent, "recipients": told}
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
_RECIPIENTS_TOLD = 20


def _became(recipient: Mapping[str, object]) -> DeliveryStatus | None:
    """What became of the mail for one recipient; a failure of class 4 is one that time brought."""
    status = _BY_ACTION.get(str(recipient["action"]))
    if status is DeliveryStatus.BOUNCED and str(recipient["status"] or "").startswith("4"):
        return DeliveryStatus.FAILED
    return status


_NOBODY: Mapping[str, object] = {"recipient": None, "original": None, "action": "", "status": None, "diagnostic": None}


def _recipient(group: Fields) -> Mapping[str, object]:
    diagnostic = _value(group, "diagnostic-code") or ""
    found = STATUS.search(_value(group, "status") or "") or STATUS.search(diagnostic)
    finer = STATUS.search(diagnostic)
    if found and finer and found[0].endswith(".0.0") and finer[1] == found[1]:
        found = finer  # many relays say no more than « failed » where the other server said why
    return {
        "recipient": _typed(_value(group, "final-recipient") or _value(group, "original-recipient")),
        "original": _typed(_value(group, "original-recipient")),
        "action": (_value(group, "action") or "").split(" ", 1)[0].lower(),
        "status": found[0] if found else None,
        "diagnostic": one_line(_typed(diagnostic) or "", limit=500) or None,
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
    return Report("complaint", None, _original(mail), {"feedback_type": kind, "by_a_person": kind in _COMPLAINTS})


def _prose(mail: Mail, *, subject: str) -> Report | None:
    """A bounce written for people only: kept as a report if it names a code, a reason or the message it returns."""
    failed = [one_line(text_of(raw), limit=320) for raw in mail.fields.all("x-failed-recipients")][:5]
    read = read_prose(mail.text or "", subject=subject, failed=failed)
    if not read.tells:
        return None
    found = {
        "recipient": read.recipient,
        "original": None,
        "action": read.action,
        "status": read.code,
        "diagnostic": None,
    }
    permanent = read.action == "failed" and is_lasting(read.code)
    facts = {**found, "permanent": permanent, "temporary": not permanent}
    # What is returned whole names the message best; then what the words quote; an answer's own header last.
    reports_on = next((one for part in mail.returned for one in _ids(read_headers(part.content), "message-id")), None)
    return Report("bounce", _became(found), reports_on or read.quoted_id or _original(mail), facts)


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
