"""What an upgrade is watched with: messages by three doors at whoever serves, and a look at who waits for a lock."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import psycopg
from pydantic import SecretStr

from app.channels.kit.webhooks import signed_headers
from tests.faults.conftest import Grounds, Place
from tests.faults.journal import Journal
from tests.faults.processes import Parvis

PAUSE_S = 0.5  # always something under way, and processor time left for processes to start
SECRET = "whsec_dGhpcyBpcyBubyBzZWNyZXQgb2YgYW55Ym9keQ=="
# What holds a table against everybody while it does long work, or is waited for by somebody who is not it.
_LONG_WORK = """
    SELECT a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.relation = ANY (
       ARRAY['messages', 'receptions', 'tickets', 'events', 'outbound', 'saisines']::regclass[])
       AND a.query ~* '(VALIDATE|CREATE INDEX|UPDATE messages|pg_sleep)'
"""


class Doors:
    """Whoever serves now; senders go to each in turn."""

    def __init__(self, *served: Parvis) -> None:
        self.served, self._turn = list(served), 0

    def next(self) -> Parvis:
        self._turn += 1
        return self.served[self._turn % len(self.served)]


@contextlib.asynccontextmanager
async def load(journal: Journal, doors: Doors, place: Place, hook: str) -> AsyncIterator[None]:
    """Messages by SMTP, by the API and by a provider's signed hook, one after the other at each door."""
    stop = asyncio.Event()

    async def by_api() -> None:
        while not stop.is_set():
            await journal.post(doors.next().http + place.door, place.key)
            await asyncio.sleep(PAUSE_S)

    async def by_mail() -> None:
        while not stop.is_set():
            await journal.send(doors.next().smtp, place.address)
            await asyncio.sleep(PAUSE_S)

    async def by_hook() -> None:
        number = 0
        async with httpx.AsyncClient(timeout=30) as client:
            while not stop.is_set():
                number += 1
                name = f"hook-{number}"
                sender = {"kind": "email", "address": "usager@example.org", "display_name": "Usager"}
                body = json.dumps({"external_id": name, "sender": sender, "subject": "S", "text": "Bonjour"}).encode()
                signed = signed_headers(identifier=name, at=datetime.now(UTC), body=body, secrets=[SecretStr(SECRET)])
                headers = {"Content-Type": "application/json", **signed}
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.post(doors.next().http + hook, content=body, headers=headers)
                    if answer.is_success:
                        journal.acknowledged.add(name)
                    else:
                        journal.refused.append(f"{answer.status_code} {answer.text}")
                await asyncio.sleep(PAUSE_S)

    tasks = [
        asyncio.create_task(by_mail()),
        asyncio.create_task(by_api()),
        asyncio.create_task(by_hook()),
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


@contextlib.asynccontextmanager
async def watched(url: str) -> AsyncIterator[list[str]]:
    """Looks at the locks of the database again and again; gives what worked long under one that keeps everybody out."""
    found: list[str] = []

    async def watch() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while True:
                found.extend(row[0] for row in await (await connection.execute(_LONG_WORK)).fetchall())
                await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield found
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def stands(served: Parvis, *, ready: bool) -> None:
    """Waits until a process calls its schema right, or no longer does; a slow machine may first call it slow."""
    seen: object = None
    async with httpx.AsyncClient(timeout=10) as client:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                seen = (await client.get(served.http + "/health/ready")).json()["checks"]["database"]
                if seen is ready:
                    return
            await asyncio.sleep(0.2)
    raise AssertionError(f"its schema is right: {seen}, where {ready} was expected")


async def kept_on(journal: Journal) -> None:
    """Waits until a few messages more were acknowledged than at this moment."""
    enough = len(journal.acknowledged) + 6
    for _ in range(1200):
        if len(journal.acknowledged) >= enough or journal.refused:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was acknowledged for a minute")


async def reached(grounds: Grounds, process: Parvis, query: str) -> None:
    for _ in range(2400):
        if grounds.rows("SELECT 1 FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid()", f"{query}%"):
            return
        assert process.alive, process.log()
        await asyncio.sleep(0.01)
    raise AssertionError(f"never reached: {query}")
