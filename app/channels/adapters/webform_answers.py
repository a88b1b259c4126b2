"""Reading what a form posted, in JSON or as a form, into answers and pieces."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.channels.adapters.webform_questions import FormField, asked
from app.channels.contract import Attachment, Delivery, Geo
from app.channels.errors import Unreadable
from app.channels.kit.forms import read_form
from app.channels.kit.json import JsonRefused, load_strict, member, number, objects, text
from app.channels.kit.signatures import sha256_hex

MAX_BYTES = 40 << 20  # pieces stand in the document
# Names the page itself adds; they are not answers.
_OURS = {"submission_id", "submitted_at", "form_version", "altcha", "csrf_token"}
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@([^\s@<>()\[\]\\,;:\"]{1,253})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was filled in."""

    answers: Mapping[str, object]
    attachments: Sequence[Attachment]
    identifier: str | None
    submitted_at: str | None
    version: str | None
    geo: Geo | None = None
    proof: str = ""  # of the work a browser did, as it came; no answer


def read(delivery: Delivery) -> Filled:
    """Reads a submission. Raises `Unreadable` where there is no answer at all."""
    is_json = "json" in (delivery.header("Content-Type") or "").lower()
    filled = _document(delivery.body) if is_json else _form(delivery)
    if not filled.answers and not filled.attachments:
        raise Unreadable("a form without any answer")
    return filled


def written(value: object) -> str:
    """Writes one answer: several choices are joined, a box that is ticked is "oui"."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} : {written(item)}" for name, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(written(item) for item in value)
    return "" if value is None else str(value).strip()


def fills(questions: Sequence[FormField], answers: Mapping[str, object]) -> dict[str, str]:
    """Returns, by the key of the field it fills, the name of each question that was put and answered."""
    told = {name: _told(value) for name, value in answers.items()}
    put = asked(questions, told)
    return {
        one.fills: one.name for one in questions if one.fills and put[one.name].shown and any(told.get(one.name, ()))
    }


def _told(value: object) -> Sequence[str]:
    return [written(one) for one in value] if isinstance(value, list) else [written(value)]


def place(lat: object, lon: object) -> Geo | None:
    """Returns the place when both degrees are on Earth."""
    y, x = number(lat), number(lon)
    return Geo(y, x) if y is not None and x is not None and abs(y) <= 90 and abs(x) <= 180 else None


def degrees_of(answers: Mapping[str, object], name: str) -> tuple[object, object]:
    """Returns the latitude and longitude given for a question, in JSON as an object, else as two fields of the page."""
    given = answers.get(name)
    if isinstance(given, Mapping):
        return given.get("lat"), given.get("lon")
    return answers.get(f"{name}.lat"), answers.get(f"{name}.lon")


def place_of(answers: Mapping[str, object], name: str) -> Geo | None:
    """Returns the place given for a question; people write 48,1 as well as 48.1."""
    lat, lon = (value.replace(",", ".") if isinstance(value, str) else value for value in degrees_of(answers, name))
    return place(lat, lon)


def address(value: str | None) -> str | None:
    """Returns an e-mail address with its domain in lower case, or None when it has not the form of one."""
    found = _ADDRESS.fullmatch(value.strip()) if value and len(value) <= 320 else None
    labels = found[1].split(".") if found else []
    if found is None or len(labels) < 2 or any(not label or label[0] == "-" or label[-1] == "-" for label in labels):
        return None
    local, _, domain = found[0].rpartition("@")
    return f"{local}@{domain.lower()}"


def _document(body: bytes) -> Filled:
    document = load_strict(body, max_bytes=MAX_BYTES)
    if not isinstance(document, dict):
        raise Unreadable("a submission is a JSON object")
    answers = member(document, "answers")
    if answers is None:
        reserved = _OURS | {"attachments", "location"}
        answers = {name: value for name, value in document.items() if name not in reserved}
    if not isinstance(answers, dict):
        raise JsonRefused("answers are an object", pointer="/answers")
    location = member(document, "location")
    return Filled(
        answers=answers,
        attachments=[_piece(item, index) for index, item in enumerate(objects(document, "attachments"))],
        identifier=text(document, "submission_id"),
        submitted_at=text(document, "submitted_at"),
        version=text(document, "form_version"),
        proof=text(document, "altcha") or "",
        geo=place(member(location, "lat"), member(location, "lon")),
    )


def _piece(item: Mapping[str, object], index: int) -> Attachment:
    encoded = text(item, "content") or ""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise JsonRefused("a piece's content is not base64", pointer=f"/attachments/{index}/content") from None
    return _attachment(text(item, "name"), text(item, "content_type") or "application/octet-stream", content)


def _form(delivery: Delivery) -> Filled:
    form = read_form(delivery)
    answers = {name.removesuffix("[]"): value for name, value in form.as_dict().items() if name not in _OURS}
    return Filled(
        answers=answers,
        # A file field left empty is posted as a file without name nor content (HTML, multipart/form-data).
        attachments=[_attachment(f.name, f.content_type, f.content) for f in form.files if f.name or f.content],
        identifier=form.last("submission_id"),
        submitted_at=form.last("submitted_at"),
        version=form.last("form_version"),
        proof=form.last("altcha") or "",
    )


def _attachment(name: str | None, content_type: str, content: bytes) -> Attachment:
    return Attachment(
        name=name, content_type=content_type, size=len(content), sha256=sha256_hex(content), content=content
    )
