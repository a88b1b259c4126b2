"""Which channels are installed, and what one broken package costs the others."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.channels.adapters import BUILT_IN
from app.channels.adapters.telegram import TelegramAdapter
from app.channels.contract import ChannelAdapter
from app.channels.errors import UnknownChannelType
from app.channels.registry import BrokenChannelType, Registry, Source

ROOT = Path(__file__).parents[2]


def test_built_ins_register_as_anybody_does():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["parvis.channels"]
    assert declared == dict(BUILT_IN)


def test_every_built_in_loads(registry: Registry):
    assert set(BUILT_IN) <= set(registry.types())
    assert not registry.broken()


def test_built_ins_are_found_when_the_installed_metadata_are_old(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    assert isinstance(Registry.installed().get("telegram"), ChannelAdapter)


def test_an_unknown_type_is_named_with_those_installed(registry: Registry):
    with pytest.raises(UnknownChannelType, match=r"pigeon.*telegram"):
        registry.get("pigeon")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("app.channels.adapters.nowhere:Adapter", "ModuleNotFoundError"),
        ("app.channels.adapters.telegram:Nobody", "AttributeError"),
        ("app.channels.errors:ChannelError", "lacks meta"),
        ("app.channels.adapters.x:XAdapter", "names itself 'x'"),
    ],
)
def test_a_broken_type_costs_no_other(target: str, reason: str):
    registry = Registry(
        {
            "carrier": Source(target, "somebody"),
            "telegram": Source(BUILT_IN["telegram"], "parvis"),
        }
    )
    with pytest.raises(BrokenChannelType, match=reason):
        registry.get("carrier")
    assert registry.get("telegram").meta.type == "telegram"
    assert set(registry.broken()) == {"carrier"}
    (broken, usable) = registry.describe()
    assert (broken["usable"], usable["usable"]) == (False, True)


def test_another_contract_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.channels.registry.API_VERSION", 99)
    with pytest.raises(BrokenChannelType, match="written for contract 1"):
        Registry({"telegram": Source(BUILT_IN["telegram"], "parvis")}).get("telegram")


class _Point:
    def __init__(self, name: str, value: str, distribution: str) -> None:
        self.name, self.value = name, value
        self.dist = type("Distribution", (), {"name": distribution})()


def test_a_third_party_is_found_and_never_takes_the_place_of_a_built_in(monkeypatch: pytest.MonkeyPatch):
    points = [_Point("telegram", "elsewhere:Adapter", "imitator"), _Point("pigeon", "elsewhere:Pigeon", "loft")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: points)
    registry = Registry.installed()
    assert isinstance(registry.get("telegram"), TelegramAdapter)
    assert registry.brought_by("loft") == ["pigeon"]
    lines = {line["type"]: line for line in registry.describe()}
    assert lines["telegram"]["conflict"] == "also declared by imitator, which is not used"


def test_only_allowed_types_are_seen():
    assert Registry.installed(allowed={"telegram", "x"}).types() == ["telegram", "x"]


def test_a_given_adapter_is_used_as_it_is():
    adapter = TelegramAdapter()
    assert Registry.of({"telegram": adapter}).get("telegram") is adapter


def test_the_description_is_json_and_shows_the_schema(registry: Registry):
    lines = {line["type"]: line for line in json.loads(json.dumps(list(registry.describe())))}
    assert {"webhook", "sender"} <= set(lines["sms.twilio"]["protocols"])
    assert lines["sms.twilio"]["schema"]["properties"]["auth_token"]["description"] == "Jeton secret du compte."
    assert "auth_token" in lines["sms.twilio"]["schema"]["properties"]


def test_parsing_one_sms_imports_nothing_heavy():
    code = (
        "import sys; from app.channels.registry import Registry; from app.channels.parsing import parse_raw;"
        "Registry.installed().get('sms.twilio'); heavy={'httpx','phonenumbers','cryptography','nh3','sqlalchemy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert out.stdout.strip() == "[]"
