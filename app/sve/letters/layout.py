"""A letter as the data of its page: who writes, to whom, where and when, what, signed by whom."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from app.sve.letters import page
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Composed

_TEMPLATE = Path(__file__).parent / "pages" / "letter.typ"


def letter(composed: Composed, ground: Ground, *, logo: bytes | None, draft: bool, made_at: datetime) -> bytes:
    """Returns the page of a letter; `draft` writes on it that it was not sent. Raises `page.Unprintable`."""
    data = data_of(composed, ground, draft=draft)
    if logo is not None:
        data = {**data, "logo": logo}
    return page.pdf(_template(), data, title=composed.title, made_at=made_at)


def data_of(composed: Composed, ground: Ground, *, draft: bool) -> Mapping[str, object]:
    """Returns what the template shows."""
    office, head, fields = ground.office, ground.head, ground.fields
    place = (
        fr("{place}, le {on}", place=head.place, on=day(ground.on)) if head.place else fr("Le {on}", on=day(ground.on))
    )
    sender = [office.service, *office.postal_address.splitlines(), office.email, office.phone]
    addressee = [fields.addressee or ground.citizen, *fields.addressee_address.splitlines()]
    return {
        "draft": draft,
        "office": office.name,
        "sender": _filled(sender),
        "addressee": _filled(addressee),
        "dated": place,
        "marks": [fr("Nos références : {reference}", reference=ground.reference)],
        "reference": ground.reference,
        "title": composed.title,
        "blocks": [
            {"words": _words(one.text), "items": [item.splitlines() for item in one.items]}
            for one in composed.paragraphs
        ],
        "signature": _filled([office.name, head.signatory_title, head.signatory_name]),
        "footer": head.footer,
    }


@lru_cache(maxsize=1)
def _template() -> str:
    return _TEMPLATE.read_text(encoding="utf-8")


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _words(text: str) -> list[list[str]]:
    """Paragraphs a person separated by an empty line, each as its lines."""
    return [part.splitlines() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
