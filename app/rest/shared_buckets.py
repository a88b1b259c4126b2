"""Buckets kept in Redis, which every process of a house shares; this process's own stand in while it is away."""

from collections.abc import Sequence

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.rest.buckets import Seconds, granted
from app.rest.quotas import WINDOW_S, Bucket, Counter, Level, level

log = structlog.get_logger(__name__)
_PATIENCE_S, _AWAY_S = 0.25, 5.0
# KEYS: the buckets; ARGV: the window, the instant ('' asks Redis, whose clock all processes share), the sizes.
# What is kept is the instant at which a bucket is full again; a full bucket is not kept at all.
_TAKE = """
local window, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if not now then local t = redis.call('TIME'); now = tonumber(t[1]) + tonumber(t[2]) / 1000000 end
local untils, granted = {}, true
for i, key in ipairs(KEYS) do
  untils[i] = math.max(tonumber(redis.call('GET', key) or now), now)
  if untils[i] - now + window / tonumber(ARGV[2 + i]) > window + 0.000001 then granted = false end
end
local told = {granted and 1 or 0, string.format('%.6f', now)}
for i, key in ipairs(KEYS) do
  if granted then
    untils[i] = untils[i] + window / tonumber(ARGV[2 + i])
    redis.call('SET', key, string.format('%.6f', untils[i]), 'EX', math.ceil(untils[i] - now) + 1)
  end
  told[2 + i] = string.format('%.6f', untils[i])
end
return told
"""


class OverRedis:
    """Buckets that every process of the house shares. Raises one of `errors` when Redis is away."""

    errors = (RedisError, OSError, TimeoutError)

    def __init__(self, url: str, seconds: Seconds | None = None) -> None:
        self._seconds = seconds
        self._redis: Redis = Redis.from_url(
            url, socket_connect_timeout=_PATIENCE_S, socket_timeout=_PATIENCE_S, retry=Retry(NoBackoff(), 0)
        )
        self._take = self._redis.register_script(_TAKE)

    async def take(self, buckets: Sequence[Bucket]) -> Sequence[Level]:
        at = "" if self._seconds is None else repr(self._seconds())
        keys = [f"parvis:quota:{one.name}" for one in buckets]
        taken, now, *untils = await self._take(keys=keys, args=[WINDOW_S, at, *(one.size for one in buckets)])
        pairs = list(zip(untils, buckets, strict=True))
        if taken:
            return [granted(float(until), float(now), one) for until, one in pairs]
        return [level(until=float(until), now=float(now), size=one.size) for until, one in pairs]

    async def close(self) -> None:
        await self._redis.aclose()


class Standing:
    """Counts in Redis while it answers, in this process while it does not: no request fails for want of Redis."""

    def __init__(self, shared: OverRedis, own: Counter, seconds: Seconds) -> None:
        self._shared, self._own, self._seconds = shared, own, seconds
        self._away_until = 0.0

    async def take(self, buckets: Sequence[Bucket]) -> Sequence[Level]:
        if self._seconds() < self._away_until:
            return await self._own.take(buckets)
        try:
            found = await self._shared.take(buckets)
        except OverRedis.errors as error:
            if not self._away_until:
                log.warning("quotas.counted_alone", error=type(error).__name__)
            self._away_until = self._seconds() + _AWAY_S
            return await self._own.take(buckets)
        if self._away_until:
            log.info("quotas.shared_again")
            self._away_until = 0.0
        return found

    async def close(self) -> None:
        await self._shared.close()
