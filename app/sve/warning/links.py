"""A link in a mail to an agent: masked wherever the mail is shown, put in at the very moment it leaves."""

import base64
from datetime import datetime
from uuid import UUID

from app.errors import Misconfigured
from app.sealing import KeyRing
from app.sve.warning.values import Notice

MASK = "[lien, montré à son seul destinataire]"


class LinkOver(Exception):
    """The link is worth nothing any more, or the key that sealed it is gone."""


def bound_to(tenant_id: UUID, subject_key: str) -> str:
    return f"link/{tenant_id}/{subject_key}"


def whole_text(notice: Notice, *, ring: KeyRing, now: datetime) -> str:
    """Returns the text as it leaves. Raises `LinkOver`."""
    kept = notice.detail.get("link")
    if kept is None:
        return notice.text
    if now >= datetime.fromisoformat(str(notice.detail["until"])):
        raise LinkOver
    try:
        link = ring.open(base64.b64decode(str(kept)), bound_to=bound_to(notice.tenant_id, notice.subject_key))
    except Misconfigured:
        raise LinkOver from None
    return notice.text.replace(MASK, link.decode())
