"""One administration reaches for another's, at random: by statements, by every operation, by searches and streams.

`make probe` asks 100,000 times in all; ordinarily enough to notice what a change opened. `PARVIS_PROBES_SEED` says which.
"""

import asyncio
import os
import sys
from typing import Any

from tests.api.test_every_operation import rich
from tests.security.probing.questions import Questions, places
from tests.security.probing.statements import Statements, Told

TOTAL = int(os.environ.get("PARVIS_PROBES", "1500"))
SEED = int(os.environ.get("PARVIS_PROBES_SEED", "1"))
CANARY = "Zyzomys"


def silent(told: Told, what: str) -> None:
    """Prints what was tried, and fails with what leaked."""
    sys.stdout.write(
        f"{what} (seed {SEED}): {dict(told.tried)}; answered: {dict(told.refused)}; leaks: {len(told.leaks)}\n"
    )
    assert told.leaks == [], "\n".join(told.leaks[:20])


async def test_nothing_of_another_administration_is_reached(new_town: Any, database_url: str) -> None:
    """One house for all: making one of everything, twice, is what takes the time."""
    here, there = await new_town(), await new_town()
    mine, theirs = await rich(here), await rich(there)
    told_of = await there.a_ticket(subject=CANARY, text=f"Le {CANARY} de la rue {CANARY}.")
    statements = Statements(database_url, own=here.id, other=there.id, seed=SEED)
    silent(await asyncio.to_thread(statements.run, TOTAL * 91 // 100), "statements")

    cursor = (await there.http.get("/api/v1/tickets", params={"limit": 1})).json()["next_cursor"]
    words = [CANARY, told_of["reference"], told_of["id"], cursor]
    questions = Questions(here.http, mine=mine, theirs=theirs, words=words, seed=SEED)
    assert {"path", "query", "body"} <= set(places())
    await questions.name(TOTAL * 6 // 100)
    silent(await questions.word(TOTAL * 3 // 100), "requests")

    streams = await asyncio.gather(
        *(here.http.get("/api/v1/events/stream", headers={"Last-Event-ID": word}) for word in (cursor, told_of["id"]))
    )
    assert {one.json()["code"] for one in streams} == {"cursor-refused"}
