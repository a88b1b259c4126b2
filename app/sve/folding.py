"""French words brought to one spelling: no accents, no case, œ as oe, no plural; and cut in fours."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.accents import without_accents

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_WORD = re.compile(r"[a-z0-9]+")
_GRAM = 4
# Words that carry no subject: a letter's own, and the grammar's.
EMPTY = frozenset(
    """a ai alors apres as au aucun aujourd aussi autre aux avance avant avec avez avoir avons bien bonjour bonsoir c
    car ce cela celle celui ces cet cette chez ci comme comment concernant cordial cordialement cordiales d dans de deja
    demande depuis des desormais deux dire dois donc dont du elle elles en encore entre est et etaient etais etait etant
    etre eu fait faire faut ferai fois font grand hui il ils j jamais je jour l la laquelle le lequel les leur leurs lors
    lui m ma madame maintenant mais me meme merci mes mesdames messieurs mieux moi moins mois mon monsieur n ne ni non nos notre nous
    ont ou oui par parce pas pendant peu peut peux plus pour pourquoi pourriez pouvez prendre prie puis quand que quel quelle
    quelles quels qui quoi rien s sa salutation salutations sans savoir se sera serait ses si sien soit son sont souhaite souhaiterai
    souhaiterais sous souhaitons sur t ta tant te tel telle tes toi ton toujours tous tout toute toutes tres trop tu un une va
    vais veuillez vers veux voici voila voir vos votre voudrai voudrais voulons vous vouloir y actuellement afin agree agreer
    ainsi annee attente avis besoin bonne chere cher concerne concernee distinguees expression heure ici jours journee lettre mail
    mairie message meilleur numero objet part personne petit possible premier quelque recevoir reponse respectueuses retour
    rue sentiments service services semaine sincere ville commune recu recue equipe confirme confirmer bjr bsr slt salut svp stp
    cmt pr ds vs ns koi kel kelle tjrs bcp dc ki ke tt ve vx jai""".split()  # noqa: SIM905 — words read better as text
)


@lru_cache(maxsize=65536)
def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


def folded(text: str) -> str:
    """Returns the text without accents, case nor ligatures."""
    return without_accents(text.translate(_LIGATURES).lower())


def words(text: str) -> Sequence[str]:
    """Returns the words of a text in their order, in one spelling, without those that carry no subject."""
    return [_singular(word) for word in _WORD.findall(folded(text)) if word not in EMPTY]


@lru_cache(maxsize=65536)
def grams(word: str) -> frozenset[str]:
    """Returns the runs of four letters of a word, its beginning and its end marked: a misspelling spoils few of them."""
    marked = f" {word} "
    return frozenset(marked[at : at + _GRAM] for at in range(max(1, len(marked) - _GRAM + 1)))
