"""The history of another tool taken over, beside the same messages merely copied into their table by PostgreSQL.

A third is a request with its answer and a note, all are closed or open in turns, as a helpdesk's years are.
"""

import json
import resource
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from app.bootstrap import House, opened
from app.facts import Actor
from app.imports.shapes import SourceKind
from bench import figures
from bench.corpus import TO, texts
from bench.figures import Pair, Round
from bench.full_house import settings_of
from bench.ground import Ground, Town
from bench.open_clocks import ticking

# Of what PostgreSQL does when it copies the rows and nothing else.
RATIO = 0.1
_OF_ONE = 3
_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = 'messages'::regclass AND attnum > 0 AND NOT attisdropped
       AND attgenerated = ''
"""


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns messages a second of an import and of a bare copy of its rows, and the memory of this process."""
    count = 60 if quick else min(ground.rows or 2_000, 20_000)
    town = await ground.town()
    export = ground.folder / "export.ndjson"
    _written(export, count)
    settings = settings_of(town.dsns, town.folder, ground.folder / "none.key")
    async with opened(settings, clock=ticking()) as house:
        spent, begun = _spent(ground), time.perf_counter()
        taken = await _taken_over(house, town, export)
        parvis = Round(taken, time.perf_counter() - begun)
        ours, servers = (after - before for before, after in zip(spent, _spent(ground), strict=True))
        copied = _copied(town.dsns.admin)
    shown = figures.compared([Pair(copied, parvis)])
    return {
        "what": f"{count} requests of {_OF_ONE} messages taken over, beside their rows copied",
        **shown,
        # What does not depend on how busy the machine is.
        "processor_ms_per_message": {
            "parvis": round(ours / taken * 1e3, 2),
            "postgresql": round(servers / taken * 1e3, 2),
        },
        "budgets": {"ratio": figures.at_least(RATIO, float(str(shown["ratio"])))},
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _spent(ground: Ground) -> tuple[float, float]:
    """Returns the seconds of processor this process used, and those PostgreSQL's living backends did."""
    backends = psutil.Process(ground.postmaster).children(recursive=True)
    times = [one.cpu_times() for one in backends]
    return time.process_time(), sum(one.user + one.system for one in times)


async def _taken_over(house: House, town: Town, export: Path) -> int:
    actor = Actor("operator")
    begun = await house.imports.begin_here(
        town.tenant_id, source=SourceKind.ZAMMAD, name="", channel_id=town.mailbox.id, digest="bench", actor=actor, resume=False
    )  # fmt: skip
    done = await house.importing.carry(town.tenant_id, begun, export, actor=actor)
    return done.messages


def _copied(admin: str) -> Round:
    """Copies the same rows into a table with the same columns, words to search, keys and indexes, and no trigger."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE TABLE copied (LIKE messages INCLUDING ALL)")
        names = sql.SQL(", ").join(sql.Identifier(row[0]) for row in connection.execute(_COLUMNS).fetchall())
        copy = sql.SQL("INSERT INTO copied ({names}) SELECT {names} FROM messages").format(names=names)
        begun = time.perf_counter()
        written = connection.execute(copy).rowcount
        return Round(written, time.perf_counter() - begun)


def _written(path: Path, count: int) -> None:
    words = texts(997, seed=5)
    with path.open("w") as file:
        for number in range(1, count + 1):
            said = [_article(number, place, words[(number * 7 + place) % len(words)]) for place in range(_OF_ONE)]
            ticket = {
                "id": number,
                "number": f"{10_000 + number}",
                "title": f"Demande {number}",
                "state": "open" if number % 4 == 0 else "closed",
                "customer": f"usager{number % 500}@example.org",
                "group": "Voirie",
                "created_at": "2026-02-10T08:30:00Z",
            }
            file.write(json.dumps({"ticket": ticket, "articles": said, "tags": []}) + "\n")


def _article(number: int, place: int, words: str) -> dict[str, Any]:
    person, sender = (f"usager{number % 500}@example.org", "Customer") if place == 0 else (TO, "Agent")
    return {
        "id": number * 10 + place,
        "from": person,
        "to": TO,
        "subject": f"Demande {number}",
        "body": words,
        "content_type": "text/plain",
        "message_id": f"<{number}.{place}@example.org>",
        "type": "note" if place == _OF_ONE - 1 else "email",
        "internal": place == _OF_ONE - 1,
        "sender": sender,
        "created_at": f"2026-02-1{place}T08:30:00Z",
    }
