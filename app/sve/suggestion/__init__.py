"""Proposals for a message: which procedure it speaks of, what kind of message it seems to be. Never applied by itself."""

from app.sve.suggestion.meaning import Meaning, installed
from app.sve.suggestion.nature import Nature, NatureKind, nature
from app.sve.suggestion.ranking import Ranking, Suggester, Suggestion

__all__ = ["Meaning", "Nature", "NatureKind", "Ranking", "Suggester", "Suggestion", "installed", "nature"]
