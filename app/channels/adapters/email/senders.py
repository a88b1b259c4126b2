"""Who wrote, as far as headers can say, and whether they can be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.channels.adapters.email.config import EmailConfig
from app.channels.kit.addresses import Mailbox, is_ours, normalise, read_mailboxes, unrepliable
from app.channels.kit.headers import text_of
from app.channels.kit.mime.defects import Defect, Defects
from app.channels.kit.mime.fields import Fields

_FALLBACKS = ("sender", "return-path")


@dataclass(frozen=True, slots=True)
class Author:
    """The author retained, where the name was found, and whether it was the only one claimed."""

    mailbox: Mailbox | None
    source: str
    sole: bool
    claimed: Sequence[str]

    @property
    def address(self) -> str | None:
        """The address when it is one: what is malformed identifies nobody, and stays in the claims."""
        return self.mailbox.address if self.mailbox and self.mailbox.valid else None

    def unrepliable(self, config: EmailConfig) -> str | None:
        """Returns why no answer may be sent to the author, as a short code, or None."""
        reason = unrepliable(self.mailbox.address if self.mailbox else None, ours=config.ours)
        return reason or (None if self.source == "from" else "expediteur-suppose")


def read_author(fields: Fields, *, envelope: Mapping[str, object], config: EmailConfig, defects: Defects) -> Author:
    """Chooses the author: one From; of several, the first that is not ours; without any, who the transport names.

    Two From headers, or two mailboxes in one, are how a DMARC check and a reader are made to look at different people:
    the mail is kept and its author is not trusted.
    """
    raw = list(fields.all("from"))[:10]
    claimed: list[Mailbox] = []
    damaged = False
    for value in raw:
        boxes = read_mailboxes(value, limit=20)
        damaged |= boxes.damaged
        claimed += boxes.items
    usable = [box for box in claimed if box.address]
    if damaged or any(not box.valid for box in usable):
        defects.note(Defect.ADDRESS)
    sole = len(raw) == 1 and len(usable) == 1 and usable[0].valid and not damaged
    if not sole:
        defects.note(Defect.SENDER)
    addresses = tuple(box.address[:500] for box in usable)
    if usable:
        foreign = [box for box in usable if not is_ours(box.address, ours=config.ours)]
        ranked = sorted(foreign or usable, key=lambda box: not box.valid)
        return Author(ranked[0], "from", sole, addresses)
    return _fallback(fields, envelope, names=claimed)


def _fallback(fields: Fields, envelope: Mapping[str, object], *, names: Sequence[Mailbox]) -> Author:
    name = next((box.name for box in names if box.name), None)
    for field in _FALLBACKS:
        raw = fields.first(field)
        boxes = read_mailboxes(raw, limit=5).items if raw else ()
        for box in boxes:
            if box.valid:
                return Author(Mailbox(box.address, box.name or name, valid=True), field, sole=False, claimed=())
    mail_from = envelope.get("mail_from")
    if isinstance(mail_from, str) and (address := normalise(mail_from.strip("<> "))):
        return Author(Mailbox(address, name, valid=True), "envelope", sole=False, claimed=())
    return Author(Mailbox("", name, valid=False) if name else None, "none", sole=False, claimed=())


def addresses_in(fields: Fields, name: str, *, defects: Defects) -> list[Mailbox]:
    """Returns the valid mailboxes of every header of a name; what is unreadable leaves a warning."""
    out: list[Mailbox] = []
    for raw in list(fields.all(name))[:20]:
        boxes = read_mailboxes(raw)
        if boxes.damaged or any(not box.valid for box in boxes.items):
            defects.note(Defect.ADDRESS)
        out += [box for box in boxes.items if box.valid]
    return out


def raw_lines(fields: Fields, name: str, *, limit: int) -> list[str]:
    return [text_of(raw)[:500] for raw in list(fields.all(name))[:limit]]
