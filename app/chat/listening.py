"""How many streams one visitor's pages may hold open in one process: each costs a query every ten seconds, for hours."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from app.chat.words import MANY_PAGES
from app.errors import TooManyRequests

# A person opens a few tabs; behind one address may stand a whole library.
OF_CONVERSATION, FROM_ADDRESS = 6, 100
_AGAIN_AFTER_S = 30


class Listening:
    """Counts open streams. A page that is refused one still reads, writes, and asks again later."""

    def __init__(self) -> None:
        self._open: Counter[UUID | str] = Counter()

    @contextmanager
    def place(self, conversation_id: UUID, hidden: str) -> Iterator[None]:
        """Holds a place for as long as a stream lasts. Raises `TooManyRequests` when there is none."""
        if self._open[conversation_id] >= OF_CONVERSATION or self._open[hidden] >= FROM_ADDRESS:
            raise TooManyRequests(MANY_PAGES, headers={"Retry-After": str(_AGAIN_AFTER_S)})
        names: tuple[UUID | str, ...] = (conversation_id, hidden)
        self._open.update(names)
        try:
            yield
        finally:
            self._open.subtract(names)
            for name in names:
                if self._open[name] <= 0:
                    del self._open[name]
