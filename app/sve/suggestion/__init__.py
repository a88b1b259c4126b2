"""Proposals for a message: which procedure it speaks of, what kind of message it seems to be. Never applied by itself."""

from app.sve.suggestion.nature import Nature, NatureKind, nature
from app.sve.suggestion.ranking import Suggester, Suggestion

__all__ = ["Nature", "NatureKind", "Suggester", "Suggestion", "nature"]
