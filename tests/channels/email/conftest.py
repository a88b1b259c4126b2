"""One mailbox of a town that does not exist, and what a mail becomes in it."""

from collections.abc import Callable, Mapping

import pytest

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Delivery, Event

Read = Callable[..., Event]


@pytest.fixture(scope="session")
def adapter() -> EmailAdapter:
    return EmailAdapter()


@pytest.fixture(scope="session")
def config() -> EmailConfig:
    return EmailConfig(address="contact@example.org", authserv_ids=("mx.example.org",))


@pytest.fixture(scope="session")
def read(adapter: EmailAdapter, config: EmailConfig) -> Read:
    def one(raw: bytes, *, envelope: Mapping[str, object] | None = None, into: EmailConfig = config) -> Event:
        (event,) = adapter.parse(Delivery(body=raw, envelope=envelope or {"door": "smtp"}), into)
        return event

    return one


def codes(event: Event) -> set[str]:
    return {warning.partition(":")[0] for warning in event.warnings}
