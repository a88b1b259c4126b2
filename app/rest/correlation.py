"""The word that ties an answer to its lines in the logs; it says nothing of the caller or of the house."""

import re
from collections.abc import MutableMapping
from typing import Any

from app.ids import new_id

_KEY = "request_id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")

Scope = MutableMapping[str, Any]


def request_id(scope: Scope) -> str:
    """Returns the identifier of a request, giving it one at the first question."""
    state = scope.setdefault("state", {})
    if _KEY not in state:
        state[_KEY] = str(new_id())
    return str(state[_KEY])


def adopt_request_id(scope: Scope, proposed: str) -> None:
    """Takes the identifier a trusted proxy proposes, when it is short and plain; else leaves ours to be made."""
    if _ACCEPTED.fullmatch(proposed):
        scope.setdefault("state", {})[_KEY] = proposed
