"""A letter as plain text: whole, or in few words where a channel carries little. Both bear every mandatory mention."""

from collections.abc import Sequence

from app.sve.letters.french import plain
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Composed, Paragraph


def whole(composed: Composed, ground: Ground) -> str:
    """Returns the letter as the body of a mail or of a private message."""
    parts = [composed.title, *(block(one) for one in composed.paragraphs), signature(ground)]
    return "\n\n".join(part for part in parts if part)


def brief(composed: Composed, ground: Ground) -> str:
    """Returns the letter for an SMS: shorter sentences, plain spaces, the administration's name first."""
    told = [_short(one) for one in composed.paragraphs]
    words = f"{ground.office.name} : " + " ".join(part for part in told if part)
    return plain(words)


def block(paragraph: Paragraph) -> str:
    """Returns a paragraph and its list."""
    return "\n".join([part for part in (paragraph.text, *_listed(paragraph.items)) if part])


def _listed(items: Sequence[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _short(paragraph: Paragraph) -> str:
    if paragraph.short is None:
        return " ".join([paragraph.text, *paragraph.items])
    listed = "" if not paragraph.items or not paragraph.short.endswith(":") else " " + " ; ".join(paragraph.items) + "."
    return paragraph.short + listed


def signature(ground: Ground) -> str:
    """Returns who signs, below everything."""
    head = ground.head
    who = ", ".join(part for part in (head.signatory_name, head.signatory_title) if part)
    return "\n".join(part for part in (ground.office.name, who) if part)
