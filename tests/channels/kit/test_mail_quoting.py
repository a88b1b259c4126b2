"""Replies as French mail readers lay them out: what is new is found, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.kit.quoting import new_part

NEW = "Bonjour,\n\nMerci de votre réponse.\n\n"
HISTORIES = {
    "gmail": "Le lun. 3 nov. 2025 à 10:12, Mairie <contact@example.org> a écrit :\n\n> ANCIEN\n",
    "gmail wrapped": "Le lun. 3 nov. 2025 à 10:12, Mairie - Service État civil <\ncontact-etat-civil@example.org> a écrit :\n\n> ANCIEN\n",
    "gmail english": "On Mon, Nov 3, 2025 at 10:12 AM Mairie <contact@example.org> wrote:\n\n> ANCIEN\n",
    "apple": "> Le 3 nov. 2025 à 10:12, Mairie <contact@example.org> a écrit :\n> \n> ANCIEN\n",
    "apple, narrow blanks": "Le 3 nov. 2025 à 10:12, Mairie a écrit\u202f:\n\n> ANCIEN\n",
    "thunderbird": "Le 03/11/2025 à 10:12, Mairie a écrit\xa0:\n> ANCIEN\n",
    "yahoo": "Le lundi 3 novembre 2025 à 10:12:13 UTC+1, Mairie <contact@example.org> a écrit :\n\nANCIEN\n",
    "outlook": "De : Mairie <contact@example.org>\nEnvoyé : lundi 3 novembre 2025 10:12\nÀ : Usager\nObjet : RE: Demande\n\nANCIEN\n",
    "outlook, bold": "*De :* Mairie\n*Envoyé :* lundi 3 novembre 2025 10:12\n*À :* Usager\n*Objet :* RE\n\nANCIEN\n",
    "outlook, ruled": "________________________________\nDe : Mairie\nEnvoyé : lundi 3 novembre\nÀ : Usager\nObjet : RE\n\nANCIEN\n",
    "outlook, ruled then blank": "________________________________\n\nDe : Mairie\nEnvoyé : lundi\nÀ : Usager\nObjet : x\n\nANCIEN\n",
    "outlook english": "From: Mairie\nSent: Monday, November 3, 2025 10:12\nTo: Usager\nSubject: RE\n\nANCIEN\n",
    "orange": '> Message du 03/11/25 10:12\n> De : "Mairie" <contact@example.org>\n> A : "Usager"\n> Objet : Demande\n> \n> ANCIEN\n',
    "original": "-----Message d'origine-----\nDe : Mairie\nANCIEN\n",
    "original, curly": "-----Message d’origine-----\nDe : Mairie\nANCIEN\n",
    "zimbra": '----- Mail original -----\nDe: "Mairie" <contact@example.org>\nÀ: "Usager"\nEnvoyé: Lundi\nObjet: x\n\nANCIEN\n',
    "la poste": 'De: "Mairie" \nEnvoyé: lundi 3 novembre 2025 10:12\nA: usager@example.fr\nObjet: Demande\n\nANCIEN\n',
    "sfr": "De : contact@example.org\nDate : 3 novembre 2025\nA : usager@example.fr\nSujet : Demande\n\nANCIEN\n",
    "forwarded": "---------- Forwarded message ---------\nDe : Mairie\nDate: lun. 3 nov. 2025\nSubject: x\nTo: <u@example.fr>\n\nANCIEN\n",
    "apple, forwarded": "Début du message réexpédié :\n\nDe: Mairie\nObjet: x\n\nANCIEN\n",
    "quotes only": "> ANCIEN\n> et encore\n",
    "proton": "-------- Message d'origine --------\nLe 3 nov. 2025 à 10:12, Mairie <contact@example.org> a écrit :\n\n> ANCIEN\n",
    "portal": "##- Répondez au-dessus de cette ligne -##\n\nANCIEN\n",
}
GENUINE = [
    "Le dossier du 3 mars : la mairie a écrit : « refusé ». Merci de revoir.\nKEEP\n",
    "De : la rue à la place, il y a des trous.\nObjet : voirie.\nKEEP\n",
    "Le 3 mars 2025, la mairie m'a écrit : je ne comprends pas.\nKEEP\n",
    "Cordialement,\n\nUsager\n12 rue des Lilas KEEP\n",
    "On m'a dit de venir le 3 nov. 2025.\nKEEP\n",
    "_______________________\nKEEP\n",
]


@pytest.mark.parametrize("layout", HISTORIES)
def test_the_history_is_folded_and_the_answer_kept(layout: str):
    found = new_part(NEW + HISTORIES[layout])
    assert "Merci de votre réponse." in found
    assert "ANCIEN" not in found


@pytest.mark.parametrize("text", GENUINE)
def test_words_that_only_look_like_a_history_stay(text: str):
    assert new_part("Bonjour,\n\n" + text) == "Bonjour,\n\n" + text


def test_an_answer_between_the_lines_is_kept():
    text = "> Votre date de naissance ?\n\n12/03/1980\n\n> Votre adresse ?\n\n3 rue de la Paix\n"
    assert new_part(text) == text


def test_a_mail_that_only_quotes_is_shown_whole():
    assert new_part("> a\n> b\n") == "> a\n> b\n"


@given(st.text(max_size=400))
def test_what_is_new_begins_the_text(text: str):
    assert text.startswith(new_part(text).rstrip())
