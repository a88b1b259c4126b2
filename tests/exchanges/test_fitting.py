"""Pieces a channel cannot carry are refused whole, and why is said; nothing is left out in silence."""

import pytest

from app.channels.contract import Capabilities, TemplateUse
from app.exchanges.fitting import FilesNotCarried, refuse_uncarried
from app.exchanges.freezing import Draft
from app.tickets.values import Piece

MAIL = Capabilities(can_send=True, files=True, attachments_max_bytes=1000)


def a_draft(*sizes: int, **words: object) -> Draft:
    pieces = [Piece(name="a.pdf", content_type="application/pdf", size=size, sha256="0" * 64) for size in sizes]
    return Draft(text="Voici.", pieces=pieces, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "capabilities"),
    [
        (a_draft(1), Capabilities(can_send=True)),
        (a_draft(1), Capabilities(can_send=True, attachments_max_bytes=1000)),
        (a_draft(600, 401), MAIL),
        (a_draft(1, public=True), MAIL),
        (a_draft(1), Capabilities(can_send=True, files=True, public=True)),
        (a_draft(1, template=TemplateUse(name="a", language="fr")), MAIL),
    ],
    ids=["words only", "addresses only", "too heavy together", "said in public", "a public channel", "a template"],
)
def test_what_is_not_carried_is_refused(draft: Draft, capabilities: Capabilities) -> None:
    with pytest.raises(FilesNotCarried):
        refuse_uncarried(draft, capabilities)


def test_what_is_carried_passes_and_so_does_an_answer_without_pieces() -> None:
    refuse_uncarried(a_draft(600, 400), MAIL)
    refuse_uncarried(a_draft(), Capabilities(can_send=True, public=True))
