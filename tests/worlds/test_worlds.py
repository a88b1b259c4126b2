"""Many short lives, each from one seed, under the house's own rules: every promise looked at after every step.

`PARVIS_SIMULATE=long` lives many more; `PARVIS_SIMULATE=20000` as many as it says, from `PARVIS_SIMULATE_FROM` on.
"""

import os
import random
from uuid import UUID

import pytest

from app.tickets.values import Incoming
from tests.worlds.arrivals import CHANNELS, PEOPLE, START, Arrivals, Kept, Letter
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


def test_deliveries_in_any_order_make_the_same_requests() -> None:
    """F13: conversations of four people, each delivery doubled, shuffled by seed; who talks with whom stays the same."""
    for seed in seeds(50, share=0.01):
        chance, ends = random.Random(seed), []
        letters = [_said(number, chance.choice(PEOPLE)) for number in range(100)]
        for _ in range(2):
            world, deliveries = Arrivals(), letters * 2
            chance.shuffle(deliveries)
            world._place([Kept(number, letter) for number, letter in enumerate(deliveries)])
            together: dict[UUID, set[str]] = {}
            for said, ticket_id in world.messages.items():
                together.setdefault(ticket_id, set()).add(said)
            ends.append(sorted(map(sorted, together.values())))
        assert ends[0] == ends[1], seed
        assert len(ends[0]) <= len(PEOPLE)


def _said(number: int, who: UUID) -> Letter:
    incoming = Incoming(
        channel_id=CHANNELS[1], channel_type="sms.ovh", reception_id=None, electronic=True, point_id=who, contact_id=None,
        author_name="", author_address=None, external_id=f"{number}", conversation=f"{who}", text=f"{number}",
        received_at=START,
    )  # fmt: skip
    return Letter(f"k{number}", f"{number}", incoming)
