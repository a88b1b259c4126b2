"""The card beside a scanned letter, as JSON, XML or CSV: what the mail room noted of it."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, clean_text, load_provider
from app.channels.kit.xml import NotXml, local_name, root_of

_MOST = 64 << 10
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{64}")
_KINDS = {
    **dict.fromkeys(("simple", "lettre simple", "ordinaire"), "simple"),
    **dict.fromkeys(("lrar", "lettre recommandee", "recommande", "recommandé", "registered"), "lrar"),
    **dict.fromkeys(("deposit", "depot", "dépôt", "dépôt contre récépissé", "recepisse", "récépissé"), "deposit"),
}
_SAID = {"simple": "lettre simple", "lrar": "recommandé avec avis de réception", "deposit": "déposé contre récépissé"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What was noted; None where nothing was, or nothing that can be read."""

    registered_on: date | None = None
    scanned_raw: str | None = None
    kind: str | None = None
    tracking: str | None = None
    service: str | None = None
    pages: int | None = None
    operator: str | None = None
    sender: str | None = None
    subject: str | None = None
    file: str | None = None
    sha256: str | None = None

    def words(self) -> str:
        """Returns the line an agent reads in place of a text: what the card says, never what the letter does."""
        day = f", reçu le {self.registered_on:%d/%m/%Y}" if self.registered_on else ""
        how = f", {_SAID[self.kind]}" if self.kind else ""
        number = f" n° {self.tracking}" if self.tracking else ""
        pages = f", {self.pages} page{'s' if self.pages > 1 else ''}" if self.pages else ""
        return f"Courrier numérisé{day}{how}{number}{pages}{f', pour : {self.service}' if self.service else ''}."


def read(body: bytes) -> Sidecar:
    """Reads a card. Raises `Unreadable` for one that is none of the three forms."""
    if len(body) > _MOST:
        raise Unreadable("a card of more than 64 kB")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    told = _json(body) if start == b"{" else _xml(body) if start == b"<" else _csv(body)
    pages = told.get("pages", "")
    sha256 = told.get("sha256", "").lower()
    return Sidecar(
        registered_on=_day(told.get("registered_on") or told.get("registered_at") or ""),
        scanned_raw=_short(told.get("scanned_at")),
        kind=_KINDS.get(told.get("kind", "").strip().lower()),
        tracking=_short(told.get("tracking") or told.get("tracking_number"), 40),
        service=_short(told.get("service")),
        pages=int(pages) if re.fullmatch(r"[1-9]\d{0,4}", pages, re.ASCII) else None,
        operator=_short(told.get("operator")),
        sender=_short(told.get("sender")),
        subject=_short(told.get("subject")),
        file=_short(told.get("file")),
        sha256=sha256 if _SHA.fullmatch(sha256) else None,
    )


def _json(body: bytes) -> Mapping[str, str]:
    try:
        document = load_provider(body)
    except JsonRefused as error:
        raise Unreadable(f"the card is not JSON: {error}") from error
    if not isinstance(document, Mapping):
        raise Unreadable("the card is no JSON object")
    return {str(name): str(value) for name, value in document.items() if isinstance(value, str | int)}


def _xml(body: bytes) -> Mapping[str, str]:
    try:
        root = root_of(body)
    except NotXml as error:
        raise Unreadable(f"the card is not XML: {error}") from error
    return {local_name(child).lower(): clean_text(child.text or "").strip() for child in list(root)[:100]}


def _csv(body: bytes) -> Mapping[str, str]:
    text = clean_text(body.decode("utf-8-sig", "replace"))
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ","))[:2]
    except csv.Error as error:
        raise Unreadable(f"the card is not CSV: {error}") from error
    if len(rows) < 2:
        raise Unreadable("the card is neither JSON, XML nor CSV with a line of names and one of values")
    return {name.strip().lower(): value.strip() for name, value in zip(*rows, strict=False)}


def _day(text: str) -> date | None:
    """Reads the mail room's day; its hour, when one is written, is not what counts."""
    if french := _FRENCH_DAY.fullmatch(text.strip()):
        text = "-".join(reversed(french.groups()))
    found = _DAY.fullmatch(text.strip())
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _short(text: str | None, longest: int = 200) -> str | None:
    return " ".join((text or "").split())[:longest] or None
