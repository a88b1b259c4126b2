"""The clients' own account: what they sent and what they were told. It never looks into the database."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Sent:
    """One delivery: the messages it holds, whose they are, how often it was sent and acknowledged."""

    key: str
    town: int
    door: str
    digest: str
    holds: tuple[str, ...]
    sender: str | None
    tries: int = 0
    told: int = 0
    receipts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Act:
    """Something an agent asked for under a name of its own: a reply, a legal event, a request written down."""

    name: str
    town: int
    kind: str
    about: str
    recipient: str | None = None
    told: int = 0


class Account:
    """Everything asked and answered, in memory and line by line in a file that outlives a killed run."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._out = file.open("a", encoding="utf-8", buffering=1 << 16)
        self.sent: dict[str, Sent] = {}
        self.acts: dict[str, Act] = {}
        self.refusals: dict[str, int] = {}
        self.replayed: list[str] = []  # acts that had been done, and of which nobody had been told
        self.acknowledged = 0  # messages, however many a delivery holds
        self.last_told = 0.0  # when the request began that was acknowledged last

    def sends(self, one: Sent) -> None:
        self.sent[one.key] = one
        one.tries += 1
        self._write("send", key=one.key, town=one.town, door=one.door, digest=one.digest, tries=one.tries)

    def was_told(self, one: Sent, *, begun: float, receipt: str | None) -> None:
        """Writes an acknowledgement down; a delivery acknowledged twice is one, or its duplicate."""
        if not one.told:
            self.acknowledged += len(one.holds)
        one.told += 1
        if receipt:
            one.receipts.append(receipt)
        self.last_told = max(begun, self.last_told)
        self._write("told", key=one.key, receipt=receipt)

    def was_refused(self, key: str, answer: str) -> None:
        self.refusals[answer] = self.refusals.get(answer, 0) + 1
        self._write("refused", key=key, answer=answer)

    def asks(self, act: Act) -> None:
        self.acts[act.name] = act
        self._write("ask", name=act.name, town=act.town, kind=act.kind, about=act.about)

    def was_done(self, act: Act) -> None:
        act.told += 1
        self._write("done", name=act.name)

    def close(self) -> None:
        self._out.close()

    def _write(self, what: str, **said: Any) -> None:
        self._out.write(json.dumps({"at": round(time.time(), 3), "do": what, **said}) + "\n")
