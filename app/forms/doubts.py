"""Why a submission may not come from a person: each doubt with its words, and what lifts it. Pure.

A doubt never refuses. What was sent is kept at its date: if it is a request, silence counts from there (CRPA L231-1).
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from app.channels.adapters.webform_questions import ProofDemand
from app.forms.proof import Standing

# More links than people write in a form; more submissions than one household, or one desk, sends in ten minutes.
MOST_LINKS, MOST_FROM_A_NETWORK = 5, 10
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


class Doubt(StrEnum):
    """What makes a submission doubtful; the value is what agents read."""

    UNREADABLE = "formulaire illisible : à lire dans l’original"
    HONEYPOT = "un champ que personne ne voit a été rempli : peut-être une machine, peut-être une aide à la saisie"
    NO_PAGE = "formulaire envoyé sans passer par sa page"
    FOREIGN_PAGE = "formulaire dont le jeton n’est pas le nôtre"
    TOO_FAST = "formulaire rempli plus vite qu’une personne ne le peut"
    NO_PROOF = "envoyé sans preuve de calcul : navigateur sans JavaScript, ou machine"
    STALE_PROOF = "preuve de calcul périmée ou déjà employée"
    FALSE_PROOF = "preuve de calcul fausse"
    FLOOD = "beaucoup d’envois de suite depuis le même réseau"
    LINKS = "beaucoup de liens"


# A computation paid for answers what a crowd or a list of links lets one fear, not what a person cannot have done.
_LIFTED = frozenset({Doubt.FLOOD, Doubt.LINKS})


def weighed(found: Iterable[Doubt], *, demand: ProofDemand, standing: Standing) -> Sequence[Doubt]:
    """Returns the doubts that remain once the proof of work was looked at."""
    doubts = list(found)
    if demand is ProofDemand.OFF:
        return doubts
    if standing is Standing.SOLVED:
        return [doubt for doubt in doubts if doubt not in _LIFTED]
    if demand is ProofDemand.ALWAYS:
        doubts.append(_of(standing))
    return doubts


def too_many_links(texts: Iterable[str]) -> bool:
    return sum(len(_LINK.findall(text)) for text in texts) > MOST_LINKS


def reason(doubts: Sequence[Doubt]) -> str:
    """Returns what agents read of a submission that is held."""
    return " ; ".join(doubt.value for doubt in doubts)


def _of(standing: Standing) -> Doubt:
    match standing:
        case Standing.MISSING:
            return Doubt.NO_PROOF
        case Standing.EXPIRED:
            return Doubt.STALE_PROOF
        case _:
            return Doubt.FALSE_PROOF
