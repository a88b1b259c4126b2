"""The kind of message proposed: it may be wrong, it never hides a request."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sve.suggestion import NatureKind, nature
from tests.sve.suggestion.labelled import FRESH, LABELLED
from tests.sve.suggestion.messages import COMMUNE, DEPARTEMENT

HARMLESS = {NatureKind.THANKS, NatureKind.SPAM_LIKE, NatureKind.INFORMATION}
TABLE = [
    ("Merci beaucoup pour votre aide, bravo à toute l'équipe", "thanks"),
    ("Un grand merci à l'agent qui nous a reçus mardi, je vous félicite", "thanks"),
    ("Je vous signale un nid de poule devant le 12", "report"),
    ("Le lampadaire de la place est éteint depuis lundi", "report"),
    ("dépôt sauvage au bout du chemin", "report"),
    ("Je conteste votre décision du 3 mars", "complaint"),
    ("Recours gracieux contre le refus opposé à ma fille", "complaint"),
    ("C'est inadmissible, personne ne répond au téléphone", "complaint"),
    ("Je souhaite rencontrer Madame le maire", "appointment"),
    ("Avez-vous un créneau jeudi ? rdv avec l'élu de quartier", "appointment"),
    ("Gagnez des millions d'euros avec le bitcoin https://exemple.example www.exemple.example", "spam_like"),
    ("SEO and backlinks for your site, click here https://exemple.example", "spam_like"),
    ("Je vous confirme ma présence mardi.", "information"),
    ("Réponse automatique : je suis absent du 3 au 17 août, de retour le 18.", "information"),
    ("Objet de votre demande : Remerciements\nVotre message : Merci beaucoup pour votre accueil !", "thanks"),
    ("Objet de la demande : une terrasse", "request"),
    ("Votre message : je vous demande une terrasse", "request"),
    ("Ma demande : le 3 mai sur la place", "request"),
    ("Je vous confirme ma présence. Et ma demande de place en crèche ?", "request"),
    ("Je vous demande une autorisation de voirie", "request"),
    ("rdv pour renouveler ma carte d'identité", "request"),
    ("Merci pour votre accueil. Pourriez-vous m'envoyer le formulaire ?", "request"),
    ("Merci de m'inscrire", "request"),
    ("à quelle heure ouvre la piscine ?", "request"),
    ("Bravo pour la fête ! Mon voisin construit un mur de trois mètres sur le chemin.", "unknown"),
    ("Ci-joint.", "unknown"),
    ("", "unknown"),
]


@pytest.mark.parametrize(("text", "kind"), TABLE)
def test_messages_and_what_they_seem(text: str, kind: str) -> None:
    found = nature(text)
    assert found.kind == kind, found.because
    assert found.because.endswith(".")


@pytest.mark.parametrize("text", [text for text, _ in (*COMMUNE, *DEPARTEMENT, *LABELLED, *FRESH)])
def test_no_request_of_the_table_is_taken_for_thanks_or_spam(text: str) -> None:
    assert nature(text).kind not in HARMLESS
    assert nature(f"Merci beaucoup pour tout, bravo ! {text} https://exemple.example promo").kind not in HARMLESS


ASKING = (
    "je demande",
    "Je souhaiterais",
    "nous sollicitons",
    "autorisation",
    "puis-je",
    "inscription",
    "pouvez-vous",
    "?",
)


@given(st.text(max_size=200), st.sampled_from(ASKING), st.text(max_size=200))
def test_a_message_that_asks_is_never_hidden(before: str, asking: str, after: str) -> None:
    assert nature(f"{before} {asking} {after}").kind not in HARMLESS
    assert nature(f"merci pour tout, bravo, bitcoin casino {before} {asking} {after}").kind not in HARMLESS


@given(st.text(max_size=500))
def test_any_text_has_an_answer(text: str) -> None:
    assert nature(text).because


@pytest.mark.parametrize("text", ["je " * 50_000, "d'" * 50_000, "a" * 200_000, "trou " * 40_000])
def test_hostile_text_costs_little(text: str) -> None:
    began = time.process_time()
    nature(text)
    assert time.process_time() - began < 0.5
