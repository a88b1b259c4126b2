"""A consumer of the stream of facts that hangs up at random and comes back with the last place it was given (F20)."""

import asyncio
import contextlib
import json
import random
from collections.abc import Sequence
from uuid import UUID

import httpx

from app.ids import Prefix, parse_id
from tests.faults.soak.clients import Doors
from tests.faults.soak.town import Town


class Listener:
    """Follows one town's facts through whatever happens at the other end."""

    def __init__(self, town: Town, doors: Sequence[Doors], *, seed: int) -> None:
        self.town = town
        self._doors = doors
        self._chance = random.Random(f"listener {seed}")
        self._place: str | None = None
        self.before = set[UUID]()
        self.heard: list[str] = []
        self.hung_up = 0

    async def begin(self) -> None:
        """Reads what is there already, page by page, to know where the stream is to begin."""
        async with httpx.AsyncClient(timeout=20, headers={"Authorization": f"Bearer {self.town.key}"}) as client:
            while True:
                asked = {"limit": "200", **({"cursor": self._place} if self._place else {})}
                url = f"http://127.0.0.1:{self._doors[0].http}/api/v1/events"
                page = (await client.get(url, params=asked)).raise_for_status().json()
                self._place = page["next_cursor"]
                if not page["data"]:
                    return
                self.before |= {parse_id(Prefix.EVENT, event["id"]) for event in page["data"]}

    async def run(self) -> None:
        """Listens until cancelled, from where `begin` ended."""
        async with httpx.AsyncClient(timeout=httpx.Timeout(5, read=40)) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError, TimeoutError):
                    async with asyncio.timeout(self._chance.uniform(1, 8)):
                        await self._listen(client)
                self.hung_up += 1
                await asyncio.sleep(self._chance.uniform(0.05, 0.3))

    async def _listen(self, client: httpx.AsyncClient) -> None:
        head = {"Authorization": f"Bearer {self.town.key}"}
        if self._place:
            head["Last-Event-ID"] = self._place
        door = self._chance.choice(self._doors)
        said, place = "", None
        async with client.stream("GET", f"http://127.0.0.1:{door.http}/api/v1/events/stream", headers=head) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    said = line[5:].strip()
                elif line.startswith("id:"):
                    place = line[3:].strip()
                elif not line and said and place:
                    # Heard only once its place is known: what was cut before comes again.
                    self.heard.append(json.loads(said)["id"])
                    self._place, said, place = place, "", None
