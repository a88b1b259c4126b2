"""Which backups stay when older ones make room: the newest of each day, week and month, and whatever is in doubt."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import Misconfigured

SUFFIX = ".parvis-backup.age"
_NAME = re.compile(rf"parvis-(\d{{8}}T\d{{6}})Z{re.escape(SUFFIX)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How many days, weeks and months that have a backup keep the newest of theirs. Raises `Misconfigured`."""

    daily: int
    weekly: int
    monthly: int

    def __post_init__(self) -> None:
        """Refuses a rule that would keep nothing."""
        if min(self.daily, self.weekly, self.monthly) < 0 or self.daily + self.weekly + self.monthly == 0:
            raise Misconfigured("say how many backups stay: --keep-daily, --keep-weekly, --keep-monthly, one at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one backup, and why; without a reason to stay it goes."""

    name: str
    made_at: datetime
    reasons: tuple[str, ...]

    @property
    def stays(self) -> bool:
        return bool(self.reasons)


def name_at(made_at: datetime) -> str:
    """Returns the name of a backup that is given a place and no name."""
    return f"parvis-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def made_at_of(name: str) -> datetime | None:
    """Reads the instant in a name of ours; None for a file somebody else named, which is never touched."""
    read = _NAME.fullmatch(name)
    if read is None:
        return None
    try:
        return datetime.strptime(read[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def dated(names: Iterable[str]) -> Sequence[tuple[datetime, str]]:
    """Returns the backups among some names, newest first."""
    return sorted(((at, name) for name in names if (at := made_at_of(name)) is not None), reverse=True)


def judged(names: Iterable[str], keeping: Keeping, *, doubtful: Mapping[str, str]) -> Sequence[Verdict]:
    """Decides for each backup of a place, newest first.

    The newest that is not `doubtful` stays whatever the rule. One that is (its name, and why) stays too, for somebody to
    look at, and fills the place of none. Days, weeks (ISO 8601, from Monday) and months are those of UTC, as in the names;
    one without a backup uses nothing up: what was made before a machine stood still for a month is still there.
    """
    found = dated(names)
    reasons = {name: [doubtful[name]] if name in doubtful else [] for _, name in found}
    trusted = [(at, name) for at, name in found if name not in doubtful]
    if trusted:
        reasons[trusted[0][1]].append("newest")
    periods: Sequence[tuple[str, int, Callable[[datetime], tuple[int, ...]]]] = (
        ("daily", keeping.daily, lambda at: (at.year, at.month, at.day)),
        ("weekly", keeping.weekly, lambda at: tuple(at.isocalendar()[:2])),
        ("monthly", keeping.monthly, lambda at: (at.year, at.month)),
    )
    for word, count, period in periods:
        seen: set[tuple[int, ...]] = set()
        for at, name in trusted:
            if len(seen) < count and period(at) not in seen:
                seen.add(period(at))
                reasons[name].append(word)
    return [Verdict(name=name, made_at=at, reasons=tuple(reasons[name])) for at, name in found]
