"""F2: kill -9 at every named point between a mail at the door and the acknowledgement that leaves."""

import asyncio
import signal
from collections import Counter

from tests.faults.conftest import Grounds
from tests.faults.journal import Journal

POINTS = (
    "after_accept",
    "after_claim",
    "after_parse",
    "before_commit",
    "after_commit",
    "before_send",
    "after_send",
)


async def test_what_was_acknowledged_survives_a_death_at_every_point(grounds: Grounds) -> None:
    """All die side by side: each process at its own point, whoever's mail takes it there; then one comes and finishes."""
    door = await grounds.serving(PARVIS_WORKER_INSIDE="false")
    armed = {point: grounds.start("worker", PARVIS_CRASH_AT=point) for point in POINTS[1:]}
    armed["after_accept"] = await grounds.serving(PARVIS_CRASH_AT="after_accept", PARVIS_WORKER_INSIDE="false")
    journal = Journal("points")
    assert not await journal.send(armed["after_accept"].smtp, grounds.places[0].address)
    for _ in range(300):  # a busy machine takes its time to rescue what the dead held
        if not any(process.alive for process in armed.values()):
            break
        for place in grounds.places:
            await journal.send(door.smtp, place.address)
        await asyncio.sleep(0.5)
        grounds.leases_run_out()
    status = {point: process.process.poll() for point, process in armed.items()}
    assert status == dict.fromkeys(POINTS, -signal.SIGKILL)
    await grounds.serving()
    await grounds.all_read()
    await journal.again(door.smtp, grounds.places[0].address)
    await grounds.all_read()

    grounds.check(journal)
    assert len(journal.acknowledged) == len(journal.sent)
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)
    _check_acknowledgements(grounds, journal)


def _check_acknowledgements(grounds: Grounds, journal: Journal) -> None:
    """One AEE a mail, whoever died; the one that had left when its process died left again under the same name."""
    per_message = grounds.rows("SELECT request ->> 'about', count(*) FROM outbound WHERE purpose = 'AEE' GROUP BY 1")
    assert len(per_message) <= len(journal.sent)
    assert {count for _, count in per_message} == {1}
    left = Counter(grounds.sink.message_ids)
    accepted = "SELECT external_id, attempts FROM outbound WHERE state = 'accepted'"
    attempts = {row[0]: row[1] for row in grounds.rows(accepted)}
    assert set(left) == set(attempts)
    more_than_tried = {key: (count, attempts[key]) for key, count in left.items() if count > attempts[key]}
    assert not more_than_tried, "each copy has an attempt of its own, written before its bytes left"
