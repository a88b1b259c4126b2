"""From timed rounds to figures: medians, percentiles, ratios within a run, and whether a budget is met."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Round:
    """One timed round: how many things were done, in how long, and how long each took when that was measured."""

    count: int
    seconds: float
    latencies: Sequence[float] = ()

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share) - 1)] * 1e3


@dataclass(frozen=True, slots=True)
class Pair:
    """What is measured against, and what is measured, one right after the other."""

    thin: Round
    parvis: Round


def compared(pairs: Sequence[Pair], *, unit: str = "per_s") -> dict[str, object]:
    """Returns the medians of both sides and the median of the rounds' ratios."""
    shown: dict[str, object] = {
        "rounds": len(pairs),
        "of": pairs[0].parvis.count,
        f"thin_{unit}": round(median(pair.thin.rate for pair in pairs), 1),
        f"parvis_{unit}": round(median(pair.parvis.rate for pair in pairs), 1),
        "ratio": round(median(pair.parvis.rate / pair.thin.rate for pair in pairs), 3),
        "ratios": [round(pair.parvis.rate / pair.thin.rate, 3) for pair in pairs],
    }
    if pairs[0].parvis.latencies:
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            thin = median(pair.thin.percentile_ms(share) for pair in pairs)
            parvis = median(pair.parvis.percentile_ms(share) for pair in pairs)
            shown |= {f"thin_{name}_ms": round(thin, 2), f"parvis_{name}_ms": round(parvis, 2)}
            shown[f"{name}_ratio"] = round(parvis / thin, 2)
    return shown


def at_least(budget: float, found: float) -> dict[str, object]:
    return {"budget": f">= {budget:g}", "found": found, "met": found >= budget}


def at_most(budget: float, found: float) -> dict[str, object]:
    return {"budget": f"<= {budget:g}", "found": found, "met": found <= budget}
