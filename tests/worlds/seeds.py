"""From one seed, a life: what happens and when is drawn beforehand, as data, so that a failing life can be cut short.

A world names what can happen in it and how often; each happening takes what it needs of chance from its own number.
After each the world looks at its promises, and at the end it lives on in peace until nothing more is owed.
"""

import random
from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, TypeVar

Happening = tuple[str, int]
T = TypeVar("T")


class Broken(AssertionError):
    """A promise was not kept."""


class Chance:
    """The chance of one happening: a number one draws from."""

    __slots__ = ("_left",)

    def __init__(self, number: int) -> None:
        self._left = number

    def below(self, n: int) -> int:
        self._left, drawn = divmod(self._left, n)
        return drawn

    def one_in(self, n: int) -> bool:
        return self.below(n) == 0

    def of(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]


class World(Protocol):
    """What a seed drives: `HAPPENINGS` names its methods and how often each comes."""

    HAPPENINGS: ClassVar[Mapping[str, int]]

    def check(self) -> None:
        """Raises `Broken` when a promise is not kept now."""

    def end(self) -> None:
        """Goes on until nothing more is owed. Raises `Broken` when something still is."""


def life(world: type[World], seed: int, steps: int) -> list[Happening]:
    """Draws what happens."""
    chance = random.Random(seed)
    names, weights = list(world.HAPPENINGS), list(world.HAPPENINGS.values())
    return [(name, chance.getrandbits(96)) for name in chance.choices(names, weights, k=steps)]


def lived(world: type[World], happenings: Sequence[Happening]) -> str | None:
    """Lives it; returns which promise was broken, None when all were kept."""
    one = world()
    try:
        for name, number in happenings:
            getattr(one, name)(Chance(number))
            one.check()
        one.end()
    except Broken as broken:
        return str(broken)
    return None


def shortest(world: type[World], happenings: Sequence[Happening]) -> list[Happening]:
    """Leaves out, in ever smaller pieces, all that the failure does not need (delta debugging)."""
    kept, size = list(happenings), max(1, len(happenings) // 2)
    while True:
        start = 0
        while start < len(kept):
            shorter = kept[:start] + kept[start + size :]
            if lived(world, shorter) is not None:
                kept = shorter
            else:
                start += size
        if size == 1:
            return kept
        size = max(1, size // 2)


def trial(world: type[World], seeds: Sequence[int], *, steps: int) -> int:
    """Lives many lives, and returns how many steps they took; a failing one is told by its shortest trace."""
    for seed in seeds:
        happenings = life(world, seed, steps)
        if lived(world, happenings) is not None:
            trace = shortest(world, happenings)
            told = "\n".join(f"    ({name!r}, {number:#x})," for name, number in trace)
            raise Broken(f"{world.__name__}, seed {seed}: {lived(world, trace)}\n[\n{told}\n]")
    return len(seeds) * steps
