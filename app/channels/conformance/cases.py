"""The cases of an adapter: deliveries in the format of `parvis channels parse`, each with what must come of it.

They stand in a folder `cases` beside the adapter's module; where one folder serves several types, in `cases/<type>`.
`expected` holds the part of the answer that matters: an object holds when each of its members does, a list when it has
as many elements and each holds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable

from app.channels.conformance.quality import folder_of
from app.channels.contract import ChannelAdapter, ChannelConfig, Delivery
from app.channels.parsing import delivery_of, parse_delivery_file, secret_of, trial_of
from app.channels.registry import Registry

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One delivery, with the configuration and the instant it is tried in."""

    name: str
    document: Mapping[str, object]
    delivery: Delivery
    config: ChannelConfig
    now: datetime
    signed: bool

    @property
    def expected(self) -> object:
        return self.document.get("expected")


def documents_of(adapter: ChannelAdapter) -> Sequence[tuple[str, Mapping[str, object]]]:
    """Returns the cases that stand beside an adapter, by name."""
    folder = folder_of(adapter)
    if folder is None:
        return []
    for place in (folder.joinpath("cases", adapter.meta.type), folder.joinpath("cases")):
        if place.is_dir() and (found := _files(place)):
            return [(one.name.removesuffix(".json"), json.loads(one.read_text("utf-8"))) for one in found]
    return []


def case_of(adapter: ChannelAdapter, name: str, document: Mapping[str, object]) -> Case:
    """Raises `MalformedDelivery` when the file is no delivery."""
    config, now = trial_of(adapter, document)
    signed = bool(secret_of(document))
    delivery = delivery_of(document)
    return Case(name=name, document=document, delivery=delivery, config=config, now=now, signed=signed)


def difference(adapter: ChannelAdapter, case: Case) -> str:
    """Returns where what comes of a case differs from what it expects, or nothing."""
    if case.expected is None:
        return f"{case.name}: says nothing of what it expects (`expected`)"
    answer = parse_delivery_file(adapter.meta.type, case.document, Registry.of({adapter.meta.type: adapter}))
    told = unlike(answer, case.expected)
    return f"{case.name}: {told}" if told else ""


def unlike(found: object, expected: object, *, at: str = "") -> str:
    """Returns the first place where a value is not as expected, or nothing."""
    match expected:
        case dict():
            if not isinstance(found, dict):
                return f"{at or 'the answer'} is {_short(found)}, expected an object"
            told = (unlike(found.get(name), value, at=f"{at}/{name}") for name, value in expected.items())
            return next((one for one in told if one), "")
        case list():
            if not isinstance(found, list) or len(found) != len(expected):
                return f"{at or 'the answer'} is {_short(found)}, expected {len(expected)} element(s)"
            told = (
                unlike(one, want, at=f"{at}/{n}") for n, (one, want) in enumerate(zip(found, expected, strict=True))
            )
            return next((one for one in told if one), "")
        case _:
            return "" if found == expected else f"{at or 'the answer'} is {_short(found)}, expected {_short(expected)}"


def _files(place: Traversable) -> list[Traversable]:
    return sorted((one for one in place.iterdir() if one.name.endswith(".json")), key=lambda one: one.name)


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]
