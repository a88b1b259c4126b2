"""The conformance of an adapter, ours or anybody's: what `parvis channels check` and the pytest plugin try on it."""

from app.channels.conformance.checking import CHECKS, Report, check, check_package, report
from app.channels.conformance.levels import Finding, Level, badge

__all__ = ["CHECKS", "Finding", "Level", "Report", "badge", "check", "check_package", "report"]
