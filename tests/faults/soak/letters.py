"""What citizens send: each delivery has a name of its own, and says nothing anybody lives by."""

import hashlib
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.soak.account import Sent
from tests.faults.soak.town import Town

_BATCH = 20
_WORDS = (
    *(
        "rue",
        "place",
        "lampadaire",
        "demande",
        "mairie",
        "clôture",
        "terrasse",
        "école",
        "facture",
        "arbre",
        "trottoir",
    ),
    *("bruit", "voisin", "permis", "travaux", "stationnement", "gymnase", "copie", "acte", "cimetière", "concession"),
)


class Way(StrEnum):
    """By which door."""

    HOOK = "hook"
    BATCH = "batch"
    GENERIC = "generic"
    SMTP = "smtp"
    MAIL = "mail"  # a whole mail, by the API


_SHARES = {Way.HOOK: 30, Way.BATCH: 15, Way.GENERIC: 25, Way.SMTP: 17, Way.MAIL: 13}


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery before it is sent."""

    way: Way
    town: Town
    sent: Sent
    body: bytes


class Letters:
    """Writes one delivery after the other; the same ones in the same order for the same seed."""

    def __init__(self, seed: int, towns: Sequence[Town]) -> None:
        self._seed, self._towns = seed, towns
        self._chance = random.Random(f"letters {seed}")
        self._numbers = itertools.count(1)
        # The last town is small: its whole stream of facts is followed.
        self._shares = [10] * (len(towns) - 1) + [2 if len(towns) > 1 else 10]

    def next(self, *, way: Way | None = None) -> Letter:
        way = way or self._chance.choices(list(_SHARES), list(_SHARES.values()))[0]
        town = self._chance.choices(self._towns, self._shares)[0]
        number = next(self._numbers)
        name = f"s{self._seed}-t{town.number}-{number}"
        sender, holds, body = self._written(way, name, town)
        sent = Sent(name, town.number, way.value, hashlib.sha256(body).hexdigest(), holds, sender)
        return Letter(way, town, sent, body)

    def _written(self, way: Way, name: str, town: Town) -> tuple[str | None, tuple[str, ...], bytes]:
        """Returns whose it is, the names of the messages it holds, and its bytes."""
        match way:
            case Way.SMTP | Way.MAIL:
                address = f"usager.{name}@example.org"
                return address, (f"<{name}@example.org>",), self._mail(name, address, town)
            case Way.BATCH:
                holds = tuple(f"{name}.{part}" for part in range(_BATCH))
                return None, holds, json.dumps([self._cloud_event(one) for one in holds]).encode()
            case Way.HOOK | Way.GENERIC:
                sender = f"usager.{name}@example.org" if self._chance.random() < 0.1 else None
                return sender, (name,), json.dumps(self._message(name, sender)).encode()

    def _message(self, name: str, sender: str | None) -> dict[str, object]:
        said: dict[str, object] = {"external_id": name, "subject": f"Demande {name}", "text": self._text()}
        if sender:
            said["sender"] = {"kind": "email", "address": sender, "display_name": "Usager Exemple"}
        return said

    def _cloud_event(self, name: str) -> dict[str, object]:
        data = self._message(name, None)
        return {"specversion": "1.0", "id": name, "source": "urn:soak", "type": "message.received", "data": data}

    def _mail(self, name: str, sender: str, town: Town) -> bytes:
        head = (
            f"From: Usager Exemple <{sender}>\r\nTo: {town.address}\r\nSubject: Demande {name}\r\n"
            f"Message-ID: <{name}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        return f"{head}{self._text()}\r\n".encode()

    def _text(self) -> str:
        return " ".join(self._chance.choices(_WORDS, k=self._chance.randint(8, 40))).capitalize() + "."
