"""Buckets kept in this process; `app.rest.shared_buckets` keeps them for all processes of a house."""

from collections.abc import Callable, Sequence

from app.rest.quotas import WINDOW_S, Bucket, Level, level

Seconds = Callable[[], float]
_MOST = 50_000


class InProcess:
    """Buckets of one process, each one number."""

    def __init__(self, seconds: Seconds) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}

    async def take(self, buckets: Sequence[Bucket]) -> Sequence[Level]:
        now = self._seconds()
        before = [level(until=self._until.get(one.name, now), now=now, size=one.size) for one in buckets]
        if any(found.wait_s > 0 for found in before):
            return before
        if len(self._until) > _MOST:
            self._forget(now)
        for one in buckets:
            self._until[one.name] = max(self._until.get(one.name, now), now) + WINDOW_S / one.size
        return [granted(self._until[one.name], now, one) for one in buckets]

    async def close(self) -> None:
        """Has nothing to close."""

    def _forget(self, now: float) -> None:
        """Drops buckets that are full again; a crowd of others is let go too rather than grow without end."""
        living = {name: until for name, until in self._until.items() if until > now}
        self._until = living if len(living) <= _MOST // 2 else {}


def granted(until: float, now: float, bucket: Bucket) -> Level:
    found = level(until=until, now=now, size=bucket.size)
    return Level(found.left, found.full_in_s, 0)
