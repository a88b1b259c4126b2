"""The pytest plugin for who writes a channel: `conformance_suite(Adapter, …)` gives a class of tests.

    TestConformance = conformance_suite(PigeonAdapter, config={"api_key": "k"}, cases="cases/*.json")

One test a check, up to the level claimed, and one a case. The run ends with the level reached. pytest loads this module
in every run of an environment where Parvis is installed: it imports nothing until a suite is made.
"""

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.channels.conformance import Report
    from app.channels.contract import ChannelAdapter, ChannelConfig

_reached: list[Callable[[], "Report | None"]] = []


def conformance_suite(
    adapter: "type[ChannelAdapter]",
    *,
    config: "Mapping[str, object] | ChannelConfig | None" = None,
    cases: str | Sequence[Path] | None = None,
    level: str | None = None,
) -> type:
    """Returns a class of tests for an adapter, to be named `Test…` in a test module.

    `config` is one that can send; without it, the `trial` of `quality.toml` serves. `cases` is a pattern relative to the
    calling file, or paths; without it, the cases beside the adapter. `level` is how far to go: what `quality.toml`
    claims, else bronze.
    """
    from app.channels.conformance import CHECKS, Level, report
    from app.channels.conformance.cases import case_of, difference, documents_of
    from app.channels.conformance.quality import quality_of

    made = adapter()
    settings = adapter.Config.model_validate(dict(config)) if isinstance(config, Mapping) else config
    paths = _paths(cases, near=Path(sys._getframe(1).f_globals["__file__"]).parent)  # noqa: SLF001 — who calls us
    known = (
        documents_of(made) if paths is None else [(path.stem, json.loads(path.read_text("utf-8"))) for path in paths]
    )
    goal = Level(level) if level is not None else quality_of(made).level or Level.BRONZE
    levels = list(Level)[: list(Level).index(goal) + 1]
    names = [check.name for check in CHECKS if check.level in levels]
    tried: list[Report] = []

    @functools.cache
    def found() -> "Report":
        tried.append(report(made, cases=known, config=settings))
        return tried[-1]

    _reached.append(lambda: tried[-1] if tried else None)

    class Conformance:
        """Everything `parvis channels check` tries, and every case."""

        @pytest.mark.parametrize("check", names)
        def test_check(self, check: str) -> None:
            finding = next((one for one in found().findings if one.check == check), None)
            if finding is None:
                told = "; ".join(f"{one.check}: {one.detail}" for one in found().findings if one.passed is False)
                pytest.fail(f"not asked, because of {told}", pytrace=False)
            if not finding.holds:
                pytest.fail(f"{finding.level}, {check}: {finding.detail}", pytrace=False)

        @pytest.mark.parametrize(("name", "document"), known, ids=[name for name, _ in known])
        def test_case(self, name: str, document: Mapping[str, object]) -> None:
            if told := difference(made, case_of(made, name, document)):
                pytest.fail(told, pytrace=False)

    Conformance.__qualname__ = Conformance.__name__ = f"Conformance of {adapter.__name__}"
    return Conformance


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which level each type reached."""
    for reached in _reached:
        report = reached()
        if report is not None:
            terminalreporter.write_line(f"{report.type} reaches {report.badge or 'no level'}")


def _paths(cases: str | Sequence[Path] | None, *, near: Path) -> Sequence[Path] | None:
    if cases is None or not isinstance(cases, str):
        return cases
    found = sorted(near.glob(cases))
    if not found:
        raise pytest.UsageError(f"no case is called {cases}, from {near}")
    return found
