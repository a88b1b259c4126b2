"""What journeys share: the world outside the town."""

import pytest

from tests.ui.conftest import Desk
from tests.ui.journeys import World


@pytest.fixture
def world(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything that leaves the town passes through here."""
    made = World(desk.town)
    monkeypatch.setattr(desk.town.house.deliverer, "_carrier", made)
    monkeypatch.setattr(desk.town.house.composer, "_carrier", made)
    return made
