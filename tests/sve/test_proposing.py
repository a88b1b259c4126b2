"""What is read of a message before anything is proposed: the citizen's own words, whatever the channel."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.ids import new_id
from app.sve.proposing import said_in
from app.sve.suggestion import NatureKind, nature
from app.tickets.values import AuthorKind, Direction, Message

MESSAGE = Message(
    id=new_id(),
    ticket_id=new_id(),
    channel_id=new_id(),
    point_id=None,
    reception_id=None,
    direction=Direction.IN,
    author_kind=AuthorKind.CITIZEN,
    author_name="Usager Exemple",
    author_address="usager@example.fr",
    external_id=None,
    subject="Faire une demande",
    text="Merci beaucoup pour votre accueil !\n\nNom : Usager Exemple\nObjet de votre demande : Remerciements",
    text_new=None,
    html=None,
    recipients=(),
    fields={},
    geo=None,
    warnings=(),
    automatic=False,
    public=False,
    claimed_at=None,
    received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    edited_at=None,
    withdrawn_at=None,
)
FORM = {
    "answers": {
        "nom": "Usager Exemple",
        "courriel": "usager@example.fr",
        "objet": "Remerciements",
        "message": "Merci beaucoup pour votre accueil !",
        "accord": True,
        "sujets": ["fêtes", "voirie"],
    }
}


def test_a_form_is_read_by_its_answers_without_its_questions_nor_who_answers() -> None:
    told = said_in(replace(MESSAGE, fields=FORM))
    assert told.split("\n") == ["Remerciements", "Merci beaucoup pour votre accueil !", "fêtes", "voirie"]


def test_thanks_through_a_form_named_demande_are_thanks() -> None:
    """The title of the form and its labels say « demande »; the citizen asks for nothing."""
    assert nature(said_in(replace(MESSAGE, fields=FORM))).kind is NatureKind.THANKS


def test_a_request_through_a_form_stays_one() -> None:
    asked = {"answers": {"objet": "Merci", "message": "Merci de m'inscrire à la cantine."}}
    assert nature(said_in(replace(MESSAGE, fields=asked))).kind is NatureKind.REQUEST


@pytest.mark.parametrize(
    ("new", "read"), [("Nouveau.", "Objet\nNouveau."), (None, "Objet\nTout."), ("", "Objet\nTout.")]
)
def test_a_letter_is_read_without_what_it_quotes(new: str | None, read: str) -> None:
    assert said_in(replace(MESSAGE, subject="Objet", text="Tout.", text_new=new)) == read


def test_the_line_of_a_scans_card_is_nobodys_words() -> None:
    card = replace(MESSAGE, subject="Terrasse", text="Courrier numérisé, 4 pages.", fields={"words": "card"})
    assert said_in(card) == "Terrasse"
