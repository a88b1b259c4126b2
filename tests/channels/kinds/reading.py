"""A delivery as a documentation shows it, read as `parvis channels parse` reads it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from app.channels.conformance.cases import unlike
from app.channels.parsing import parse_delivery_file
from app.channels.registry import Registry

BUILT_IN = Registry.installed()


def read(channel_type: str, body: object, *, form: bool = False) -> list[dict[str, Any]]:
    """Returns the events of one delivery: JSON, or a form when it says so."""
    written = urlencode(body) if form and isinstance(body, Mapping) else json.dumps(body)
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    document = {
        "method": "POST",
        "url": f"https://ville.example.fr/hooks/{channel_type}/k",
        "headers": {"Content-Type": kind},
        "body": written,
        "body_encoding": "utf8",
        "secret": None,
        "now": None,
    }
    answer = parse_delivery_file(channel_type, document, BUILT_IN)
    assert answer["verified"] is None
    events: Any = answer["events"]
    return events


def holds(events: object, *expected: Mapping[str, object]) -> None:
    """Asserts that there are as many events as expected, and that each holds what is said of it."""
    told = unlike(events, list(expected))
    assert not told, f"{told}\n{json.dumps(events, ensure_ascii=False, indent=1)}"
