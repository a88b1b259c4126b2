"""Agents at work meanwhile: they answer, record what the law makes of it, write down what was said at the counter."""

import asyncio
import itertools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.ids import Prefix, public_id
from app.rest.idempotency import REPLAYED
from tests.faults.soak.account import Account, Act, Sent
from tests.faults.soak.clients import Doors, Gate
from tests.faults.soak.town import Town
from tests.faults.soak.wire import BROKEN, Answer, HttpLine

LONG_AGO = timedelta(days=53)  # received then: some of its countdown has passed, and its term has not
_TRIES = 1_000
_LATER = {404, 408, 409, 412, 425, 428, 429, 500, 502, 503, 504}


class Agents:
    """Those of one town; every act has a name of its own, under which it is asked again until it is done."""

    def __init__(self, town: Town, account: Account, doors: Sequence[Doors], gate: Gate, *, seed: int) -> None:
        self.town, self._account, self._gate = town, account, gate
        self._chance = random.Random(f"agents {seed} {town.number}")
        self._lines = [HttpLine(door.http) for door in doors]
        self._numbers = itertools.count(1)
        self._name = f"s{seed}-t{town.number}"
        self._seen = 0
        self._waiting: list[Sent] = []

    async def run(self, *, pause_s: float) -> None:
        while True:
            await asyncio.sleep(pause_s)
            async with self._gate:
                if next(self._numbers) % 3 == 0:
                    await self.write_down()
                elif (sent := self._some_mail()) is not None:
                    await self._handle(sent)

    async def write_down(self) -> None:
        """Writes down a request received long ago: its clock has something to tell at once."""
        name = f"{self._name}-guichet-{next(self._numbers)}"
        act = Act(name, self.town.number, "desk", name)
        self._account.asks(act)
        body = {
            "channel": "counter",
            "subject": name,
            "text": "Demande faite au guichet.",
            "received_on": (datetime.now(UTC).date() - LONG_AGO).isoformat(),
        }
        answer = await self._insist("POST", "/api/v1/tickets", body, {"Idempotency-Key": name})
        if answer.status == 201:
            self._account.was_done(act)

    async def release(self, reception_id: UUID) -> None:
        """Has a message read again that was held because it was there when several workers died."""
        name = public_id(Prefix.RECEPTION, reception_id)
        body = {"reason": "Ses lecteurs sont morts d'autre chose."}
        await self._insist("POST", f"/api/v1/intake/{name}/releases", body, {"Idempotency-Key": f"release-{name}"})

    async def _handle(self, sent: Sent) -> None:
        """Answers a mail and asks for a piece, which is a legal event."""
        answer = await self._insist("GET", f"/api/v1/intake/{sent.receipts[0]}")
        ticket = answer.document.get("ticket_id") if answer.status == 200 else None
        if not ticket:
            return
        await self._reply(sent, ticket)
        shown = await self._insist("GET", f"/api/v1/tickets/{ticket}")
        for saisine in shown.document.get("saisines", [])[:1] if shown.status == 200 else []:
            await self._ask_for_a_piece(saisine["id"])

    async def _reply(self, sent: Sent, ticket: str) -> None:
        name = f"{self._name}-reponse-{next(self._numbers)}"
        act = Act(name, self.town.number, "reply", ticket, recipient=sent.sender)
        self._account.asks(act)
        body = {"text": f"Bonjour, nous nous en occupons. ({name})"}
        answer = await self._insist("POST", f"/api/v1/tickets/{ticket}/replies", body, {"Idempotency-Key": name})
        if answer.status == 202:
            self._account.was_done(act)

    async def _ask_for_a_piece(self, saisine: str) -> None:
        name = f"{self._name}-piece-{next(self._numbers)}"
        act = Act(name, self.town.number, "event", saisine)
        now = datetime.now(UTC)
        body = {
            "type": "pieces_requested",
            "key": name,
            "at": now.isoformat(),  # not a second ago: the request may have been received since
            "items": ["Plan de situation"],
            "legal_basis": "CRPA L114-5",
            "mentions_l114_5_rule": True,
            "deadline_date": (now.date() + timedelta(days=30)).isoformat(),
        }
        path = f"/api/v1/saisines/{saisine}"
        for _ in range(20):
            read = await self._insist("GET", path)
            if read.status != 200 or "etag" not in read.head:
                return
            if act.name not in self._account.acts:
                self._account.asks(act)
            answer = await self._once("POST", f"{path}/events", body, {"If-Match": read.head["etag"]})
            if answer is not None and answer.status == 201:
                self._account.was_done(act)
                return
            if answer is not None and answer.status not in _LATER:
                self._account.was_refused(name, str(answer.status))
                return
            await asyncio.sleep(self._chance.uniform(0.1, 0.5))

    def _some_mail(self) -> Sent | None:
        """Chooses a mail acknowledged with a receipt, and gives each to one act only."""
        known = list(itertools.islice(self._account.sent.values(), self._seen, None))
        self._seen += len(known)
        self._waiting += [one for one in known if one.town == self.town.number and one.door == "mail"]
        ripe = [one for one in self._waiting if one.receipts][-50:]
        if not ripe:
            return None
        chosen = self._chance.choice(ripe)
        self._waiting = [one for one in self._waiting[-200:] if one is not chosen]
        return chosen

    async def _insist(
        self, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """Asks until there is an answer that another try would not change."""
        for _ in range(_TRIES):
            answer = await self._once(method, path, body, more or {})
            if answer is not None and (answer.status not in _LATER or (method, answer.status) == ("GET", 404)):
                if REPLAYED.lower() in answer.head:
                    self._account.replayed.append(path)
                return answer
            told = "no answer" if answer is None else str(answer.status)
            self._account.was_refused(path, f"{method} {told}")
            await asyncio.sleep(self._chance.uniform(0.1, 0.5))
        raise AssertionError(f"{method} {path} was not answered")

    async def _once(self, method: str, path: str, body: object, more: Mapping[str, str]) -> Answer | None:
        head = {"Authorization": f"Bearer {self.town.key}", "Content-Type": "application/json", **more}
        content = json.dumps(body).encode() if body is not None else b""
        try:
            return await self._chance.choice(self._lines).ask(method, path, head=head, body=content)
        except BROKEN:
            return None
