"""The pages about channels say what is: every channel, every kind of event and every check is in them."""

import re
from pathlib import Path

from app.channels.adapters import BUILT_IN
from app.channels.conformance import CHECKS
from app.channels.contract import EventType
from app.channels.registry import PROTOCOLS, Registry

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "integrate-a-channel.md").read_text()


def test_every_channel_has_its_line():
    table = (DOCS / "channels" / "providers.md").read_text()
    assert set(re.findall(r"^\| `([a-z0-9.]+)` \|", table, re.MULTILINE)) == set(BUILT_IN)


def test_every_kind_of_event_is_explained():
    assert all(f"`{kind.value}`" in GUIDE for kind in EventType)


def test_every_optional_protocol_is_explained():
    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", GUIDE, re.MULTILINE)) == {one.__name__ for one in PROTOCOLS.values()}


def test_every_check_is_explained_in_its_order():
    told = re.findall(r"^\| (bronze|silver|gold) \| ([^|]+) \| [^|]+ \|$", GUIDE, re.MULTILINE)
    assert told == [(check.level.value, check.name) for check in CHECKS]


def test_every_channel_that_answers_is_said_to(registry: Registry):
    table = (DOCS / "channels" / "providers.md").read_text()
    said = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `") and "| yes" in line}
    assert said == {line["type"] for line in registry.describe() if "sender" in line["protocols"]}
