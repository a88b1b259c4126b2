"""A mail as a provider hands it over: either the bytes that travelled, or the parts it took from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.addresses import normalise, read_mailboxes
from app.channels.kit.headers import date_of, decode_words, message_ids, one_line, text_of
from app.channels.kit.html import sanitise
from app.channels.kit.html_text import html_to_text
from app.channels.kit.keys import digest
from app.channels.kit.mime.message import read_mail
from app.channels.kit.quoting import new_part

# RFC 3834 §2 and what mailers added to it. It only holds back our own answers; the mail is kept like any other.
_ROBOTS = ("x-autoreply", "x-autorespond", "list-id", "list-unsubscribe")
_BULK = {"bulk", "list", "junk", "auto_reply"}


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a mail, by name in lower case; the first of a name is the one that was written last."""

    pairs: Sequence[tuple[str, bytes]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Headers":
        return cls([(name.lower(), value.encode("utf-8", "replace")) for name, value in pairs])

    def first(self, name: str) -> bytes | None:
        return next((value for key, value in self.pairs if key == name), None)

    def words(self, name: str) -> str | None:
        value = self.first(name)
        return one_line(decode_words(text_of(value)), limit=998) if value is not None else None

    def people(self, *names: str) -> Sequence[Party]:
        found = [
            box for name in names for key, value in self.pairs if key == name for box in read_mailboxes(value).items
        ]
        return [Party(PointKind.EMAIL, box.address, box.name) for box in found if box.valid]

    def automatic(self) -> bool:
        submitted = text_of(self.first("auto-submitted") or b"no").split(";")[0].strip().lower()
        precedence = text_of(self.first("precedence") or b"").strip().lower()
        empty_path = self.first("return-path") is not None and text_of(self.first("return-path") or b"").strip() == "<>"
        marked = any(self.first(name) is not None for name in _ROBOTS)
        return submitted != "no" or precedence in _BULK or empty_path or marked


def from_raw(raw: bytes, *, key: str, account: str | None, fields: Mapping[str, object]) -> Event:
    """Reads the bytes of a mail. Raises `Unreadable` when they hold none."""
    mail = read_mail(raw)
    headers = Headers(mail.fields.items)
    pieces = [
        Attachment(
            name=piece.name,
            content_type=piece.content_type,
            size=len(piece.content),
            content_id=piece.content_id,
            sha256=piece.sha256,
            content=piece.content,
            inline=piece.inline,
        )
        for piece in mail.pieces
    ]
    return event_of(
        headers,
        key=key,
        account=account,
        text=mail.text,
        html=mail.html,
        attachments=pieces,
        fields=fields,
        warnings=mail.defects.warnings(),
    )


def event_of(
    headers: Headers,
    *,
    key: str,
    account: str | None,
    text: str | None,
    html: str | None,
    attachments: Sequence[Attachment],
    fields: Mapping[str, object],
    text_new: str | None = None,
    warnings: Sequence[str] = (),
) -> Event:
    """Returns the message of a mail from its fields and parts; HTML must have been sanitised."""
    authors = headers.people("from")
    raw_date = headers.first("date")
    identifiers = message_ids(headers.first("message-id"))
    said = text if text is not None else (html_to_text(html) if html else None)
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=key or digest(*identifiers, said, html),
        external_id=identifiers[0] if identifiers else None,
        account=account,
        sender=authors[0] if authors else None,
        recipients=headers.people("to", "cc"),
        subject=headers.words("subject"),
        text=said,
        text_new=text_new if text_new is not None or said is None else new_part(said),
        html=html,
        attachments=attachments,
        occurred_at=date_of(raw_date),
        occurred_raw=text_of(raw_date) if raw_date is not None else None,
        in_reply_to=message_ids(headers.first("in-reply-to")),
        references=message_ids(headers.first("references")),
        automatic=headers.automatic(),
        fields=fields,
        warnings=warnings,
    )


def clean_html(html: str | None) -> str | None:
    """Returns a provider's HTML as it may be shown, or None."""
    return sanitise(html).html if html and html.strip() else None


def mailbox(address: str | None, name: str | None = None) -> Party | None:
    """Returns a person by a bare address, or None when it is not one."""
    normal = normalise((address or "").strip())
    return Party(PointKind.EMAIL, normal, name) if normal else None
