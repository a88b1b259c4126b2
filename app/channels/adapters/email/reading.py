"""From one mail to one event: who, what, about which message of ours, and how far each of these can be believed."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.channels.adapters.email.authentication import Result, trusted_results, verifies
from app.channels.adapters.email.automatic import automatic_reasons
from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.reports import Report, read_report
from app.channels.adapters.email.senders import addresses_in, raw_lines, read_author
from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.addresses import Mailbox, domain_of, is_ours, normalise, token_of
from app.channels.kit.headers import date_of, decode_words, message_ids, one_line, text_of
from app.channels.kit.mime.defects import Defect
from app.channels.kit.mime.message import Mail
from app.channels.kit.mime.pieces import Piece
from app.channels.kit.quoting import new_part

SUBJECT_MAX = 1_000
NOT_REPLIABLE = {
    "absente": "le message ne dit pas à qui répondre",
    "mal-formee": "l'adresse de l'expéditeur est mal formée",
    "adresse-ip": "l'adresse de l'expéditeur désigne une machine, pas une personne",
    "domaine-local": "l'adresse de l'expéditeur n'existe que sur un réseau local",
    "sans-reponse": "l'adresse de l'expéditeur n'accepte pas de réponse",
    "la-notre": "l'expéditeur annoncé est notre propre adresse",
    "expediteur-suppose": "l'expéditeur n'est pas annoncé ; il est déduit du transport",
}
_DRIFT = timedelta(days=7)


def read_event(mail: Mail, *, envelope: Mapping[str, object], config: EmailConfig) -> Event:
    """Returns the event a mail is. Nothing is decided here from a Date, a number in a subject or an inner message."""
    return _Reading(mail, envelope, config).event()


class _Reading:
    def __init__(self, mail: Mail, envelope: Mapping[str, object], config: EmailConfig) -> None:
        self._mail = mail
        self._fields = mail.fields
        self._envelope = envelope
        self._config = config
        self._defects = mail.defects
        self._author = read_author(mail.fields, envelope=envelope, config=config, defects=mail.defects)
        self._subject = self._read_subject()
        self._message_id = self._read_message_id()

    def event(self) -> Event:
        mail, author = self._mail, self._author
        if self._envelope.get("oversize"):
            self._defects.note(Defect.SIZE)
        recipients = self._recipients()
        mail_from = self._envelope.get("mail_from")
        reasons = automatic_reasons(
            self._fields,
            subject=self._subject or "",
            sender=author.address,
            mail_from=mail_from.strip("<> ") if isinstance(mail_from, str) else None,
        )
        report = read_report(
            mail, subject=self._subject or "", sender=author.address, null_sender="null-sender" in reasons
        )
        date_raw = self._fields.first("date")
        occurred_at = date_of(date_raw)
        self._note_date()
        sender = Party(PointKind.EMAIL, author.address, author.mailbox.name if author.mailbox else None)
        facts = self._facts(recipients, reasons, report)
        return Event(
            type=EventType.DELIVERY_UPDATE if report else EventType.MESSAGE_RECEIVED,
            event_key=self._key(),
            external_id=self._message_id,
            account=self._config.address,
            sender=sender if author.mailbox else None,
            recipients=recipients,
            subject=self._subject,
            text=mail.text,
            text_new=new_part(mail.text) if mail.text else None,
            html=mail.html,
            attachments=tuple(_attachment(piece) for piece in mail.pieces),
            occurred_at=occurred_at,
            occurred_raw=text_of(date_raw)[:200] if date_raw else None,
            in_reply_to=message_ids(self._fields.first("in-reply-to")),
            references=message_ids(self._fields.first("references")),
            automatic=bool(reasons) or report is not None,
            fields=facts,
            status=report.status if report else None,
            reports_on=report.reports_on if report else None,
            warnings=self._defects.warnings(),
            reason=report.kind if report else None,
        )

    # ------------------------------------------------------------------------------------------------- readings

    def _read_subject(self) -> str | None:
        raw = self._fields.first("subject")
        if raw is None:
            return None
        decoded = decode_words(text_of(raw))
        subject = one_line(decoded, limit=SUBJECT_MAX)
        if len(subject) != len(" ".join(decoded.split())[:SUBJECT_MAX]) or b"\0" in raw:
            self._defects.note(Defect.CONTROL)
        if len(decoded) > SUBJECT_MAX:
            self._defects.note(Defect.HEADER_LENGTH)
        return subject or None

    def _read_message_id(self) -> str | None:
        raw = self._fields.first("message-id")
        found = message_ids(raw)
        if len(found) != 1 or (raw is not None and len(found[0]) != len(raw.strip())):
            self._defects.note(Defect.MESSAGE_ID)
        return found[0] if found else None

    def _note_date(self) -> None:
        """Marks a Date that is missing, unreadable, or far from what the nearest relay wrote."""
        claimed = date_of(self._fields.first("date"))
        stamp = self._fields.first("received")
        relayed = date_of(stamp.rpartition(b";")[2]) if stamp else None
        if claimed is None or (relayed is not None and abs(claimed - relayed) > _DRIFT):
            self._defects.note(Defect.DATE)

    def _recipients(self) -> tuple[Party, ...]:
        """To and Cc, then the addresses the transport really delivered to."""
        boxes: list[Mailbox] = []
        for name in ("to", "cc", "delivered-to", "x-original-to"):
            boxes += addresses_in(self._fields, name, defects=self._defects)
        delivered = self._envelope.get("rcpt_to")
        for address in delivered if isinstance(delivered, list | tuple) else ():
            normal = normalise(str(address).strip("<> "))
            boxes += [Mailbox(normal, None, valid=True)] if normal else []
        found: dict[str, Party] = {}
        for box in boxes:
            found.setdefault(box.address.lower(), Party(PointKind.EMAIL, box.address, box.name))
        return tuple(found.values())

    def _key(self) -> str:
        """The same mail by another road has the same key; another mail under the same Message-ID has not.

        Trace headers change on the road and are left out. Without Message-ID two equal requests may still be two: only
        the same bytes are then the same mail.
        """
        if self._message_id is None:
            return f"raw:{self._mail.raw_digest}"
        claimed = (*sorted(self._author.claimed), self._subject or "", *raw_lines(self._fields, "date", limit=1))
        digest = hashlib.sha256("\0".join((*claimed, self._mail.body_digest)).encode("utf-8", "replace")).hexdigest()
        local, at, domain = self._message_id.strip("<>").rpartition("@")
        return f"{local}{at}{domain.lower()}#{digest}"

    # ---------------------------------------------------------------------------------------------------- facts

    def _facts(self, recipients: Sequence[Party], reasons: Sequence[str], report: Report | None) -> dict[str, object]:
        config, author = self._config, self._author
        results = trusted_results(self._fields, authserv_ids=config.authserv_ids, hops=config.trusted_hops)
        forged_ours = bool(author.address and is_ours(author.address, ours=config.ours))
        verified = author.sole and author.source == "from" and verifies(results, domain=domain_of(author.address))
        refusal = author.unrepliable(config)
        bare = [party.address for party in recipients if party.address]
        return {
            "sender_source": author.source,
            "from": list(author.claimed),
            "from_ourselves": forged_ours,
            "reply_to": self._addresses("reply-to"),
            "cc": self._addresses("cc"),
            "date": next(iter(raw_lines(self._fields, "date", limit=1)), None),
            "authentication": {result.method: _as_fact(result) for result in results},
            "identity_verified": verified,
            "repliable": refusal is None,
            "not_repliable_because": NOT_REPLIABLE[refusal] if refusal else None,
            "automatic_reasons": list(reasons),
            "list": {name: raw_lines(self._fields, name, limit=1)[0] for name in _LIST if name in self._fields},
            "envelope": {key: value for key, value in self._envelope.items() if key in _ENVELOPE},
            "reply_token": token_of(bare, base=config.address, domain=config.reply_domain),
            "tag": token_of(bare, base=config.bounce_address or config.address) if report else None,
            "signature_status": "unverified" if Defect.SIGNED in self._defects else None,
            "encrypted": Defect.ENCRYPTED in self._defects,
            "truncated": self._mail.truncated or bool(self._envelope.get("oversize")),
            "content_types": sorted(self._mail.types)[:50],
            "report": {"kind": report.kind, **report.facts} if report else None,
        }

    def _addresses(self, name: str) -> list[str]:
        return [box.address for box in addresses_in(self._fields, name, defects=self._defects)]


_LIST = ("list-id", "list-unsubscribe", "precedence", "auto-submitted")
_ENVELOPE = frozenset(
    {"door", "mail_from", "rcpt_to", "helo", "peer", "tls", "uid", "uidvalidity", "folder", "oversize", "size"}
)


def _as_fact(result: Result) -> dict[str, object]:
    return {"result": result.result, **result.properties}


def _attachment(piece: Piece) -> Attachment:
    return Attachment(
        name=piece.name,
        content_type=piece.content_type,
        size=len(piece.content),
        content_id=piece.content_id,
        sha256=piece.sha256,
        content=piece.content,
        inline=piece.inline,
        embedded=piece.embedded,
    )
