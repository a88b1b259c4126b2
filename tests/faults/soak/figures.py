"""What a run found, as one object: rounds by kind, messages, findings, how soon service was back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.faults.soak.oracle import DOUBLED, LOST, MISDIRECTED, MISSED, UNEXPLAINED, Finding

RESUMED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One round as it went: seconds from the kill to the first acceptance by both processes, to the first settled reception."""

    number: int
    kill: str
    beside: str
    lasted_s: float
    accepted: int
    accepting_s: float
    settling_s: float


@dataclass(slots=True)
class Figures:
    """A run so far."""

    seed: int
    rounds: list[Played] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    checkpoints: int = 0

    @property
    def late(self) -> Sequence[Played]:
        return [one for one in self.rounds if max(one.accepting_s, one.settling_s) > RESUMED_WITHIN_S]

    def document(self) -> Mapping[str, Any]:
        promises = Counter(finding.promise for finding in self.findings)
        return {
            "seed": self.seed,
            "rounds": len(self.rounds),
            "kills": dict(Counter(one.kill for one in self.rounds)),
            "besides": dict(Counter(one.beside for one in self.rounds)),
            "checkpoints": self.checkpoints,
            **{promise: promises[promise] for promise in (LOST, DOUBLED, MISDIRECTED, MISSED, UNEXPLAINED)},
            "accepting_s": {kind: _spread(self.rounds, kind, "accepting_s") for kind in _kinds(self.rounds)},
            "settling_s": {kind: _spread(self.rounds, kind, "settling_s") for kind in _kinds(self.rounds)},
            "late": [asdict(one) for one in self.late],
            **self.told,
            "findings": [asdict(finding) for finding in self.findings[:200]],
        }


def _kinds(rounds: Sequence[Played]) -> Sequence[str]:
    return ["all", *sorted({one.kill for one in rounds})]


def spread(values: Sequence[float]) -> Mapping[str, float]:
    """The middle and the greatest; nothing of nothing."""
    ordered = sorted(values)
    return {"p50": round(ordered[len(ordered) // 2], 2), "max": round(ordered[-1], 2)} if ordered else {}


def _spread(rounds: Sequence[Played], kind: str, name: str) -> Mapping[str, float]:
    return spread([float(getattr(one, name)) for one in rounds if kind in {"all", one.kill}])
