"""What happens in which round: the same for the same seed, so that a round that found something can be had again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kill(StrEnum):
    """Whom `kill -9` ends in a round; every round ends one."""

    API = "api"
    WORKER = "worker"
    POSTGRES = "postgres"
    REDIS = "redis"


class Beside(StrEnum):
    """What else befalls the house in a round (the numbers are those of the fault catalogue)."""

    NOTHING = "nothing"
    CUT_COMMIT = "cut_commit"  # F4: the connection ends while a commit is under way
    FREEZE_POSTGRES = "freeze_postgres"  # F4
    SHUT_POSTGRES = "shut_postgres"  # F4: immediate shutdown
    FLUSH_REDIS = "flush_redis"  # F5
    REDIS_ABSENT = "redis_absent"  # F5: for the whole round
    CRASH_POINT = "crash_point"  # F2: a worker that dies where it is told to
    FREEZE_WORKER = "freeze_worker"  # F11
    ZOMBIE = "zombie"  # F11: replaced while it sleeps, it wakes up when its leases have run out
    DUPLICATES = "duplicates"  # F12: one delivery fifty times at once
    BURST = "burst"  # F28: ten times the senders
    ROLLING = "rolling"  # F30: processes asked to end, one after the other


CRASH_POINTS = ("after_claim", "after_parse", "before_commit", "after_commit", "before_send", "after_send")
_SHARES = {Kill.API: 30, Kill.WORKER: 23, Kill.POSTGRES: 24, Kill.REDIS: 23}
_BESIDES = {
    Beside.NOTHING: 52,
    Beside.CUT_COMMIT: 8,
    Beside.FREEZE_POSTGRES: 4,
    Beside.SHUT_POSTGRES: 5,
    Beside.FLUSH_REDIS: 4,
    Beside.REDIS_ABSENT: 3,
    Beside.CRASH_POINT: 6,
    Beside.FREEZE_WORKER: 4,
    Beside.ZOMBIE: 2,
    Beside.DUPLICATES: 6,
    Beside.BURST: 3,
    Beside.ROLLING: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round: who is killed, if anybody, which of the two, how long after the start; what else, for how long, where."""

    number: int
    kill: Kill | None
    which: int
    after_s: float
    beside: Beside
    lasts_s: float
    crash_point: str


def rounds(seed: int, count: int) -> Sequence[Round]:
    """Draws the rounds of a run. A longer run of the same seed begins with the same ones."""
    chance = random.Random(seed)
    return [_drawn(chance, number) for number in range(1, count + 1)]


def restarts(count: int) -> Sequence[Round]:
    """Rounds in which nobody is killed, and every process is asked to end and started again, one after the other (F30)."""
    return [
        Round(
            number=number,
            kill=None,
            which=0,
            after_s=0.0,
            beside=Beside.ROLLING,
            lasts_s=0.0,
            crash_point=CRASH_POINTS[0],
        )
        for number in range(1, count + 1)
    ]


def _drawn(chance: random.Random, number: int) -> Round:
    return Round(
        number=number,
        kill=chance.choices(list(_SHARES), list(_SHARES.values()))[0],
        which=chance.randrange(2),
        after_s=round(chance.uniform(0.1, 1.2), 3),
        beside=chance.choices(list(_BESIDES), list(_BESIDES.values()))[0],
        lasts_s=round(chance.uniform(0.5, 4.0), 3),
        crash_point=chance.choice(CRASH_POINTS),
    )
