"""What operators are given to watch speaks of counters that exist, and says what to do."""

import json
import re
from pathlib import Path

import yaml

from app.rest.metrics import REGISTRY

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/observability/alerts.yml").read_text())["groups"][0]["rules"]
BOARD = json.loads((ROOT / "deploy/observability/grafana.json").read_text())
GUIDE = (ROOT / "docs/observability.md").read_text()
_NAME = re.compile(r"\bparvis_\w+")


def _served() -> dict[str, set[str]]:
    """Names as Prometheus sees them, and their labels."""
    names: dict[str, set[str]] = {}
    for family in REGISTRY.collect():
        labels = {label for sample in family.samples for label in sample.labels if label != "le"}
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}[family.type]
        names |= {family.name + suffix: labels for suffix in suffixes}
    return names


def _asked() -> list[str]:
    return [rule["expr"] for rule in RULES] + [t["expr"] for panel in BOARD["panels"] for t in panel["targets"]]


def test_every_rule_and_panel_asks_for_a_counter_that_is_served():
    served = _served()
    assert {name for asked in _asked() for name in _NAME.findall(asked)} <= set(served)


def test_every_counter_is_on_the_board_and_in_the_guide():
    shown = " ".join(target["expr"] for panel in BOARD["panels"] for target in panel["targets"])
    for family in REGISTRY.collect():
        assert family.name in shown, f"{family.name} is on no panel"
        assert family.name in GUIDE, f"{family.name} is not in docs/observability.md"


def test_every_alert_says_what_is_at_stake_and_where_to_read_what_to_do():
    for rule in RULES:
        note = rule["annotations"]
        assert note["summary"]
        assert note["runbook"] == f"docs/observability.md#{rule['alert'].lower()}"
        assert f"### {rule['alert']}\n" in GUIDE
        assert rule["labels"]["severity"] in ("page", "ticket")
