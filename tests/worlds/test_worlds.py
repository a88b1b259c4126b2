"""Many short lives, each from one seed, under the house's own rules: every promise looked at after every step.

`PARVIS_SIMULATE=long` lives many more; `PARVIS_SIMULATE=20000` as many as it says, from `PARVIS_SIMULATE_FROM` on.
"""

import os

import pytest

from tests.worlds.arrivals import Arrivals
from tests.worlds.clocks import Clocks
from tests.worlds.consumers import Consumers
from tests.worlds.outgoing import Outgoing
from tests.worlds.seeds import World, trial

ASKED = os.environ.get("PARVIS_SIMULATE", "")
LONG = 100_000
FIRST = int(os.environ.get("PARVIS_SIMULATE_FROM", "0"))


def seeds(few: int, *, share: float) -> range:
    """The seeds of a run: few in the ordinary suite, and `share` of what was asked for in a long one."""
    many = LONG if ASKED == "long" else int(ASKED or 0)
    return range(FIRST, FIRST + (int(many * share) or few))


@pytest.mark.parametrize(
    ("world", "few", "share", "steps"),
    # Reading the law costs a hundred times a step of the others: fewer lives, each of fewer steps.
    [(Outgoing, 150, 0.5, 200), (Arrivals, 150, 0.3, 200), (Consumers, 150, 0.19, 200), (Clocks, 12, 0.01, 60)],
)
def test_every_promise_holds_in_every_life(world: type[World], few: int, share: float, steps: int) -> None:
    trial(world, seeds(few, share=share), steps=steps)
