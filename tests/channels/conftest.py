"""What the tests of channels may ask for: the installed types, and one call to parse a delivery."""

from collections.abc import Callable
from typing import Any

import pytest

from app.channels.parsing import parse_delivery_file
from app.channels.registry import Registry

Parse = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.installed()


@pytest.fixture(scope="session")
def parse(registry: Registry) -> Parse:
    def parsed(channel_type: str, document: dict[str, Any]) -> dict[str, Any]:
        return parse_delivery_file(channel_type, document, registry)

    return parsed


@pytest.fixture(scope="session")
def event_of(parse: Parse) -> Parse:
    """The only event of a delivery."""

    def only(channel_type: str, document: dict[str, Any]) -> dict[str, Any]:
        (event,) = parse(channel_type, document)["events"]
        return event

    return only
