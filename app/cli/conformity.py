"""The report of `parvis channels check`, in words and as objects."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.channels.conformance import Finding, Report

_MARKS = {True: "ok", False: "FAILED", None: "not tried"}


def words(report: "Report") -> Iterator[str]:
    """Yields one line a check, then the level reached and what is missing for the next."""
    for finding in report.findings:
        mark = "exempt" if finding.exempt and finding.passed is not True else _MARKS[finding.passed]
        because = finding.exempt if mark == "exempt" else finding.detail
        yield f"{report.type:<18} {finding.level:<7} {mark:<10} {finding.check}{f': {because}' if because else ''}"
    claim = "" if report.kept else f", and claims {report.claimed or 'bronze'}"
    yield f"{report.type:<18} reaches {report.badge or 'no level'}{claim}"
    if report.next is not None:
        yield f"{report.type:<18} for {report.next}:"
        for finding in report.missing:
            yield f"{'':<18}   {finding.check}: {finding.detail}"


def lines(report: "Report") -> Iterator[dict[str, object]]:
    """Yields one object a check, then one with the badge."""
    for finding in report.findings:
        yield _line(report.type, finding)
    yield {
        "type": report.type,
        "badge": report.badge,
        "claimed": report.claimed,
        "kept": report.kept,
        "next": report.next,
        "missing": [{"check": one.check, "detail": one.detail} for one in report.missing],
    }


def _line(channel_type: str, finding: "Finding") -> dict[str, object]:
    return {
        "type": channel_type,
        "level": finding.level.value,
        "check": finding.check,
        "passed": finding.passed,
        "detail": finding.detail,
        "exempt": finding.exempt or None,
    }
