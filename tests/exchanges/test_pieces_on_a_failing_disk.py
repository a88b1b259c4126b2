"""F33: what the disk did not confirm is not said to be done."""

import errno
import os

import pytest

from app.exchanges.receptions import State
from tests.harness.towns import TownHouse

MAIL = """From: Usager <usager@example.org>
To: {to}
Subject: Plan
Message-ID: <plan@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=xx

--xx
Content-Type: text/plain

Voici le plan.
--xx
Content-Type: text/plain; name="plan.txt"
Content-Disposition: attachment; filename="plan.txt"

Le plan.
--xx--
"""


async def test_a_delivery_whose_piece_the_disk_does_not_confirm_waits_whole_and_is_read_once_it_does(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boundary is fsync itself: it answers EIO, as a kernel does once for a page it could not write."""
    receipt = await town.accept(MAIL.format(to=town.address).encode())
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", _refused)
        for _ in range(5):  # more often than a delivery to blame is tried
            await town.house.inbound.drain(str(town.tenant_id))
            town.clock.move(seconds=61)
    waiting = await town.reception(receipt)
    assert (waiting.state, waiting.ticket_id, len(waiting.raw) > 0) == (State.QUEUED, None, True)
    assert await town.tickets() == []
    await town.house.inbound.drain(str(town.tenant_id))
    done = await town.reception(receipt)
    assert done.state is State.DONE
    (message,) = [one for one in await town.thread(done.ticket_id) if one.pieces]
    assert (await town.house.store.get(town.tenant_id, message.pieces[0][1].sha256)).strip() == b"Le plan."


def _refused(_descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))
