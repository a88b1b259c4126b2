"""The types of events an endpoint may ask for: a closed list, made of the facts the house can state."""

from collections.abc import Sequence

from app.errors import Flaw, Invalid
from app.facts import Fact, Seen
from app.rest.languages import Said

TEST = "webhook.test"


def known() -> frozenset[str]:
    """Returns every type of fact that the event log tells."""
    return frozenset(kind.type for kind in classes())


def classes() -> list[type[Fact]]:
    """Returns the facts of those types."""
    found: list[type[Fact]] = []
    waiting: list[type[Fact]] = [Fact]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if "type" in vars(kind) and kind.type != Seen.type:
                found.append(kind)
            waiting.append(kind)
    return found


def checked(types: Sequence[str]) -> list[str]:
    """Returns the types, each once. Raises `Invalid` naming those nobody states: no pattern is read."""
    all_of = known()
    flaws = [
        Flaw(
            f"/types/{place}",
            "unknown-type",
            Said(
                "ce type d'événement n'existe pas : voyez docs/events.md",
                en="no event has this type: see docs/events.md",
            ),
        )
        for place, kind in enumerate(types)
        if kind not in all_of
    ]
    if flaws:
        raise Invalid(flaws=flaws)
    return sorted(set(types))
