"""What a third service sends to make sure of an address: a code, a link to follow. Pure, for a warning alone.

An address everybody may write to proves nothing to anybody: whoever answers such a message, or follows its link, opens an
account that somebody else asked for, in the administration's name. The message is kept, placed and counted like any other.
"""

import re

from app.accents import without_accents

WARNING = (
    "vérification: ce message ressemble à un code ou à un lien de confirmation d'un autre service ; ne suivez aucun lien et ne "
    "donnez aucun code sans savoir qui l'a demandé"
)
_READ = 4000
_ASKS = re.compile(
    r"codes? (?:de|d')\s?(?:verification|confirmation|securite|connexion|activation|acces) ?(?::|est|\d|-|ci-dessous)"
    r"|(?:code|mot de passe) a usage unique"
    r"|(?:confirme|verifie|valide)[rz] (?:votre|ton) (?:adresse|compte|inscription|e-?mail|identite)"
    r"|active[rz] (?:votre|ton) compte"
    r"|(?:verification|security|sign-?in|log-?in|one-time|confirmation) (?:code|passcode|password)"
    r"|(?:confirm|verify|validate|activate) your (?:e-?mail|account|address|identity|registration)",
)


def asks_for_proof(subject: str, text: str) -> bool:
    """Says whether words look like another service's question; only their beginning is read."""
    plain = without_accents(f"{subject[:500]}\n{text[:_READ]}".lower().replace("’", "'"))
    return _ASKS.search(" ".join(plain.split())) is not None
