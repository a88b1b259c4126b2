"""What guessers try first is no password here; a few words without a link are."""

import pytest

from app.errors import Invalid
from app.identity.passwords import refuse_weak

OWNER = ("dominique.exemple@villebourg.example.fr", "Dominique Exemple")


@pytest.mark.parametrize(
    "worn",
    [
        "motdepasse123",
        "azertyuiop12",
        "qwertyuiop12",
        "iloveyou12345678",
        "Bonjour12345!",
        "Liberte-Egalite",
        "mairie-2026-2026",
        "14071789140717",
        "passwordpassword",
        "dominique-exemple-2026",
        "VillebourgExemple",
        "soleil soleil soleil",
        "aaaaaaaaaaaab",
    ],
)
def test_what_guessers_try_first_is_refused(worn):
    with pytest.raises(Invalid) as refused:
        refuse_weak(worn, about=OWNER)
    assert refused.value.flaws[0].pointer == "/password"


@pytest.mark.parametrize(
    "good",
    [
        "quatre chevaux au trot",
        "d349-zqaq-qpjp-avbe",
        "L’été, Émile relit Proust à Dieppe",
        "x7#Qm2!vLp9@",
        "蜂蜜と四頭の馬が走る朝の市場",
    ],
)
def test_words_without_a_link_are_taken(good):
    refuse_weak(good, about=OWNER)


def test_a_long_one_costs_no_more_than_what_is_judged_of_it():
    refuse_weak("quatre chevaux au trot " * 8, about=OWNER)  # 184 characters, of which 72 are estimated
    with pytest.raises(Invalid):
        refuse_weak("x" * 201, about=OWNER)
