"""The pages for integrators say what is: the example runs, and every channel is in the table."""

import hashlib
import hmac
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.channels import conformance
from app.channels.adapters import BUILT_IN
from app.channels.conformance import Level
from app.channels.contract import EventType
from app.channels.parsing import parse_delivery_file
from app.channels.registry import Registry

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "integrate-a-channel.md").read_text()


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    source = tmp_path / "pigeon_adapter.py"
    source.write_text(_block("python"))
    module = types.ModuleType("pigeon_adapter")
    module.__file__ = str(source)
    monkeypatch.setitem(sys.modules, "pigeon_adapter", module)
    exec(compile(source.read_text(), str(source), "exec"), module.__dict__)
    return module


def test_the_example_is_gold(pigeon: Any):
    adapter, sample = pigeon.PigeonAdapter(), json.loads(_block("json"))
    config = pigeon.PigeonConfig(signing_secret=SecretStr("s"), api_key=SecretStr("k"))
    findings = conformance.check(adapter, cases=[("message", sample)], config=config)
    assert not [finding for finding in findings if finding.passed is not True]
    assert conformance.badge(findings) is Level.GOLD


def test_the_sample_of_the_example_is_read(pigeon: Any):
    sample = json.loads(_block("json"))
    signature = hmac.new(sample["secret"].encode(), sample["body"].encode(), hashlib.sha256).hexdigest()
    assert sample["headers"]["X-Pigeon-Signature"] == signature
    answer = parse_delivery_file("sms.pigeon", sample, Registry.of({"sms.pigeon": pigeon.PigeonAdapter()}))
    assert answer["verified"] is True
    assert answer["events"][0]["sender"]["address"] == "+33612345678"


def test_every_channel_has_its_line():
    table = (DOCS / "channels" / "providers.md").read_text()
    assert set(re.findall(r"^\| `([a-z0-9.]+)` \|", table, re.MULTILINE)) == set(BUILT_IN)


def test_every_kind_of_event_is_explained():
    assert all(f"`{kind.value}`" in GUIDE for kind in EventType)


def test_every_channel_that_answers_is_said_to(registry: Registry):
    table = (DOCS / "channels" / "providers.md").read_text()
    said = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `") and "| yes" in line}
    assert said == {line["type"] for line in registry.describe() if "sender" in line["protocols"]}
