"""The scenarios, in the order they run; each takes the ground and how much to do, and returns its figures."""

from collections.abc import Awaitable, Callable, Mapping

from bench.ground import Ground
from bench.scenarios import (
    accept,
    backup,
    clocks,
    growth,
    imports,
    intake,
    live,
    memory,
    parsing,
    plans,
    recompute,
    restore,
    screens,
    smtp,
    watch,
)

Scenario = Callable[..., Awaitable[dict[str, object]]]
SCENARIOS: Mapping[str, Scenario] = {
    "clocks": clocks.run,
    "parsing": parsing.run,
    "accept": accept.run,
    "smtp": smtp.run,
    "intake": intake.run,
    "imports": imports.run,
    "memory": memory.run,
    "watch": watch.run,
    "growth": growth.run,
    "recompute": recompute.run,
    "backup": backup.run,
    "restore": restore.run,
    "live": live.run,
    "plans": plans.run,
    "screens": screens.run,
}

__all__ = ["SCENARIOS", "Ground", "Scenario"]
