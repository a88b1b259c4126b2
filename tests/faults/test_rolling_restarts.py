"""F30: every process asked to end and started again, one after the other, under load, for half an hour.

Too long for every run of the suite: `make long` has two turns of it, `make faults` all sixty.
"""

import tempfile
from pathlib import Path

from tests.faults.lengths import at_length, written
from tests.faults.soak.plan import restarts
from tests.faults.soak.run import Wanted, opened, told

TURNS = at_length(short=2, whole=60)
EVERY_S = at_length(short=3.0, whole=30.0)
ENDS_WITHIN_S = 25.0
# Whoever is being shown out, or is not in yet: no connection, one closed before anything was answered, « come back ».
LATER = {
    "ConnectionRefusedError",
    "ConnectionResetError",
    "BrokenPipeError",
    "IncompleteReadError",
    "421",
    "451",
    "503",
}
# An act without an answer, one that is under way elsewhere, or whose request has changed since it was read.
OF_AN_ACT = {"answer", "409", "412"}


async def test_of_what_was_accepted_while_processes_end_and_start_nothing_fails() -> None:
    plan = restarts(TURNS)
    wanted = Wanted(seed=30, plan=plan, seconds=EVERY_S, messages=20, every=at_length(short=2, whole=20), patient=True)
    with tempfile.TemporaryDirectory(prefix="parvis-rolling-", ignore_cleanup_errors=True) as folder:
        async with opened(wanted, Path(folder)) as soak:
            figures = await soak.play(progress=told)
            account = soak.account
    written("rolling-restarts", figures.document())
    assert figures.findings == []
    assert figures.late == []
    assert len(figures.rounds) == TURNS
    assert figures.told["ended_s"]["max"] < ENDS_WITHIN_S
    told_instead = {answer.split()[-1] for answer in account.refusals}
    assert told_instead <= LATER | OF_AN_ACT, account.refusals
